/** Which values of one condition key satisfy several constraints together. */
import { describe, expect, it } from 'vitest'
import {
  ANY_TEXT,
  buildAutomaton,
  literalText,
  type RegularExpression,
} from '../../../packages/core/src/automata/automaton.ts'
import {
  FIRST_SYMBOL,
  singleCharacter,
} from '../../../packages/core/src/automata/character-ranges.ts'
import type { Characters, TextSet } from '../../../packages/core/src/automata/find-text.ts'
import {
  ANY_VALUE,
  addConstraint,
  type Constraint,
  findValues,
  negate,
  UNCONSTRAINED,
} from '../../../packages/core/src/policy/value-constraint.ts'

const SYMBOL: RegularExpression = { kind: 'characters', on: singleCharacter(FIRST_SYMBOL) }

const only = (...texts: string[]): TextSet =>
  setOf({ kind: 'choice', options: texts.map(literalText) })
const startingWith = (...parts: RegularExpression[]) =>
  setOf({ kind: 'sequence', parts: [...parts, ANY_TEXT] })

function setOf(expression: RegularExpression): TextSet {
  return { inside: [buildAutomaton(expression)], outside: [] }
}

function valuesFor(...constraints: readonly Constraint[]): readonly string[] | undefined {
  const all = constraints.reduce(addConstraint, UNCONSTRAINED)
  return findValues(all, { remaining: 10_000 })?.map(show)
}

function show(characters: Characters): string {
  return characters
    .map((character) => (character >= FIRST_SYMBOL ? '$' : String.fromCodePoint(character)))
    .join('')
}

describe('a key', () => {
  it.each<[string, readonly Constraint[], readonly string[] | undefined]>([
    ['is absent without constraints', [], []],
    ['has a value where one must be in a set', [{ some: only('a') }], ['a']],
    ['has a value for each set', [{ some: only('a') }, { some: only('b') }], ['a', 'b']],
    ['may be absent with IfExists', [{ ifPresent: only('a') }], []],
    [
      'has a value in that set, too, if it has any',
      [{ ifPresent: only('a') }, { some: only('b') }],
      ['b', 'a'],
    ],
    ['may be absent where every value is in a set', [{ every: only('a') }], []],
    ['has only values of that set', [{ every: only('a', 'b') }, { some: only('b', 'c') }], ['b']],
    ['has no value that is in two sets', [{ every: only('a') }, { some: only('b') }], undefined],
    [
      'has no value where IfExists allows none',
      [{ some: only('a') }, { every: only('a') }, { ifPresent: only('b') }],
      undefined,
    ],
    [
      'has values of all sets for every value',
      [{ every: only('a', 'b') }, { every: only('b', 'c') }, { some: ANY_VALUE }],
      ['b'],
    ],
    ['may be absent where it must be', [{ absent: true }], []],
    ['is not absent and present', [{ absent: true }, { some: ANY_VALUE }], undefined],
    ['is not present and absent', [{ some: ANY_VALUE }, { absent: true }], undefined],
    ['is absent with IfExists', [{ absent: true }, { ifPresent: only('a') }], []],
    ['is unconstrained without members', [{}, { some: only('a') }, {}], ['a']],
  ])('%s', (_, constraints, values) => {
    expect(valuesFor(...constraints)).toEqual(values)
  })
})

describe('the negation', () => {
  const A = only('a')
  it.each<[string, Constraint]>([
    ['some', { some: A }],
    ['some of any', { some: ANY_VALUE }],
    ['ifPresent', { ifPresent: A }],
    ['ifPresent of any', { ifPresent: ANY_VALUE }],
    ['every', { every: A }],
    ['every of any', { every: ANY_VALUE }],
    ['absent', { absent: true }],
    ['outside', { some: { inside: [], outside: A.inside } }],
  ])('of %s is true for no values for which the constraint is', (_, constraint) => {
    expect(valuesFor(constraint, negate(constraint))).toBeUndefined()
  })

  it.each<[string, Constraint, readonly string[] | undefined]>([
    ['some', { some: A }, []],
    ['ifPresent', { ifPresent: A }, ['']],
    ['every', { every: A }, ['']],
    ['every of any', { every: ANY_VALUE }, undefined],
    ['some of any', { some: ANY_VALUE }, []],
    ['absent', { absent: true }, ['']],
    ['nothing', {}, undefined],
    ['outside', { every: { inside: [], outside: A.inside } }, ['a']],
  ])('of %s is true for the others', (_, constraint, values) => {
    expect(valuesFor(negate(constraint))).toEqual(values)
  })

  it('of some is true for each value that is not in the set, and for several of them', () => {
    const others = negate({ some: A })
    expect(valuesFor(others, { some: only('b') }, { some: only('c') })).toEqual(['b', 'c'])
    expect(valuesFor(others, { some: only('b') }, { some: A })).toBeUndefined()
  })

  it('of ifPresent has no value in the set', () => {
    expect(valuesFor(negate({ ifPresent: A }), { some: A })).toBeUndefined()
    expect(valuesFor(negate({ ifPresent: A }), { some: only('b') })).toEqual(['', 'b'])
  })
})

describe('two patterns with variables', () => {
  // For the value `a` of the variable, `a/x` is in both.
  const variable = startingWith(SYMBOL, literalText('/'))

  it('may have common texts, whatever their characters are', () => {
    expect(valuesFor({ some: variable }, { every: only('a/x') })).toEqual(['$/'])
    expect(valuesFor({ some: only('a/x') }, { every: variable })).toEqual(['a/x'])
    expect(valuesFor({ every: variable }, { every: only('a/x') }, { some: ANY_VALUE })).toEqual([
      '$/',
    ])
    expect(
      valuesFor({ every: only('b', 'a/x') }, { every: variable }, { some: only('b') }),
    ).toEqual(['b'])
  })

  it('leave other patterns without variables as they are', () => {
    const every = [only('b', 'a'), variable, only('c', 'a')].map((set) => ({ every: set }))
    expect(valuesFor(...every, { some: ANY_VALUE })).toEqual(['a'])
    expect(valuesFor(...every, { some: only('b') })).toBeUndefined()
    const variableLast = [only('b', 'a'), only('c', 'a'), variable].map((set) => ({ every: set }))
    expect(valuesFor(...variableLast, { some: only('b') })).toBeUndefined()
    expect(valuesFor(...variableLast, { some: only('a') })).toEqual(['a'])
  })

  it('keep what is excluded', () => {
    const excluded = { inside: [], outside: setOf(ANY_TEXT).inside }
    expect(valuesFor({ some: variable }, { every: only('a') }, { every: excluded })).toBeUndefined()
    expect(valuesFor({ some: only('a') }, { every: variable }, { every: excluded })).toBeUndefined()
  })

  it('alone, have their own texts only', () => {
    expect(valuesFor({ some: variable })).toEqual(['$/'])
    expect(valuesFor({ some: variable }, { every: ANY_VALUE })).toEqual(['$/'])
  })
})
