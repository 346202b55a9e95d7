/** Automata have limits, so that a short pattern cannot use much memory. */
import { describe, expect, it } from 'vitest'
import {
  type Automaton,
  buildAutomaton,
  literalText,
  MAX_STATES,
  MAX_TRANSITIONS,
  type RegularExpression,
  TooManyStatesError,
} from '../../../packages/core/src/automata/automaton.ts'
import { type Budget, BudgetExceededError } from '../../../packages/core/src/automata/budget.ts'
import { rangesOf } from '../../../packages/core/src/automata/character-ranges.ts'
import {
  intersectAutomata,
  isDeterministic,
} from '../../../packages/core/src/automata/intersection.ts'

describe('the limits of an automaton', () => {
  it('refuses alternatives that, repeated, have too many transitions', () => {
    const most = Math.floor(MAX_TRANSITIONS / 60 ** 2)
    expect(buildAutomaton(repeated(alternatives(60), most)).length).toBeLessThan(MAX_STATES)
    expect(() => buildAutomaton(repeated(alternatives(60), most + 2))).toThrow(TooManyStatesError)
  })

  it('are exact: 10,000 transitions between each two of 21 parts', () => {
    const most = repeated(alternatives(100), 21)
    expect(buildAutomaton(most)).toHaveLength(1 + 2100)
    const parts = [most, alternatives(1)]
    expect(() => buildAutomaton({ kind: 'sequence', parts })).toThrow(TooManyStatesError)
  })

  it('refuses a part with too many transitions that is used several times', () => {
    const part = buildAutomaton(repeated(alternatives(60), 40))
    const twice: RegularExpression = {
      kind: 'choice',
      options: [
        { kind: 'automaton', automaton: part },
        { kind: 'automaton', automaton: part },
      ],
    }
    expect(() => buildAutomaton(twice)).toThrow(TooManyStatesError)
  })

  it('refuses an intersection with too many transitions', () => {
    const state = (next: number[]) => ({ on: rangesOf('a'), mark: -1, next, isAccepting: true })
    const complete = (size: number): Automaton =>
      Array.from({ length: size }, () => state(Array.from({ length: size }, (_, to) => to)))
    expect(intersectAutomata(complete(20), complete(20))).toHaveLength(401)
    expect(() => intersectAutomata(complete(22), complete(22))).toThrow(TooManyStatesError)
  })
})

describe('the budget of an automaton', () => {
  it('spends a step for each state and each transition that is built', () => {
    const budget: Budget = { remaining: 1000 }
    buildAutomaton(repeated(alternatives(2), 3), budget)
    expect(budget.remaining).toBe(1000 - 6 - 8)
    expect(() => buildAutomaton(repeated(alternatives(40), 3), budget)).toThrow(BudgetExceededError)
  })

  it('spends nothing else for a text', () => {
    const budget: Budget = { remaining: 1000 }
    buildAutomaton(literalText('ab'), budget)
    expect(budget.remaining).toBe(1000 - 2 - 1)
  })

  it('spends steps for the transitions from a part that is used again', () => {
    const part = { kind: 'automaton', automaton: buildAutomaton(literalText('ab')) } as const
    const budget: Budget = { remaining: 1000 }
    buildAutomaton({ kind: 'sequence', parts: [part, part] }, budget)
    expect(budget.remaining).toBe(1000 - 4 - 3)
  })

  it('spends steps for the states of a part that is used again', () => {
    const part = buildAutomaton(repeated(alternatives(2), 3))
    const budget: Budget = { remaining: 1000 }
    buildAutomaton({ kind: 'automaton', automaton: part }, budget)
    expect(budget.remaining).toBe(1000 - 6 - 8)
  })

  it('spends a step for each pair of transitions of an intersection', () => {
    const budget: Budget = { remaining: 1000 }
    const pair = buildAutomaton(repeated(alternatives(2), 1))
    intersectAutomata(pair, pair, budget)
    expect(budget.remaining).toBe(1000 - 5 - 2)
    expect(() => intersectAutomata(pair, pair, { remaining: 4 })).toThrow(BudgetExceededError)
  })
})

describe('isDeterministic', () => {
  it.each([
    ['ab', 'cd', true],
    ['ac', 'bd', true],
    ['ab', 'bc', false],
    ['az', 'z', false],
    ['abc', 'b', false],
    ['abc', 'de', true, 'fg'],
    ['abc', 'de', false, 'b'],
    ['adg', 'be', true, 'cf'],
    ['adg', 'be', false, 'cg'],
  ])('compares %s and %s: %s %s', (one, other, expected, third = '') => {
    const all = third === '' ? [one, other] : [one, other, third]
    for (const options of [all, all.toReversed()]) {
      const parts = options.map((on) => ({ kind: 'characters', on: rangesOf(on) }) as const)
      expect(isDeterministic(buildAutomaton({ kind: 'choice', options: parts }))).toBe(expected)
    }
  })
})

function alternatives(count: number): RegularExpression {
  return {
    kind: 'choice',
    options: Array.from({ length: count }, (_, index) => ({
      kind: 'characters',
      on: [index * 2, index * 2],
    })),
  }
}

function repeated(part: RegularExpression, max: number): RegularExpression {
  return { kind: 'repeat', part, min: 1, max }
}
