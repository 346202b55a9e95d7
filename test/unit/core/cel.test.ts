/** CEL: conditions never throw, no value becomes a string, and costly expressions are refused. */
import { describe, expect, it } from 'vitest'
import * as cel from '../../../packages/core/src/expression/cel.ts'
import { checkExpression } from '../../../packages/core/src/expression/check-expression.ts'
import { referencedClaims } from '../../../packages/core/src/expression/claim-paths.ts'

const scope = {
  claims: { sub: 'alice', n: 3, groups: ['support'], email_verified: true, org: { name: 'acme' } },
  issuer: 'https://id.acme.example',
  request: { ip: '192.0.2.1', endpoint: 'native' },
}

describe('evaluateCondition', () => {
  it.each([
    '"support" in claims.groups && claims.email_verified',
    'claims.n == 3',
    'claims.n >= 3',
    'claims.org.name == "acme" && request.endpoint == "native"',
    'has(claims.sub) && !has(claims.nothing)',
    'claims.groups.filter(g, g.startsWith("s")).exists(g, g == "support")',
    'issuer.startsWith("https://")',
  ])('%s passes', (expression) => {
    expect(cel.evaluateCondition(expression, scope)).toEqual({ passed: true })
  })

  it.each([
    'claims.nothing == 1',
    'claims.sub',
    'claims.constructor == 1',
    'claims.sub.matches("a")',
    '(',
    '',
    'claims.groups.all(g, claims.groups.all(h, g == h))',
    `claims.sub == "${'x'.repeat(1000)}"`,
    '['.repeat(40),
    'unknown == 1',
    'claims.__proto__ == 1',
  ])('%s does not pass, and has an error', (expression) => {
    const { passed, error } = cel.evaluateCondition(expression, scope)
    expect(passed).toBe(false)
    expect(error).toBeTypeOf('string')
  })
})

describe('evaluateString', () => {
  it('returns strings only', () => {
    expect(cel.evaluateString('claims.sub', scope)).toEqual({ value: 'alice' })
    expect(cel.evaluateString('claims.n', scope).error).toBe('the result is not a string')
    expect(cel.evaluateString('claims.nothing', scope).error).toBeTypeOf('string')
  })
})

describe('checkExpression', () => {
  it.each([
    ['claims.sub', 'string'],
    ['claims.a == "b"', 'bool'],
    ['claims.flag', 'bool'],
  ] as const)('accepts %s as %s', (expression, wanted) => {
    expect(checkExpression(expression, wanted)).toBeUndefined()
  })

  it.each([
    ['issuer', 'bool', 'returns string'],
    ['size(claims) == 1', 'string', 'returns bool'],
    ['issuer.matches("(a+)+")', 'bool', 'matches is not available'],
    ['timestamp("2026-01-01T00:00:00Z") == timestamp(0)', 'bool', 'not available'],
    ['claims.a.filter(x, claims.b.all(y, y == x)) == []', 'bool', 'another comprehension'],
    ['claims.a.map(x, claims.b).join("") == ""', 'bool', 'not available'],
    ['(claims.a + claims.a).exists(x, x == "b")', 'bool', 'iterates over a sum'],
    ['claims.a.exists(x, x.split(",") == [])', 'bool', 'call split once'],
    ['request.nothing == "a"', 'bool', 'nothing'],
    ['1 ==', 'bool', ''],
  ] as const)('refuses %s as %s', (expression, wanted, text) => {
    expect(checkExpression(expression, wanted)?.message).toContain(text)
  })
})

describe('referencedClaims', () => {
  it('names each path once', () => {
    expect(referencedClaims('claims.org.name == "a" || claims["x"] == claims.org.name')).toEqual([
      ['org', 'name'],
      ['x'],
    ])
  })
})
