/** What an expression reads, of whom, and as what, decided from its syntax. */
import { describe, expect, it } from 'vitest'
import {
  mentionsActor,
  type Reader,
  readerOf,
} from '../../../packages/core/src/expression/actor-conditions.ts'
import { checkExpression } from '../../../packages/core/src/expression/check-expression.ts'
import {
  comparedClaims,
  foundClaims,
  foundValues,
  listClaims,
  parseClaimPath,
  readPaths,
  referencedClaims,
} from '../../../packages/core/src/expression/claim-paths.ts'
import { mentionsIdentity } from '../../../packages/core/src/expression/identity-conditions.ts'

it.each<[string, Reader, mentions: boolean]>([
  ['claims.a == "x"', 'subject', false],
  ['"actor" == claims.actor', 'subject', false],
  ['actor.subject == "x"', 'actor', true],
  ['actor.claims.a == "x" && actor.issuer == "y"', 'actor', true],
  ['actor.actor.subject == "x"', 'subject', true],
  ['actor.subject == "x" && actor.actor.subject == "x"', 'both', true],
  ['actor.subject == claims.sub', 'both', true],
  ['actor == {}', 'both', true],
  ['actor["subject"] == "x"', 'both', true],
  ['[1].exists(a, actor.subject == "x")', 'both', true],
  ['actor.', 'subject', false],
])('%s reads values of %s; it mentions actor: %s', (expression, reader, mentions) => {
  expect(readerOf(expression)).toBe(reader)
  expect(mentionsActor(expression)).toBe(mentions)
})

it.each([
  ['identity.guest', true],
  ['claims.a == "x" && !identity.guest', true],
  ['has(identity.id)', true],
  ['claims.identity == "identity"', false],
  ['identity.', false],
])('%s mentions identity: %s', (expression, expected) => {
  expect(mentionsIdentity(expression)).toBe(expected)
})

describe('the paths that an expression reads', () => {
  it.each([
    ['claims.a.b == claims["c"]', [['a', 'b'], ['c']]],
    ['claims[claims.a]', [[], ['a']]],
    ['claims == {}', [[]]],
    ['claims.a + claims.a', [['a'], ['a']]],
    ['actor.subject', []],
  ])('%s', (expression, expected) => {
    expect(readPaths(expression, 'claims')).toEqual(expected)
  })

  it('are those of one variable', () => {
    expect(readPaths('actor.subject == claims.a', 'actor')).toEqual([['subject']])
    expect(referencedClaims('actor.subject == claims.a', 'actor')).toEqual([['subject']])
    expect(referencedClaims('actor.subject == claims.a')).toEqual([['a']])
    expect(() => readPaths('claims.', 'claims')).toThrow('expected')
  })

  it('are each listed once, up to a name that is computed', () => {
    expect(referencedClaims('claims.a[claims.b].c == claims.a || claims == {}')).toEqual([['a']])
    expect(referencedClaims('claims.')).toEqual([])
  })
})

it.each([
  ['claims.a', ['a']],
  ['claims["https://x.example/a"].b', ['https://x.example/a', 'b']],
  ['claims', undefined],
  ['claims.a == "x"', undefined],
  ['actor.subject', undefined],
  ['claims[claims.a]', undefined],
  ['claims[1]', undefined],
  ['claims.', undefined],
])('%s is the path %j', (expression, path) => {
  expect(parseClaimPath(expression)).toEqual(path)
})

it.each([
  ['"x" in claims.a', [['a']]],
  ['claims.b.c.exists(g, g == "x") && !("x" in claims.a)', [['b', 'c'], ['a']]],
  ['claims.a.all(g, g != "x")', [['a']]],
  ['claims.a in ["x"]', []],
  ['claims.a.startsWith("x") && claims.a == "y"', []],
  ['"x" in claims && "x" in actor.claims', []],
  ['claims.', []],
])('%s uses lists: %j', (expression, expected) => {
  expect(listClaims(expression)).toEqual(expected)
})

it.each([
  ['identity.guest', 'identity', [['guest']]],
  ['!identity.guest', 'identity', []],
  ['identity == {}', 'identity', []],
  ['identity.provider == "x" && claims.a == "y"', 'identity', [['provider']]],
  ['actor.subject == "x"', 'actor', [['subject']]],
  ['actor.subject', 'actor', []],
  ['claims.a in ["x", "y"]', 'claims', [['a']]],
  ['claims.a in ["x", claims.b]', 'claims', []],
  ['claims.a == 7', 'claims', []],
  ['claims == "x"', 'claims', []],
  ['claims.', 'claims', []],
] as const)('%s compares members of %s with texts: %j', (expression, variable, expected) => {
  expect(comparedClaims(expression, variable)).toEqual(expected)
})

it('shows what a condition reads, and what is absent', () => {
  expect(
    foundValues('claims.a == actor.subject && identity.guest && claims.b.c', {
      claims: { a: 'x', b: {} },
      actor: { issuer: 'i', subject: 's', claims: {} },
      identity: { guest: true } as never,
    }),
  ).toEqual({
    ...{ 'claims.a': 'x', 'claims.b.c': '(absent)' },
    ...{ 'actor.subject': 's', 'identity.guest': true },
  })
  expect(foundClaims([['a'], ['b', 'c']], { a: 1 })).toEqual({
    ...{ 'claims.a': 1, 'claims.b.c': '(absent)' },
  })
})

describe('a member that does not exist', () => {
  it.each([
    ['identity.name', 'an identity has no member name; use id, provider, logins, guest or creat'],
    ['actor.name', 'an actor has no member name; use issuer, subject, claims or actor'],
    ['actor.actor.name', 'an actor has no member name; use issuer, subject, claims or actor'],
    ['actor.actor.actor.actor.actor', 'a request has at most 4 actors'],
  ])('%s', (expression, words) => {
    expect(checkExpression(expression, 'bool')?.message).toContain(words)
  })
})
