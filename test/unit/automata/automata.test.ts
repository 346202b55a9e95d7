/** Automata, case by case: how they are built and intersected, and what they have in common. */
import { describe, expect, it } from 'vitest'
import {
  ANY_TEXT,
  type Automaton,
  buildAutomaton,
  EMPTY_TEXT,
  literalText,
  NO_MARK,
  ONE_CHARACTER,
  type RegularExpression,
  stateAt,
  TooManyStatesError,
} from '../../../packages/core/src/automata/automaton.ts'
import { BudgetExceededError, spend } from '../../../packages/core/src/automata/budget.ts'
import { rangesOf } from '../../../packages/core/src/automata/character-ranges.ts'
import {
  acceptsOneText,
  intersectAutomata,
  isDeterministic,
} from '../../../packages/core/src/automata/intersection.ts'
import { shareBeginnings } from '../../../packages/core/src/automata/share-beginnings.ts'
import { accepts } from './accepts.ts'

const sequence = (...parts: RegularExpression[]): RegularExpression => ({ kind: 'sequence', parts })
const choice = (...options: RegularExpression[]): RegularExpression => ({ kind: 'choice', options })
const repeat = (part: RegularExpression, min: number, max: number): RegularExpression => ({
  ...{ kind: 'repeat', part, min, max },
})
const marked = (mark: number, part: RegularExpression): RegularExpression => ({
  ...{ kind: 'marked', mark, part },
})
const embedded = (part: RegularExpression): RegularExpression => ({
  ...{ kind: 'automaton', automaton: buildAutomaton(part) },
})
const text = literalText
const star = (part: RegularExpression) => repeat(part, 0, Number.POSITIVE_INFINITY)

/** A `*` is any text, and a `?` one character. */
const like = (pattern: string): RegularExpression =>
  sequence(
    ...[...pattern].map((one) =>
      one === '*' ? ANY_TEXT : one === '?' ? ONE_CHARACTER : text(one),
    ),
  )

function acceptedOf(automaton: Automaton, texts: readonly string[]): string[] {
  return texts.filter((one) => accepts(automaton, one))
}

const TEXTS = [
  '',
  'a',
  'b',
  'c',
  'aa',
  'ab',
  'ac',
  'bc',
  'abc',
  'abb',
  'abbc',
  'aab',
  'aabb',
  'abab',
]

describe('an automaton', () => {
  it.each<[name: string, expression: RegularExpression, accepted: string[]]>([
    ['of the empty text', EMPTY_TEXT, ['']],
    ['of no option', choice(), []],
    ['of two options', choice(text('ab'), text('c')), ['c', 'ab']],
    ['of an option that is empty', choice(EMPTY_TEXT, text('ab')), ['', 'ab']],
    [
      'of two to three',
      repeat(choice(text('a'), text('b')), 2, 3),
      [...['aa', 'ab', 'abb', 'aab']],
    ],
    ['of none', repeat(text('a'), 0, 0), ['']],
    ['of at least two', repeat(text('ab'), 2, Number.POSITIVE_INFINITY), ['abab']],
    ['of any number', star(text('a')), ['', 'a', 'aa']],
    ['that repeats what may be empty', repeat(star(text('a')), 2, 3), ['', 'a', 'aa']],
    [
      'with another one',
      sequence(text('a'), embedded(star(text('b'))), text('c')),
      [...['ac', 'abc', 'abbc']],
    ],
    [
      'that begins with another one',
      sequence(embedded(choice(text('a'), text('ab'))), text('b')),
      [...['ab', 'abb']],
    ],
    [
      'that repeats another one',
      star(embedded(choice(text('ab'), text('a')))),
      [...['', 'a', 'aa', 'ab', 'aab', 'abab']],
    ],
    ['with another one that is not empty', embedded(text('ab')), ['ab']],
    ['with marks', sequence(marked(0, text('a')), marked(1, text('b'))), ['ab']],
  ])('%s accepts its texts', (_, expression, accepted) => {
    expect(acceptedOf(buildAutomaton(expression), TEXTS)).toEqual(accepted)
  })

  it('marks the characters of a part, and no others', () => {
    const automaton = buildAutomaton(
      sequence(text('a'), marked(3, sequence(text('b'), embedded(text('c')))), text('d')),
    )
    expect(automaton.map(({ mark }) => mark)).toEqual([-1, -1, 3, 3, -1])
    const inner = marked(1, sequence(text('a'), marked(2, text('b'))))
    expect(buildAutomaton(inner).map(({ mark }) => mark)).toEqual([-1, 1, 2])
  })

  it('names each state that may follow once', () => {
    const automaton = buildAutomaton(star(star(choice(star(text('a')), text('b')))))
    for (const { next } of automaton) expect(next).toEqual([...new Set(next)])
    expect(buildAutomaton(star(star(text('a')))).map(({ next }) => next)).toEqual([[1], [1]])
  })
})

it('a number that no state has leads to no text', () => {
  expect(stateAt([], 0)).toEqual({ on: [], mark: NO_MARK, next: [], isAccepting: false })
})

describe('the number of states', () => {
  it('is limited, the start included', () => {
    const long = (length: number) => text('a'.repeat(length))
    expect(buildAutomaton(long(19_999))).toHaveLength(20_000)
    expect(() => buildAutomaton(long(20_000))).toThrow(TooManyStatesError)
    expect(() => buildAutomaton(long(20_000))).toThrow('more than 20000 states')
    expect(buildAutomaton(sequence(long(9_000), embedded(long(9_000))))).toHaveLength(18_001)
    expect(() => buildAutomaton(sequence(long(9_000), embedded(long(12_000))))).toThrow(
      TooManyStatesError,
    )
  })

  // Each position of one with each of the other.
  it('of an intersection is limited too', () => {
    const both = (length: number) =>
      ['a', 'b'].map((one) => buildAutomaton(like(`*${one}${'?'.repeat(length)}*`)))
    const [a = [], b = []] = both(20)
    expect(intersectAutomata(a, b).length).toBeGreaterThan(100)
    const [c = [], d = []] = both(160)
    expect(() => intersectAutomata(c, d)).toThrow(TooManyStatesError)
  })
})

describe('the intersection', () => {
  it.each([
    ['a*', '*b', ['ab', 'abb', 'aab', 'aabb', 'abab']],
    ['?', '*', ['a', 'b', 'c']],
    ['a', 'b', []],
    ['*', '*', TEXTS],
    ['a?', '*c', ['ac']],
  ])('of %s and %s accepts what both do', (left, right, accepted) => {
    const both = intersectAutomata(buildAutomaton(like(left)), buildAutomaton(like(right)))
    expect(acceptedOf(both, TEXTS)).toEqual(accepted)
  })

  it('keeps apart positions in texts of different lengths', () => {
    const both = intersectAutomata(buildAutomaton(text('bcccb')), buildAutomaton(like('*b*')))
    expect(acceptedOf(both, ['bcccb', 'bccc', 'bcccbcccb', 'bcccbcccbcccb', 'b'])).toEqual([
      'bcccb',
    ])
    const long = intersectAutomata(buildAutomaton(text('aaaaaaab')), buildAutomaton(like('a*?b')))
    expect(acceptedOf(long, ['aaaaaaab', 'aab', 'ab', 'aaaaaab', 'aaaaaaaab'])).toEqual([
      ...['aaaaaaab'],
    ])
    const same = intersectAutomata(buildAutomaton(text('abc')), buildAutomaton(like('a?c')))
    expect(acceptedOf(same, TEXTS)).toEqual(['abc'])
  })

  it('has the marks of the first, and only states that lead to a text', () => {
    const left = buildAutomaton(
      choice(sequence(marked(0, text('a')), text('b')), sequence(marked(1, text('a')), text('c'))),
    )
    const both = intersectAutomata(left, buildAutomaton(marked(7, like('?b'))))
    expect(both.map(({ on, mark }) => [on[0], mark])).toEqual([
      [undefined, -1],
      [0x61, 0],
      [0x62, -1],
    ])
    expect(both.map(({ next, isAccepting }) => [next, isAccepting])).toEqual([
      [[1], false],
      [[2], false],
      [[], true],
    ])
    const none = intersectAutomata(left, buildAutomaton(text('x')))
    expect(none).toEqual([{ on: [], mark: -1, next: [], isAccepting: false }])
  })
})

describe('an automaton accepts one text', () => {
  it.each<[name: string, expression: RegularExpression, expected: boolean]>([
    ['a text', text('abc'), true],
    ['the empty text', EMPTY_TEXT, true],
    ['one option', choice(text('a')), true],
    ['two options', choice(text('a'), text('b')), false],
    ['two characters', { kind: 'characters', on: rangesOf('ab') }, false],
    ['two ranges', { kind: 'characters', on: rangesOf('ac') }, false],
    ['an end that may be missing', sequence(text('a'), repeat(text('b'), 0, 1)), false],
    ['any number', star(text('a')), false],
    ['no option', choice(), false],
  ])('%s: %s', (_, expression, expected) => {
    expect(acceptsOneText(buildAutomaton(expression))).toBe(expected)
  })
})

describe('an automaton is read in one way', () => {
  it.each<[name: string, expression: RegularExpression, expected: boolean]>([
    ['a text', text('abc'), true],
    ['options that begin differently', choice(text('ab'), text('cb'), text('d')), true],
    ['options of which the last two begin alike', choice(text('c'), text('ab'), text('ac')), false],
    ['a wildcard before a text', like('*a'), false],
    ['a wildcard at the end', like('a*'), true],
    ['options that differ later', sequence(text('x'), choice(text('ab'), text('ac'))), false],
  ])('%s: %s', (_, expression, expected) => {
    expect(isDeterministic(buildAutomaton(expression))).toBe(expected)
  })
})

describe('alternatives with their beginnings shared', () => {
  it.each<[alternatives: string[]]>([
    [['ab', 'ac', 'abc']],
    [['a', 'a', 'ab']],
    [['', 'a']],
    [['a*', 'a*b', '*c', 'a?']],
    [[]],
    [['abab', 'abb', 'c']],
  ])('%j accept the same texts', (alternatives) => {
    const expressions = alternatives.map(like)
    const shared = buildAutomaton(shareBeginnings(expressions))
    const apart = buildAutomaton(choice(...expressions))
    expect(acceptedOf(shared, TEXTS)).toEqual(acceptedOf(apart, TEXTS))
  })

  it('may be as long as an automaton', () => {
    const long = text('ab'.repeat(7000))
    expect(buildAutomaton(shareBeginnings([long])).length).toBe(14_001)
    expect(buildAutomaton(shareBeginnings([text('a'), long])).length).toBe(14_001)
  })

  it('have the states of a common beginning once', () => {
    const states = (...expressions: RegularExpression[]) =>
      buildAutomaton(shareBeginnings(expressions)).length
    expect(states(text('abcd'), text('abce'), text('abf'))).toBe(1 + 6)
    expect(states(like('a*b'), like('a*c'), like('a*'))).toBe(1 + 4)
    expect(states(text('a'), text('a'))).toBe(1 + 1)
    const digits = (max: number) => repeat({ kind: 'characters', on: rangesOf('01') }, 1, max)
    expect(states(sequence(digits(2), text('a')), sequence(digits(2), text('b')))).toBe(1 + 4)
    // The same part in another number is another part.
    expect(states(sequence(digits(2), text('a')), sequence(digits(3), text('b')))).toBe(1 + 7)
    const unbounded = sequence(digits(Number.POSITIVE_INFINITY), text('a'))
    expect(states(unbounded, sequence(digits(1), text('a')))).toBe(1 + 4)
  })
})

it('a budget may be used up, but not exceeded', () => {
  const budget = { remaining: 5 }
  spend(budget, 2)
  expect(budget.remaining).toBe(3)
  spend(budget, 3)
  spend(budget, 0)
  expect(() => spend(budget, 1)).toThrow(BudgetExceededError)
  expect(() => spend({ remaining: 0 }, 1)).toThrow('not decided within the limit of steps')
})
