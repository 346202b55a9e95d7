import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  buildAutomaton,
  EMPTY_TEXT,
  literalText,
  type RegularExpression,
} from '../../../packages/core/src/automata/automaton.ts'
import {
  intersectRanges,
  rangesMeet,
  rangesOf,
  subtractRanges,
  uniteRanges,
} from '../../../packages/core/src/automata/character-ranges.ts'
import { accepts } from './accepts.ts'

const RUNS = Number(process.env.PROPERTY_RUNS ?? 10_000)
const ALPHABET = 'abc'

const { expression } = fc.letrec<{ expression: RegularExpression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 2 }).map(literalText),
    fc
      .subarray([...ALPHABET], { minLength: 1 })
      .map((some): RegularExpression => ({ kind: 'characters', on: rangesOf(some.join('')) })),
    fc
      .array(tie('expression'), { maxLength: 3 })
      .map((parts): RegularExpression => ({ kind: 'sequence', parts })),
    fc
      .array(tie('expression'), { minLength: 1, maxLength: 3 })
      .map((options): RegularExpression => ({ kind: 'choice', options })),
    fc
      .tuple(tie('expression'), fc.nat(2), fc.constantFrom(0, 1, 2, Number.POSITIVE_INFINITY))
      .map(
        ([part, min, more]): RegularExpression => ({ kind: 'repeat', part, min, max: min + more }),
      ),
  ),
}))

const texts = fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 7 })

test('an automaton accepts the same texts as the regular expression of the engine', () => {
  const outcomes = { accepted: 0, refused: 0 }
  fc.assert(
    fc.property(expression, texts, (tree, text) => {
      const expected = new RegExp(`^(?:${sourceOf(tree)})$`).test(text)
      outcomes[expected ? 'accepted' : 'refused']++
      expect(accepts(buildAutomaton(tree), text)).toBe(expected)
    }),
    { numRuns: RUNS },
  )
  expect(Math.min(outcomes.accepted, outcomes.refused)).toBeGreaterThan(RUNS / 20)
})

test('sets of characters are united, intersected and subtracted like sets of numbers', () => {
  const sets = fc.array(fc.tuple(fc.nat(20), fc.nat(5)), { maxLength: 5 })
  const toRanges = (pairs: [number, number][]) =>
    uniteRanges(pairs.map(([first, more]) => [first, first + more]))
  const members = (set: readonly number[]) =>
    Array.from({ length: 30 }, (_, value) => value).filter((value) =>
      rangesMeet(set, [value, value]),
    )
  fc.assert(
    fc.property(sets, sets, (left, right) => {
      const [a, b] = [toRanges(left), toRanges(right)]
      const [inA, inB] = [members(a), members(b)]
      expect(members(uniteRanges([a, b]))).toEqual(
        [...new Set([...inA, ...inB])].sort((x, y) => x - y),
      )
      const common = inA.filter((value) => inB.includes(value))
      expect(members(intersectRanges(a, b))).toEqual(common)
      expect(rangesMeet(a, b)).toBe(common.length > 0)
      expect(members(subtractRanges(a, b))).toEqual(inA.filter((value) => !inB.includes(value)))
    }),
    { numRuns: RUNS },
  )
})

test('the empty expression accepts the empty text only', () => {
  expect(accepts(buildAutomaton(EMPTY_TEXT), '')).toBe(true)
  expect(accepts(buildAutomaton(EMPTY_TEXT), 'a')).toBe(false)
})

function sourceOf(tree: RegularExpression): string {
  switch (tree.kind) {
    case 'characters':
      return `[${[...ALPHABET].filter((one) => rangesMeet(tree.on, rangesOf(one))).join('')}]`
    case 'sequence':
      return tree.parts.map((part) => `(?:${sourceOf(part)})`).join('')
    case 'choice':
      return `(?:${tree.options.map(sourceOf).join('|')})`
    case 'repeat': {
      const max = tree.max === Number.POSITIVE_INFINITY ? '' : tree.max
      return `(?:${sourceOf(tree.part)}){${tree.min},${max}}`
    }
    case 'marked':
      return sourceOf(tree.part)
    case 'automaton':
      throw new Error('not generated')
  }
}
