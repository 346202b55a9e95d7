/** What a condition says about the issuer, from its syntax alone. */
import { describe, expect, it } from 'vitest'
import {
  possibleIssuers,
  readsOnlyIssuer,
  textForIssuer,
} from '../../../packages/core/src/expression/issuer-conditions.ts'

describe('the issuers for which a condition can pass', () => {
  it.each<[condition: string, issuers: string[]]>([
    ['issuer == "a"', ['a']],
    ['"a" == issuer', ['a']],
    ['issuer in ["a", "b"]', ['a', 'b']],
    ['issuer in []', []],
    ['issuer == "a" || issuer == "b"', ['a', 'b']],
    ['issuer == "a" || issuer in ["b", "c"]', ['a', 'b', 'c']],
    ['issuer == "a" && claims.x == "y"', ['a']],
    ['claims.x == "y" && issuer == "a"', ['a']],
    ['claims.x && (claims.y && issuer == "a")', ['a']],
    ['issuer in ["a", "b"] && issuer in ["b", "c"]', ['b']],
    ['issuer == "a" && issuer == "b"', []],
    ['(issuer == "a" || issuer == "b") && claims.x', ['a', 'b']],
  ])('%s: %j', (condition, issuers) => {
    expect(possibleIssuers(condition)).toEqual(issuers)
  })

  it.each([
    'true',
    'claims.x == "a"',
    'issuer == claims.x',
    'claims.x == issuer',
    'issuer != "a"',
    '!(issuer == "a")',
    'issuer.startsWith("a")',
    'issuer == "a" || claims.x',
    'claims.x || issuer == "a"',
    'issuer in claims.l',
    'issuer in ["a", claims.x]',
    'issuer in [claims.x, "a"]',
    'issuer in {"a": 1}',
    '"a" in [issuer]',
    'claims.x in ["a"]',
    'claims.issuer == "a"',
    'issuer == "a" ? true : claims.x',
    '"a" == "a"',
    'issuer != ["a"]',
    'claims == "a"',
    '"issuer" == "a"',
    'issuer == 1',
    'issuer == claims',
    'issuer in [1]',
    'issuer ==',
  ])('%s does not say', (condition) => {
    expect(possibleIssuers(condition)).toBeUndefined()
  })
})

describe('an expression depends on nothing but the issuer', () => {
  it.each([
    ['issuer', true],
    ['issuer == "a" ? "x" : "y"', true],
    ['issuer.split("/")[2] + issuer', true],
    ['"a"', false],
    ['claims.x', false],
    ['issuer + claims.x', false],
    ['issuer == "a" ? claims.x : "y"', false],
    ['request.ip + issuer', false],
    ['issuer +', false],
  ])('%s: %s', (expression, expected) => {
    expect(readsOnlyIssuer(expression)).toBe(expected)
  })
})

describe('the text of an expression for an issuer', () => {
  it.each([
    ['issuer', 'a-b'],
    ['issuer == "a-b" ? "x" : "y"', 'x'],
    ['issuer.split("-")[1]', 'b'],
    ['"c"', 'c'],
    ['issuer.split("-")[2]', undefined],
    ['issuer == "a-b"', undefined],
    ['claims', undefined],
    ['claims.x', undefined],
    ['issuer +', undefined],
  ])('%s: %s', (expression, text) => {
    expect(textForIssuer(expression, 'a-b')).toBe(text)
  })
})
