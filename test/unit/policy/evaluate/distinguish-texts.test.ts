/** Texts that patterns distinguish: one for each combination of patterns that some text matches. */
import { describe, expect, it } from 'vitest'
import {
  distinguishTexts,
  type TextMatcher,
} from '../../../../packages/core/src/policy/evaluate/distinguish-texts.ts'
import {
  literalPattern,
  wildcardPattern,
} from '../../../../packages/core/src/policy/evaluate/match-pattern.ts'

interface Row {
  readonly text: string | undefined
  /** `variable`: without regard to case, and a `*` is a variable whose value is not known. */
  readonly kind?: 'like' | 'exact' | 'ignoreCase' | 'variable' | 'arn'
}

function matcherOf({ text, kind = 'like' }: Row): TextMatcher {
  const isExact = kind === 'exact' || kind === 'ignoreCase'
  return {
    pattern:
      text === undefined ? undefined : isExact ? literalPattern(text) : wildcardPattern(text),
    ignoresCase: kind === 'ignoreCase' || kind === 'variable',
    isArn: kind === 'arn',
  }
}

/** By regular expressions, and for ARNs part by part. */
function matches({ text, kind = 'like' }: Row, found: string): boolean {
  if (text === undefined) return false
  if (kind === 'exact') return text === found
  if (kind === 'ignoreCase') return text.toLowerCase() === found.toLowerCase()
  if (kind === 'variable') return expressionOf(text.toLowerCase()).test(found.toLowerCase())
  if (kind === 'like' || text === '*') return expressionOf(text).test(found)
  const [expected, parts] = [text, found].map((arn) => {
    const [a, b, c, d, e, ...rest] = arn.split(':')
    return rest.length === 0 ? undefined : [a, b, c, d, e, rest.join(':')]
  })
  if (expected === undefined || parts === undefined) return false
  return expected.every((part, at) => expressionOf(part ?? '').test(parts[at] ?? ''))
}

function expressionOf(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su')
}

/** Every text of up to `length` of these characters. */
function textsOf(characters: string, length: number): string[] {
  if (length === 0) return ['']
  const shorter = textsOf(characters, length - 1)
  const longest = shorter.filter((text) => [...text].length === length - 1)
  return [...shorter, ...longest.flatMap((text) => [...characters].map((one) => text + one))]
}

const like = (text: string): Row => ({ text })
const exact = (text: string): Row => ({ text, kind: 'exact' })
const ignoreCase = (text: string): Row => ({ text, kind: 'ignoreCase' })
const arn = (text: string): Row => ({ text, kind: 'arn' })

describe('the texts', () => {
  it.each<[rows: Row[], texts: string[]]>([
    [[like('a*')], textsOf('ab', 3)],
    [[like('a*'), like('*b')], textsOf('abc', 3)],
    [[like('?'), like('??'), like('?*')], textsOf('ab', 4)],
    [[exact('ab'), like('?b'), like('a?')], textsOf('abx', 3)],
    [[exact(''), like('*')], textsOf('a', 2)],
    [[exact('*'), like('*')], textsOf('*a', 2)],
    [[ignoreCase('aB'), exact('ab')], textsOf('aAbBx', 3)],
    [[{ text: 'A*', kind: 'variable' }, like('a*'), like('*B')], textsOf('aAbB', 3)],
    [[ignoreCase('É'), exact('é')], textsOf('éÉx', 2)],
    [[exact('x'), exact('0'), like('?')], textsOf('x0~|', 2)],
    [[{ text: undefined }, like('a')], textsOf('ab', 2)],
    [[], ['', 'a']],
    [[arn('*')], ['', 'a', 'a:b']],
    [[arn('a:b')], ['', 'a:b', 'a:b:c:d:e:f']],
    [[arn('?')], ['', 'a', 'a:b']],
    [[arn('a:*:c:d:e:f')], ['x', 'a:b:c:d:e:f', 'a:b:c:c:d:e:f']],
    [
      [arn('a:*:c:d:e:f*'), like('a:*:c:d:e:f*'), like('*:g')],
      ['x', 'a:b:c:d:e:f', 'a:b:c:d:e:f:g', 'a:x:x:c:d:e:f', 'a:x:x:c:d:e:f:g', 'x:g'],
    ],
    [
      [arn('a:b:c:d:*:f'), like('a:b:c:d:*:f')],
      ['x', 'a:b:c:d:e:f', 'a:b:c:d:e:e:f'],
    ],
    [[arn('*'), exact('a')], textsOf('ab', 2)],
    [
      [arn('a:?:c:d:e:?'), like('a:?:c:d:e:?')],
      ['x', 'a:b:c:d:e:f', 'a:::c:d:e:f', 'a:b:c:d:e::'],
    ],
  ])('of %j are one for each combination', (rows, texts) => {
    const { words, isComplete } = distinguishTexts(rows.map(matcherOf))
    const combinationOf = (text: string) => rows.map((row) => matches(row, text)).join()
    const found = new Set(words.map(combinationOf))
    for (const text of texts) expect(found, text).toContain(combinationOf(text))
    expect(isComplete).toBe(true)
  })

  it('are the shortest of their combinations, each once, and the empty text', () => {
    const { words } = distinguishTexts([like('a*b'), like('?'), like('*bb*')].map(matcherOf))
    expect(words.toSorted((a, b) => a.length - b.length || a.localeCompare(b))).toEqual(
      ['', 'x', 'ab', 'xx', 'bb', 'abb'].toSorted(
        (a, b) => a.length - b.length || a.localeCompare(b),
      ),
    )
  })

  it('contain another character than those that patterns name', () => {
    const wordsFor = (text: string) => distinguishTexts([exact(text)].map(matcherOf)).words
    expect(wordsFor('a')).toEqual(['x', 'a', ''])
    expect(wordsFor('x')).toEqual(['0', 'x', ''])
    expect(distinguishTexts([...'x0~|#'].map((text) => matcherOf(exact(text)))).words).toEqual(
      expect.arrayContaining(['x', '0', '~', '|', '#', 'xx', '']),
    )
  })

  // Its states are the positions of the last `a`s: 2 to the power of the number of positions.
  it('are not all where the patterns have too many states together', () => {
    const wordsFor = (length: number) =>
      distinguishTexts([matcherOf(like(`*a${'?'.repeat(length)}`))])
    expect(wordsFor(10)).toEqual({ words: ['x', `a${'x'.repeat(10)}`, ''], isComplete: true })
    expect(wordsFor(12).isComplete).toBe(false)
  })
})
