/** Attribute patterns: bounds and characters hold for whatever matches, and slow ones are refused. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { charactersOf } from '../../../packages/core/src/document/character-set.ts'
import {
  DEFAULT_PATTERN,
  type PatternFacts,
  readPattern,
} from '../../../packages/core/src/document/pattern.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const BOUNDED = [
  DEFAULT_PATTERN,
  '[a-z-]{1,32}',
  '^[a-z]{1,8}(?:-[a-z]{1,8}){0,3}$',
  '.{1,20}',
  '[^/a-f]{2,9}',
  '(?:red|blue|gr[ae]y)\\d?',
  '[\\w/]{1,10}:x',
  '(?:ab){1,4}|\\d{3}',
]

function factsOf(pattern: string): PatternFacts {
  const facts = readPattern(pattern)
  if ('hint' in facts) throw new Error(`${pattern}: ${facts.message}`)
  return facts
}

describe('readPattern', () => {
  it.each(BOUNDED)(
    'whatever matches %s and is usable keeps to its length and characters',
    (pattern) => {
      const { source, maxLength, producible } = factsOf(pattern)
      const allowed = charactersOf(producible)
      const text = fc.stringMatching(new RegExp(`^(?:${source})$`, 'u'))
      fc.assert(
        fc.property(text, (value) => {
          expect(value.length).toBeLessThanOrEqual(maxLength)
          expect([...value].filter((character) => !allowed.includes(character))).toEqual([])
        }),
        PROPERTY_RUNS,
      )
    },
  )

  it.each([
    ['[a-z]+', 128],
    ['[a-z]{1,256}', 256],
    ['[a-z]+(-[a-z]+)*', 128],
    ['a|bcd', 3],
  ])('%s is at most %i long', (pattern, maxLength) => {
    expect(factsOf(pattern).maxLength).toBe(maxLength)
  })

  it.each([
    ['[a-z/]+', '/'],
    ['[a-z]+:[a-z]+', ':'],
    ['.+', ''],
    ['[!-~]+', ''],
    ['[^a]+', ''],
  ])('%s names the separators "%s"', (pattern, separators) => {
    const facts = factsOf(pattern)
    expect(facts.separators).toBe(separators)
    expect(charactersOf(facts.producible).includes('/')).toBe(separators.includes('/'))
  })

  it('never counts wildcards and variable marks among what a value may hold', () => {
    expect(charactersOf(factsOf('.+').producible)).not.toMatch(/[*?${}/:]/)
  })

  it.each([
    ...[
      '([a-z]+)+',
      '(a|a)*',
      '(-(a|a))*',
      '(-[a-z]*[a-z]*)*',
      '(a?)*',
      '(a|ab)+',
      '(a|a)'.repeat(40),
    ],
    ...['a?'.repeat(40), '[a-z]*[a-z]*[a-z]*[a-z]*'],
  ])('refuses %s, which can take for ever', (pattern) => {
    const facts = readPattern(pattern)
    expect('hint' in facts && facts.message).toMatch(/for ever|very long/)
  })

  it.each([
    ...[
      '(?=a)b',
      '(?<!a)b',
      '(a)\\1',
      '(?<n>a)',
      '\\p{L}+',
      '\\bx',
      'a^b',
      'a$|b',
      '\\s+',
      '\\W',
      '[é]+',
      'ü',
    ],
    ...['', '()', '\\*', '[a-z]{1,257}', '[a-z]{129,}', '(', 'x{0}'],
  ])('refuses %s', (pattern) => {
    expect(readPattern(pattern)).toHaveProperty('hint')
  })
})
