/** The text nearest to a given one that a pattern matches, and how far it is. */
import { describe, expect, it } from 'vitest'
import { closestText } from '../../../../packages/core/src/policy/evaluate/closest-text.ts'
import {
  literalPattern,
  matchesPattern,
  wildcardPattern,
} from '../../../../packages/core/src/policy/evaluate/match-pattern.ts'

describe('the closest text', () => {
  it.each([
    ['', '', '', 0],
    ['abc', 'abc', 'abc', 0],
    ['abc', 'xabc', 'abc', 1],
    ['abc', 'abcx', 'abc', 1],
    ['abc', 'ac', 'abc', 1],
    ['abc', 'adc', 'abc', 1],
    ['?bc', 'abc', 'abc', 0],
    ['?', '', 'x', 1],
    ['a?', 'a', 'ax', 1],
    ['??', 'a', 'ax', 1],
    ['?*', '', 'x', 1],
    ['*', '', '', 0],
    ['a*', 'ba', 'a', 1],
    ['*/x', 'a/b/y', 'a/b/x', 1],
    ['red/*', 'rad/a/b', 'red/a/b', 1],
    ['*red*', 'a-rd-b', 'a-red-b', 1],
    ['😀', '😁', '😀', 1],
  ])('of %s to %s', (pattern, text, _closest, edits) => {
    const symbols = wildcardPattern(pattern)
    const closest = closestText(symbols, text)
    expect(closest.edits).toBe(edits)
    expect(matchesPattern(symbols, closest.text)).toBe(true)
  })

  it.each([
    ['a?', 'a', ['ax', 'aa']],
    ['*/x', 'a/b/y', ['a/b/x']],
    ['red/*', 'rad/a/b', ['red/a/b']],
    ['*red*', 'a-rd-b', ['a-red-b']],
    ['?bc', 'abc', ['abc']],
    ['?', '', ['x']],
    ['abc', 'adc', ['abc']],
  ])('of %s to %s keeps the rest', (pattern, text, possible) => {
    expect(possible).toContain(closestText(wildcardPattern(pattern), text).text)
  })

  it('of a pattern that is literal contains its wildcards as characters', () => {
    expect(closestText(literalPattern('a*?'), 'ab')).toEqual({ text: 'a*?', edits: 2 })
  })
})
