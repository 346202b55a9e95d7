/** What a condition says about the issuer of the actor, as about that of the subject. */
import { describe, expect, it } from 'vitest'
import {
  possibleIssuers,
  readsOnlyIssuer,
  textForIssuer,
} from '../../../packages/core/src/expression/issuer-conditions.ts'

const A = 'https://a.example'
const B = 'https://b.example'

it.each([
  ['actor.issuer', true],
  ['actor.issuer + "/x"', true],
  ['actor.issuer == issuer', false],
  ['actor.subject', false],
  ['actor', false],
  ['claims.issuer', false],
  ['claims.actor.issuer', false],
  ['issuer', false],
  ['"x"', false],
  ['actor.', false],
])('%s reads only the issuer of the actor: %s', (expression, expected) => {
  expect(readsOnlyIssuer(expression, 'actor')).toBe(expected)
})

it('has a text for each issuer of the actor, or none', () => {
  expect(textForIssuer('actor.issuer + "/x"', A, 'actor')).toBe(`${A}/x`)
  expect(textForIssuer('issuer + "/x"', A)).toBe(`${A}/x`)
  for (const [expression, party] of [
    ['issuer', 'actor'],
    ['actor.issuer', 'subject'],
    ['actor.issuer == "x"', 'actor'],
    ['actor.issuer +', 'actor'],
  ] as const)
    expect(textForIssuer(expression, A, party)).toBeUndefined()
})

describe('the possible issuers of the actor', () => {
  it.each([
    [`actor.issuer == "${A}"`, [A]],
    [`"${A}" == actor.issuer && actor.subject == "x"`, [A]],
    [`actor.issuer in ["${A}", "${B}"]`, [A, B]],
    [`actor.issuer == "${A}" || actor.issuer == "${B}"`, [A, B]],
    [`actor.issuer == "${A}" && actor.issuer in ["${A}", "${B}"]`, [A]],
    [`actor.issuer == "${A}" || actor.subject == "x"`, undefined],
    [`actor.subject == "x" || actor.issuer == "${A}"`, undefined],
    [`actor.subject == "${A}"`, undefined],
    [`actor.actor.issuer == "${A}"`, undefined],
    [`claims.issuer == "${A}"`, undefined],
    [`issuer == "${A}"`, undefined],
    [`actor == "${A}"`, undefined],
    ['actor.issuer == claims.iss', undefined],
    ['actor.issuer in claims.issuers', undefined],
    ['actor.issuer in ["a", claims.iss]', undefined],
    [`"${A}" in actor.issuer`, undefined],
    ['actor.issuer ==', undefined],
  ])('by %s are %j', (condition, expected) => {
    expect(possibleIssuers(condition, 'actor')).toEqual(expected)
  })

  it('are not those of the subject', () => {
    expect(possibleIssuers(`actor.issuer == "${A}"`)).toBeUndefined()
    expect(possibleIssuers(`issuer == "${A}" && actor.issuer == "${B}"`)).toEqual([A])
  })
})
