/** Attribute patterns: the length and characters of matching values; slow patterns are refused. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { charactersOf } from '../../../packages/core/src/document/pattern/character-set.ts'
import {
  DEFAULT_PATTERN,
  type PatternAnalysis,
  readPattern,
} from '../../../packages/core/src/document/pattern/read-pattern.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

describe('readPattern', () => {
  it.each([
    DEFAULT_PATTERN,
    '[a-z-]{1,32}',
    '^[a-z]{1,8}(?:-[a-z]{1,8}){0,3}$',
    '.{1,20}',
    '[^/a-f]{2,9}',
    '(?:red|blue|gr[ae]y)\\d?',
    '[\\w/]{1,10}:x',
    '(?:ab){1,4}|\\d{3}',
  ])('limits the length and the characters of every value that matches %s', (pattern) => {
    const { source, maxLength, producible } = analyze(pattern)
    const allowed = charactersOf(producible)
    const text = fc.stringMatching(new RegExp(`^(?:${source})$`, 'u'))
    fc.assert(
      fc.property(text, (value) => {
        expect(value.length).toBeLessThanOrEqual(maxLength)
        expect([...value].filter((character) => !allowed.includes(character))).toEqual([])
      }),
      PROPERTY_RUNS,
    )
  })

  it.each([
    ['[a-z]+', 128],
    ['[a-z]{1,256}', 256],
    ['[a-z]+(-[a-z]+)*', 128],
    ['a|bcd', 3],
  ])('limits %s to %i characters', (pattern, maxLength) => {
    expect(analyze(pattern).maxLength).toBe(maxLength)
  })

  it.each([
    ['[a-z/]+', '/'],
    ['[a-z]+:[a-z]+', ':'],
    ['.+', ''],
    ['[!-~]+', ''],
    ['[^a]+', ''],
  ])('finds that %s names the separators "%s"', (pattern, separators) => {
    const analysis = analyze(pattern)
    expect(analysis.separators).toBe(separators)
    expect(charactersOf(analysis.producible).includes('/')).toBe(separators.includes('/'))
  })

  it('never counts wildcards and variable marks among the characters of a value', () => {
    expect(charactersOf(analyze('.+').producible)).not.toMatch(/[*?${}/:]/)
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
  ])('refuses %s, which may backtrack catastrophically', (pattern) => {
    const result = readPattern(pattern)
    expect('hint' in result && result.message).toMatch(/may backtrack catastrophically/)
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
      '\u00a0',
      '[\u00a0-\u00ff]+',
      '\u00ad',
      'ł',
      '[а-я]+',
    ],
    ...['', '()', '\\*', '[a-z]{1,257}', '[a-z]{129,}', '(', 'x{0}'],
  ])('refuses %s', (pattern) => {
    expect(readPattern(pattern)).toHaveProperty('hint')
  })
})

function analyze(pattern: string): PatternAnalysis {
  const result = readPattern(pattern)
  if ('hint' in result) throw new Error(`${pattern}: ${result.message}`)
  return result
}
