/** Which known word a misspelt one is closest to. */
import { describe, expect, it } from 'vitest'
import { findSimilar } from '../../../packages/core/src/model/similar-words.ts'

describe('one difference', () => {
  it.each([
    ['an added character', 'wordds', 'words'],
    ['a missing character', 'wods', 'words'],
    ['another character', 'worts', 'words'],
    ['two neighbours in the other order', 'owrds', 'words'],
    ['two neighbours at the end', 'worsd', 'words'],
    ['another first character', 'xords', 'words'],
    ['only another case', 'WORDS', 'words'],
    ['only another case of the known word', 'words', 'Words'],
    ['one of two characters', 'ab', 'ac'],
    ['one of one character', 'a', 'b'],
    ['nothing', 'words', 'words'],
  ])('of %s: %s is similar to %s', (_, word, candidate) => {
    expect(findSimilar(word, [candidate])).toBe(candidate)
  })
})

describe('the limit', () => {
  it.each([
    // A third of the word, rounded down, but at least 1 and at most 3.
    ['ab', 'cd', false],
    ['abcde', 'abcxy', false],
    ['abcdef', 'abcdxy', true],
    ['abcdef', 'abcxyz', false],
    ['abcdefghi', 'abcdefxyz', true],
    ['abcdefghi', 'abcdewxyz', false],
    ['abcdefghijkl', 'abcdefghiXYZ', true],
    ['abcdefghijkl', 'abcdefghWXYZ', false],
    ['abcdefghijklmnop', 'abcdefghijklWXYZ', false],
    // Two swaps are two differences, and a swap of what is not a neighbour is two.
    ['badcef', 'abcdef', true],
    ['badcfe', 'abcdef', false],
    ['cbadef', 'abcdef', true],
    ['cbade', 'abcde', false],
    // Only one of the two is the other's neighbour.
    ['abcde', 'xacde', false],
    ['abcde', 'bxcde', false],
    ['xbcde', 'bycde', false],
    // A character between the two that are swapped is one more difference.
    ['baxcd', 'abcd', false],
    ['abcdef', 'abcdefgh', true],
    ['abcdef', 'abcdefghi', false],
    ['', 'a', true],
    ['', 'ab', false],
    ['a', '', true],
    ['ab', '', false],
  ])('%s and %s are similar: %s', (word, candidate, isSimilar) => {
    expect(findSimilar(word, [candidate])).toBe(isSimilar ? candidate : undefined)
  })
})

it('is the closest one, and the first of several as close', () => {
  expect(findSimilar('abcdef', ['abcdxy', 'abcdex', 'abcxyf'])).toBe('abcdex')
  expect(findSimilar('abcdef', ['abcdxy', 'xycdef', 'abcdxf', 'abxdef'])).toBe('abcdxf')
  expect(findSimilar('abcdef', ['zzzzzz', 'yyyyyy'])).toBeUndefined()
  expect(findSimilar('abcdef', [])).toBeUndefined()
})
