/** Sets of characters as sorted ranges. */
import { describe, expect, it } from 'vitest'
import {
  ANY_CHARACTER,
  ANY_CHARACTER_OR_SYMBOL,
  exampleCharacter,
  FIRST_SYMBOL,
  intersectRanges,
  rangesMeet,
  rangesOf,
  singleCharacter,
  subtractRanges,
  uniteRanges,
} from '../../../packages/core/src/automata/character-ranges.ts'

describe('a set of characters', () => {
  it('is sorted, without overlaps and neighbours', () => {
    expect(rangesOf('cab')).toEqual([0x61, 0x63])
    expect(rangesOf('')).toEqual([])
    expect(
      uniteRanges([
        [5, 9],
        [0, 1],
        [2, 3],
        [6, 7],
      ]),
    ).toEqual([0, 3, 5, 9])
    expect(
      uniteRanges([
        [0, 10],
        [2, 3],
        [10, 12],
      ]),
    ).toEqual([0, 12])
    expect(
      uniteRanges([
        [0, 1],
        [3, 4],
      ]),
    ).toEqual([0, 1, 3, 4])
  })

  it.each([
    [
      [0, 5],
      [5, 9],
      [5, 5],
    ],
    [[0, 5], [6, 9], []],
    [
      [0, 9, 20, 29],
      [5, 24],
      [5, 9, 20, 24],
    ],
    [
      [0, 9],
      [0, 1, 3, 4, 9, 12],
      [0, 1, 3, 4, 9, 9],
    ],
    [
      [1, 2, 5, 6],
      [2, 2, 6, 6],
      [2, 2, 6, 6],
    ],
    [[], [0, 1], []],
  ])('%j and %j have %j in common', (a, b, common) => {
    expect(intersectRanges(a, b)).toEqual(common)
    expect(intersectRanges(b, a)).toEqual(common)
    expect(rangesMeet(a, b)).toBe(common.length > 0)
    expect(rangesMeet(b, a)).toBe(common.length > 0)
  })

  it.each([
    [
      [0, 10],
      [0, 3],
      [4, 10],
    ],
    [
      [0, 10],
      [3, 4, 6, 6],
      [0, 2, 5, 5, 7, 10],
    ],
    [[0, 10], [0, 10], []],
    [[5, 10], [], [5, 10]],
    [
      [5, 10],
      [0, 4, 11, 20],
      [5, 10],
    ],
    [ANY_CHARACTER_OR_SYMBOL, ANY_CHARACTER, [FIRST_SYMBOL, Number.MAX_SAFE_INTEGER]],
  ])('%j without %j is %j', (from, removed, rest) => {
    expect(subtractRanges(from, removed)).toEqual(rest)
  })

  it.each([
    ['A9z!', 'z'],
    ['A9!', '9'],
    ['A!', 'A'],
    ['é~ ', '~'],
    ['é ', ' '],
  ])('of %j has the example %s, which people read most easily', (characters, example) => {
    expect(exampleCharacter(rangesOf(characters))).toBe(example.codePointAt(0))
  })

  it('has another example at each turn', () => {
    const turns = [0, 1, 2, 3].map((turn) => exampleCharacter(rangesOf('bcd'), turn))
    expect(turns).toEqual([0x62, 0x63, 0x64, 0x62])
    expect(exampleCharacter(singleCharacter(0x62), 5)).toBe(0x62)
    expect(exampleCharacter([], 1)).toBeUndefined()
  })
})
