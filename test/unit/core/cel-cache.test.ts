/** Which parsed CEL expressions are kept between requests. */
import { beforeEach, expect, it, vi } from 'vitest'

const scope = {
  claims: { email: 'alice@x' },
  issuer: 'i',
  request: { ip: '192.0.2.1', endpoint: 'native' },
}

/** A module of its own, which keeps nothing yet. */
let cel: typeof import('../../../packages/core/src/expression/cel.ts')
beforeEach(async () => {
  vi.resetModules()
  cel = await import('../../../packages/core/src/expression/cel.ts')
})

it('forgets expressions once it keeps more than 500,000 characters', () => {
  const { parseExpression } = cel
  // 1,000 characters each.
  const expressionOf = (index: number) => `claims.email == "${String(index).padStart(982, 'x')}"`
  const first = parseExpression(expressionOf(0))
  for (let index = 1; index < 490; index++) parseExpression(expressionOf(index))
  expect(parseExpression(expressionOf(0))).toBe(first)
  for (let index = 490; index < 502; index++) parseExpression(expressionOf(index))
  expect(parseExpression(expressionOf(0))).not.toBe(first)
})

it('parses each of three thousand rules once, not once per request', () => {
  const { evaluateCondition, parseExpression } = cel
  const rules = Array.from(
    { length: 3_000 },
    (_, index) => `claims.email.startsWith("rule-${index}@")`,
  )
  expect(rules.filter((rule) => evaluateCondition(rule, scope).passed)).toEqual([])
  const parsed = rules.map(parseExpression)
  expect(rules.filter((rule) => evaluateCondition(rule, scope).passed)).toEqual([])
  // A second parse would create another object.
  expect(rules.every((rule, index) => parseExpression(rule) === parsed[index])).toBe(true)
})
