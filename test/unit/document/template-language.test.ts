/** The texts that a template can match for all callers, with the characters of slots marked. */
import { describe, expect, it } from 'vitest'
import {
  buildAutomaton,
  literalText,
  TooManyStatesError,
} from '../../../packages/core/src/automata/automaton.ts'
import { BudgetExceededError } from '../../../packages/core/src/automata/budget.ts'
import { rangesOf } from '../../../packages/core/src/automata/character-ranges.ts'
import {
  type Comparison,
  templateLanguage,
  type Values,
} from '../../../packages/core/src/document/isolation/template-language.ts'
import { accepts } from '../automata/accepts.ts'

const LIKE: Comparison = { hasWildcards: true, ignoresCase: false }
const EQUALS: Comparison = { hasWildcards: false, ignoresCase: false }
const IGNORES_CASE: Comparison = { hasWildcards: false, ignoresCase: true }

const oneOf = (characters: string) =>
  buildAutomaton({ kind: 'characters', on: rangesOf(characters) })

function valuesWith(tags: Readonly<Record<string, string>> = {}, steps = 10_000): Values {
  return {
    attributes: new Map(['x', 'y', 'fixed', 'unknown'].map((name) => [name, undefined])),
    automata: new Map([
      ['x', oneOf('ab')],
      ['y', oneOf('cdé')],
      ['fixed', buildAutomaton(literalText('f'))],
      ['${aws:userid}', oneOf('UV')],
    ]),
    sessionTags: new Map(Object.entries(tags)),
    known: new Map(),
    budget: { remaining: steps },
  }
}

const read = (text: string, comparison = LIKE, tags: Readonly<Record<string, string>> = {}) =>
  templateLanguage(text, comparison, valuesWith(tags))

describe('the language', () => {
  it.each<[text: string, comparison: Comparison, accepted: string[], refused: string[]]>([
    ['p/{{x}}', LIKE, ['p/a', 'p/b'], ['p/', 'p/c', 'P/a', 'p/A', 'p/ab']],
    ['{{x}}{{y}}', LIKE, ['ac', 'bd'], ['ca', 'a']],
    ['p*', LIKE, ['p', 'pq', 'p/q'], ['q', '']],
    ['p?', LIKE, ['pq'], ['p', 'pqr']],
    ['p*?', EQUALS, ['p*?'], ['p', 'pq', 'p*q']],
    ['p${*}${?}${$}', LIKE, ['p*?$'], ['pq?$', 'p']],
    ['p${*}', EQUALS, ['p*'], ['pq', 'p${*}']],
    ['{{fixed}}', LIKE, ['f'], ['a']],
    // Nothing is known of the value.
    ['p${aws:username}q', LIKE, ['pq', 'pxq', 'p*q'], ['p']],
    ['p${aws:userid}', LIKE, ['pU'], ['pu', 'p', 'pX']],
    ['p${AWS:UserId}', LIKE, ['pU'], ['p']],
    ['Pq{{x}}', IGNORES_CASE, ['pqa', 'PQB', 'pQa'], ['pa', 'pqc', 'pq']],
    ['É{{y}}', IGNORES_CASE, ['éc', 'ÉD', 'éÉ'], ['ec', 'éa']],
    // These have no other case of one character.
    ['ß-1', IGNORES_CASE, ['ß-1'], ['S-1', 'SS-1', 's-1', 'ß\r1']],
    ['@`{', IGNORES_CASE, ['@`{'], ['``{', '@@{', '@`[']],
    ['zZ', IGNORES_CASE, ['zz', 'ZZ', 'Zz'], ['z[', 'y`']],
    ['×÷', IGNORES_CASE, ['×÷'], ['÷×', '÷÷']],
    ['日', IGNORES_CASE, ['日'], ['本']],
  ])('of %s, read as %j', (text, comparison, accepted, refused) => {
    const { automaton } = read(text, comparison)
    expect(accepted.filter((one) => accepts(automaton, one))).toEqual(accepted)
    expect(refused.filter((one) => accepts(automaton, one))).toEqual([])
  })

  it('replaces a principal tag by the template of its value', () => {
    const tags = { owner: '{{x}}-{{y}}', kind: 'app' }
    const { automaton, slots } = read('p/${aws:PrincipalTag/Owner}', LIKE, tags)
    expect(accepts(automaton, 'p/a-c')).toBe(true)
    expect(accepts(automaton, 'p/a')).toBe(false)
    expect(slots).toEqual(['x', 'y'])
    expect(accepts(read('${aws:principaltag/kind}', LIKE, tags).automaton, 'app')).toBe(true)
    expect(accepts(read('${aws:principaltag/kind}', LIKE, tags).automaton, 'xapp')).toBe(false)
    // The session has no such tag, so that its value may be any text.
    expect(accepts(read('${aws:PrincipalTag/other}', LIKE, tags).automaton, 'anything')).toBe(true)
    const withDefault = read("${aws:PrincipalTag/Owner, 'none'}", LIKE, tags)
    expect(accepts(withDefault.automaton, 'none')).toBe(true)
    expect(read('${aws:RequestTag/kind}', LIKE, tags).slots).toEqual([])
    expect(accepts(read('${aws:RequestTag/kind}', LIKE, tags).automaton, 'x')).toBe(true)
  })

  it.each<[text: string, comparison: Comparison, slots: string[], marks: number[], prefix: string]>(
    [
      ['p/{{x}}', LIKE, ['x'], [-1, -1, -1, 0], 'p/'],
      ['{{x}}p{{y}}{{x}}', LIKE, ['x', 'y', 'x'], [-1, 0, -1, 1, 2], ''],
      ['p{{fixed}}{{x}}', LIKE, ['x'], [-1, -1, -1, 0], 'p'],
      ['p${aws:userid}', LIKE, ['${aws:userid}'], [-1, -1, 0], 'p'],
      ['*p', LIKE, [], [-1, -1, -1], ''],
      ['?p', LIKE, [], [-1, -1, -1], ''],
      ['*p', EQUALS, [], [-1, -1, -1], '*'],
      ['pq', EQUALS, [], [-1, -1, -1], 'pq'],
      ['p${*}', LIKE, [], [-1, -1, -1], 'p*'],
      ['pq', IGNORES_CASE, [], [-1, -1, -1], ''],
      ['', LIKE, [], [-1], ''],
      ['${aws:username}', LIKE, [], [-1, -1], ''],
    ],
  )('of %s, read as %j, has the slots %j', (text, comparison, slots, marks, prefix) => {
    const language = read(text, comparison)
    expect(language).toMatchObject({ text, slots, prefix })
    expect(language.automaton.map(({ mark }) => mark)).toEqual(marks)
  })

  it.each([
    ['p/{{x}}', LIKE, true],
    ['p/{{x}}*', LIKE, true],
    ['*{{x}}', LIKE, false],
    ['*{{x}}', EQUALS, true],
  ])('of %s, read as %j, is read in one way: %s', (text, comparison, expected) => {
    expect(read(text, comparison).isDeterministic).toBe(expected)
  })
})

describe('a language that was read before', () => {
  it('is not read again, whichever template means the same', () => {
    const values = valuesWith({ owner: '{{x}}' })
    const first = templateLanguage('p/{{x}}', LIKE, values)
    const { remaining } = values.budget
    expect(remaining).toBeLessThanOrEqual(10_000 - first.automaton.length + 1)
    expect(templateLanguage('p/{{x}}', LIKE, values)).toBe(first)
    expect(templateLanguage('p/${aws:PrincipalTag/Owner}', LIKE, values).key).toBe(first.key)
    expect(values.budget.remaining).toBe(remaining)
    expect(templateLanguage('p/{{x}}', EQUALS, values).key).not.toBe(first.key)
    expect(templateLanguage('p/{{x}}', IGNORES_CASE, values).key).not.toBe(first.key)
    expect(templateLanguage('p/{{y}}', LIKE, values).key).not.toBe(first.key)
    // A wildcard and the same character as text.
    expect(templateLanguage('*', LIKE, values).key).not.toBe(
      templateLanguage('${*}', LIKE, values).key,
    )
  })

  it('costs a step for each state at least, and is refused beyond the limit', () => {
    const values = valuesWith()
    templateLanguage('p/{{x}}', LIKE, values)
    const exactly = 10_000 - values.budget.remaining
    expect(templateLanguage('p/{{x}}', LIKE, valuesWith({}, exactly)).slots).toEqual(['x'])
    expect(() => templateLanguage('p/{{x}}', LIKE, valuesWith({}, exactly - 1))).toThrow(
      BudgetExceededError,
    )
  })

  it('is not decided where the values of a slot are not known', () => {
    expect(() => read('p/{{unknown}}')).toThrow(TooManyStatesError)
  })
})
