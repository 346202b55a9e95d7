/** Expressions about claims and identities whose types are known, and where a problem is in one. */
import { describe, expect, it } from 'vitest'
import { parseExpression } from '../../../packages/core/src/expression/cel.ts'
import {
  NUMBER,
  STRING,
  type StaticType,
  TEXT_OR_LIST,
} from '../../../packages/core/src/expression/cel-types.ts'
import { checkExpression } from '../../../packages/core/src/expression/check-expression.ts'

const CLAIMS: ReadonlyMap<string, StaticType> = new Map([
  ['claims.sub', STRING],
  ['claims.aud', TEXT_OR_LIST],
  ['claims.iat', NUMBER],
])
const messageOf = (expression: string) => checkExpression(expression, 'bool', CLAIMS)?.message

describe('a claim whose type is known', () => {
  it.each([
    'claims.sub == "alice" && claims["sub"].startsWith("a")',
    'claims.aud == "app" || claims.aud == ["app"] || "app" in claims.aud',
    'claims.aud.exists(a, a.startsWith("app")) && claims.aud[0] == "app"',
    'claims.aud + claims.aud == claims.aud && claims.aud.size() > 0',
    'claims.iat > 1 && claims.iat < 1.5 && claims.iat + 1 == claims.iat && -claims.iat < 0',
    'claims.iat % 2 == 1 && double(claims.iat) > 0.0',
    'claims.other == 1 && claims["other"] == "x" && claims.sub.size() == claims.other',
    'claims.l.exists(sub, sub == 1) && claims["aud"] == "x"',
  ])('may be used as such: %s', (expression) => {
    expect(messageOf(expression)).toBeUndefined()
  })

  it.each([
    ['claims.sub == 1', 'no overload of == accepts (string, int)'],
    ['claims["sub"] == 1', 'no overload of == accepts (string, int)'],
    ['claims.sub.name == "x"', 'a string has no member name'],
    ['claims.sub.exists(s, true)', 'a comprehension cannot go over a string'],
    ['claims.aud == 1', 'no overload of == accepts (string or list(string), int)'],
    ['claims.aud == [1]', 'no overload of == accepts (string or list(string), list(int))'],
    ['1 in claims.aud', 'no overload of in accepts (int, string)'],
    ['claims.aud["x"] == "x"', 'a string or list(string) has no item for a string'],
    ['claims.aud.exists(a, a == 1)', 'no overload of == accepts (string, int)'],
    ['claims.aud - claims.aud == claims.aud', 'no overload of - accepts (string or list(string), '],
    ['claims.iat == "1"', 'no overload of == accepts (number, string)'],
    ['claims.iat.name', 'a number has no member name'],
    ['claims.iat', 'it returns number, not bool'],
    ['claims.aud', 'it returns string or list(string), not bool'],
  ])('is nothing else: %s', (expression, message) => {
    expect(messageOf(expression)).toContain(message)
  })

  it('is one by its literal name alone', () => {
    for (const name of ['claims[claims.n]', 'claims[issuer]', 'claims.x["sub"]', 'actor["sub"]'])
      expect(messageOf(`${name} == 1`)).toBeUndefined()
  })
})

describe('an identity of a pool', () => {
  it.each([
    'identity.id == "x" && identity.provider == "y" && !identity.guest',
    'identity.createdAt > 1 && "x" in identity.logins && has(identity.id)',
  ])('has members: %s', (expression) => {
    expect(messageOf(expression)).toBeUndefined()
  })

  it.each([
    ['identity.id == 1', 'no overload of == accepts (string, int)'],
    ['identity.provider == true', 'no overload of == accepts (string, bool)'],
    ['identity.guest == "x"', 'no overload of == accepts (bool, string)'],
    ['identity.createdAt == "x"', 'no overload of == accepts (int, string)'],
    ['1 in identity.logins', 'no overload of in accepts (int, string)'],
  ])('whose types are known: %s', (expression, message) => {
    expect(messageOf(expression)).toBe(message)
  })
})

it.each([
  ['actor.issuer == 1', 'no overload of == accepts (string, int)'],
  ['actor.subject == true', 'no overload of == accepts (string, bool)'],
  ['actor.actor.subject == 1', 'no overload of == accepts (string, int)'],
])('members of an actor have types: %s', (expression, message) => {
  expect(messageOf(expression)).toBe(message)
})

describe('a problem', () => {
  it('of a part has its place, its types and its node', () => {
    expect(checkExpression('claims.a == "x" && issuer == 1', 'bool')).toEqual({
      message: 'no overload of == accepts (string, int)',
      ...{ kind: 'type', span: [19, 30], types: [STRING, { kind: 'int' }] },
      node: expect.objectContaining({ op: '==' }),
    })
  })

  it('of a name has its place, and no types', () => {
    expect(checkExpression('true && claim.a', 'bool')).toEqual({
      message: 'there is no variable claim; use claims, issuer, request, actor or identity',
      ...{ kind: 'type', span: [8, 13], types: [], node: { op: 'id', args: 'claim' } },
    })
  })

  it('of the result is the whole expression', () => {
    expect(checkExpression('issuer', 'bool')).toEqual({
      message: 'it returns string, not bool',
      ...{ kind: 'type', span: [0, 6], types: [STRING] },
    })
  })

  it('of the syntax has its place', () => {
    expect(checkExpression('true && ', 'bool')).toEqual({
      ...{ message: expect.stringContaining('expected'), kind: 'syntax', span: [8, 8] },
    })
    expect(() => parseExpression('true && ')).toThrow(
      expect.objectContaining({ name: 'CelSyntaxError', span: [8, 8] }),
    )
  })

  it('that is a restriction of ours is one of the syntax', () => {
    const deep = `${'('.repeat(200)}true${')'.repeat(200)}`
    expect(checkExpression(deep, 'bool')).toMatchObject({ kind: 'syntax' })
  })
})
