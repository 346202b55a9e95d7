/** Which parsed CEL expressions are kept between requests. */
import { Environment } from '@marcbachmann/cel-js'
import { expect, it, vi } from 'vitest'
import { evaluateCondition } from '../../../packages/core/src/expression/cel.ts'

it('parses each of three thousand rules once, not once per request', () => {
  const parse = vi.spyOn(Environment.prototype, 'parse')
  const scope = {
    claims: { email: 'alice@x' },
    issuer: 'i',
    request: { ip: '192.0.2.1', endpoint: 'native' },
  }
  const rules = Array.from(
    { length: 3_000 },
    (_, index) => `claims.email.startsWith("rule-${index}@")`,
  )
  for (let request = 0; request < 3; request++)
    expect(rules.filter((rule) => evaluateCondition(rule, scope).passed)).toEqual([])
  expect(parse).toHaveBeenCalledTimes(rules.length)
  parse.mockRestore()
})
