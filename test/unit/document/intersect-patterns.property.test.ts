/** The intersection of two patterns matches exactly the texts that both match. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildAutomaton, literalText } from '../../../packages/core/src/automata/automaton.ts'
import { findCoincidence } from '../../../packages/core/src/document/intersection/find-coincidence.ts'
import {
  coversPattern,
  intersectPatterns,
} from '../../../packages/core/src/document/intersection/intersect-patterns.ts'
import {
  readPatternTokens,
  writePattern,
} from '../../../packages/core/src/document/intersection/pattern-token.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const LIKE = { hasWildcards: true, ignoresCase: false }
/** A value that is part of others, and one with the separator of the patterns. */
const VALUES = ['a', 'ab', 'b/a']

const tokensOf = (text: string) => readPatternTokens(text, new Map([['user', undefined]]), LIKE)
const intersect = (left: string, right: string) =>
  intersectPatterns(tokensOf(left), tokensOf(right), { remaining: 1_000_000 }).map(writePattern)

const patternOf = (...units: string[]) =>
  fc.array(fc.constantFrom(...units), { maxLength: 7 }).map((parts) => parts.join(''))

/** The texts that one of the patterns matches, decided by regular expressions. */
function matching(patterns: readonly string[], texts: readonly string[]): string[] {
  const sources = patterns.map((one) => one.replaceAll('*', '.*').replaceAll('?', '.'))
  const expression = new RegExp(`^(?:${sources.join('|')})$`)
  return patterns.length === 0 ? [] : texts.filter((text) => expression.test(text))
}

/** Every text of these characters up to a length. */
function textsOver(characters: string, length: number): string[] {
  if (length === 0) return ['']
  const shorter = textsOver(characters, length - 1)
  const longest = shorter.filter((text) => text.length === length - 1)
  return [...shorter, ...longest.flatMap((text) => [...characters].map((one) => text + one))]
}

describe('two patterns', () => {
  const TEXTS = textsOver('ab', 7)

  it('have in common exactly the texts that both match', () => {
    let common = 0
    fc.assert(
      fc.property(patternOf('a', 'b', '*', '?'), patternOf('a', 'b', '*', '?'), (left, right) => {
        const both = intersect(left, right)
        if (both.length > 1) common++
        expect(matching(both, TEXTS)).toEqual(matching([left], matching([right], TEXTS)))
      }),
      PROPERTY_RUNS,
    )
    expect(common).toBeGreaterThan(PROPERTY_RUNS.numRuns / 20)
  }, 600_000)

  it('cover one another only where each text of the one is a text of the other', () => {
    let covered = 0
    fc.assert(
      fc.property(patternOf('a', 'b', '*', '?'), patternOf('a', 'b', '*', '?'), (left, right) => {
        if (!coversPattern(tokensOf(left), tokensOf(right), { remaining: 1_000_000 })) return
        covered++
        const texts = matching([right], TEXTS)
        expect(matching([left], texts)).toEqual(texts)
      }),
      PROPERTY_RUNS,
    )
    expect(covered).toBeGreaterThan(PROPERTY_RUNS.numRuns / 100)
  }, 600_000)

  it.each([
    ['reports/*', '*/2026', ['reports/*/2026', 'reports/2026']],
    ['ab*', '*bc', ['ab*bc', 'abc']],
    ['*a*', '*b*', ['*a*b*', '*b*a*']],
    ['a?', '?b', ['ab']],
    ['a*', 'b*', []],
    ['*', 'a?c', ['a?c']],
    ['?*', '*?', ['?', '??*']],
    ['a${*}b', 'a?b', ['a${*}b']],
    ['a${*}b', 'axb', []],
  ])('%s and %s have %j in common', (left, right, expected) => {
    expect(intersect(left, right).sort()).toEqual([...expected].sort())
    expect(intersect(right, left)).toHaveLength(expected.length)
  })

  it('are refused where they have more in common than anyone would write', () => {
    const stars = (letters: string) => `*${[...letters].join('*')}*`
    expect(() => intersect(stars('abcdefghijkl'), stars('mnopqrstuvwx'))).toThrow(
      'have too many wildcards in common',
    )
  })
})

describe('two patterns with slots', () => {
  const TEXTS = textsOver('ab/', 5)
  const options = VALUES.map(literalText)
  const user = buildAutomaton({ kind: 'choice', options })
  const coincide = (left: string, right: string) =>
    findCoincidence(tokensOf(left), tokensOf(right), {
      automata: new Map([['user', user]]),
      budget: { remaining: 1_000_000 },
    })

  it('have in common exactly the texts that both match, unless a value coincides', () => {
    const counts = { exact: 0, withSlot: 0 }
    const pattern = patternOf('a', 'b', '/', '*', '{{user}}', '{{user}}/')
    fc.assert(
      fc.property(pattern, pattern, (left, right) => {
        if (coincide(left, right) !== undefined) return
        counts.exact++
        const both = intersect(left, right)
        if (both.some((one) => one.includes('{{'))) counts.withSlot++
        for (const value of VALUES) {
          const [one, other, ...common] = [left, right, ...both].map((text) =>
            text.replaceAll('{{user}}', value),
          )
          expect(matching(common, TEXTS)).toEqual(
            matching([one ?? ''], matching([other ?? ''], TEXTS)),
          )
        }
      }),
      PROPERTY_RUNS,
    )
    expect(counts.exact).toBeGreaterThan(PROPERTY_RUNS.numRuns / 5)
    expect(counts.withSlot).toBeGreaterThan(PROPERTY_RUNS.numRuns / 100)
  }, 600_000)

  it.each([
    ['{{user}}/*', '{{user}}/reports/*', ['{{user}}/reports/*']],
    ['x/{{user}}/*', '*', ['x/{{user}}/*']],
    ['x/{{user}}/*', 'x/*/b/*', ['x/{{user}}/*/b/*', 'x/{{user}}/b/*']],
    ['x/{{user}}/*', 'y/*', []],
    ['{{user}}/*', 'c/*', []],
    ['${aws:userid}/*', '${AWS:UserId}/x', ['${AWS:UserId}/x']],
  ])('%s and %s have %j in common, for all values', (left, right, expected) => {
    expect(intersect(left, right).sort()).toEqual([...expected].sort())
  })

  it.each([
    ['{{user}}/*', 'a/*', { slot: '{{user}}', value: 'a' }],
    ['c/*', '{{user}}/*', undefined],
    ['{{user}}*', '*{{user}}', { slot: '{{user}}', value: 'b/a' }],
    ['{{user}}/x', '*/x', undefined],
    ['{{user}}?', '{{user}}b', undefined],
    ['{{user}}', '?', { slot: '{{user}}', value: 'a' }],
    ['${aws:userid}/*', 'red/*', { slot: '${aws:userid}', value: 'red' }],
    ['{{user}}/{{user}}', '{{user}}/*', undefined],
  ])('%s and %s coincide for %j', (left, right, expected) => {
    expect(coincide(left, right)).toEqual(expected)
  })
})
