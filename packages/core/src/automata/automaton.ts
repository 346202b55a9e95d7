/** Finite automata without empty transitions, built from a regular expression (Glushkov, 1961). */
import { type Budget, spend } from './budget.ts'
import {
  ANY_CHARACTER,
  ANY_CHARACTER_OR_SYMBOL,
  type CharacterRanges,
  singleCharacter,
} from './character-ranges.ts'

/** A regular expression as a tree. */
export type RegularExpression =
  | { readonly kind: 'characters'; readonly on: CharacterRanges }
  | { readonly kind: 'sequence'; readonly parts: readonly RegularExpression[] }
  | { readonly kind: 'choice'; readonly options: readonly RegularExpression[] }
  | {
      readonly kind: 'repeat'
      readonly part: RegularExpression
      readonly min: number
      /** May be infinite. */
      readonly max: number
    }
  /** What another automaton accepts. */
  | { readonly kind: 'automaton'; readonly automaton: Automaton }
  /** Marks every character of the part, so that two ways to read one text can be compared. */
  | { readonly kind: 'marked'; readonly mark: number; readonly part: RegularExpression }

/** `mark` of a state outside every marked part. */
export const NO_MARK = -1

/**
 * A state reads one character of `on` when it is entered. State 0 is the start and reads nothing.
 */
export interface State {
  readonly on: CharacterRanges
  readonly mark: number
  readonly next: readonly number[]
  readonly isAccepting: boolean
}

export type Automaton = readonly State[]

/** For a number that no state has: no text leads on from it. */
const DEAD_STATE: State = { on: [], mark: NO_MARK, next: [], isAccepting: false }

export function stateAt(automaton: Automaton, number: number): State {
  return automaton[number] ?? DEAD_STATE
}

/** What an automaton may have at most; beyond, nothing is decided. */
export const MAX_STATES = 20_000
/** The same for transitions: 78 alternatives, repeated 256 times, have 1.5 million. */
export const MAX_TRANSITIONS = 200_000

/** The automaton has more states or transitions than it may have. */
export class TooManyStatesError extends Error {
  constructor() {
    super(`the automaton has more than ${MAX_STATES} states or ${MAX_TRANSITIONS} transitions`)
  }
}

/** Matches the empty text only. */
export const EMPTY_TEXT: RegularExpression = { kind: 'sequence', parts: [] }
/** IAM's `?`. */
export const ONE_CHARACTER: RegularExpression = { kind: 'characters', on: ANY_CHARACTER }
/** IAM's `*`. */
export const ANY_TEXT: RegularExpression = {
  kind: 'repeat',
  part: { kind: 'characters', on: ANY_CHARACTER_OR_SYMBOL },
  min: 0,
  max: Number.POSITIVE_INFINITY,
}

export function literalText(text: string): RegularExpression {
  return {
    kind: 'sequence',
    parts: [...text].map((character) => ({
      kind: 'characters',
      on: singleCharacter(character.codePointAt(0) ?? 0),
    })),
  }
}

interface MutableState {
  readonly on: CharacterRanges
  readonly mark: number
  next: number[]
  isAccepting: boolean
}

/** An automaton that is being built. */
interface Draft {
  readonly states: MutableState[]
  transitions: number
  readonly budget: Budget | undefined
}

/** The states with which a text of the part may begin and end. */
interface Fragment {
  readonly matchesEmpty: boolean
  readonly first: readonly number[]
  readonly last: readonly number[]
}

const EMPTY_FRAGMENT: Fragment = { matchesEmpty: true, first: [], last: [] }

/**
 * @param budget of which each state and each transition is a step
 * @throws {TooManyStatesError | BudgetExceededError}
 */
export function buildAutomaton(expression: RegularExpression, budget?: Budget): Automaton {
  const start: MutableState = { on: [], mark: NO_MARK, next: [], isAccepting: false }
  const states = [start]
  const whole = addExpression(expression, NO_MARK, { states, transitions: 0, budget })
  start.next = [...whole.first]
  start.isAccepting = whole.matchesEmpty
  for (const index of whole.last) {
    const state = states[index]
    if (state !== undefined) state.isAccepting = true
  }
  for (const state of states) state.next = withoutDuplicates(state.next)
  return states
}

function withoutDuplicates(states: number[]): number[] {
  const [first, second] = states
  // Nearly all states have at most two transitions.
  if (states.length < 2 || (states.length === 2 && first !== second)) return states
  return [...new Set(states)]
}

function addExpression(expression: RegularExpression, mark: number, draft: Draft): Fragment {
  switch (expression.kind) {
    case 'characters': {
      addState(draft, { on: expression.on, mark, next: [], isAccepting: false })
      const state = draft.states.length - 1
      return { matchesEmpty: false, first: [state], last: [state] }
    }
    case 'sequence':
      return expression.parts.reduce<Fragment>(
        (before, part) => join(before, addExpression(part, mark, draft), draft),
        EMPTY_FRAGMENT,
      )
    case 'choice': {
      const options = expression.options.map((option) => addExpression(option, mark, draft))
      return {
        matchesEmpty: options.some((option) => option.matchesEmpty),
        first: options.flatMap(({ first }) => first),
        last: options.flatMap(({ last }) => last),
      }
    }
    case 'repeat':
      return addRepetition(expression, mark, draft)
    case 'automaton':
      return addAutomaton(expression.automaton, mark, draft)
    case 'marked':
      return addExpression(expression.part, expression.mark, draft)
  }
}

/**
 * Counts by states: each repetition has states of its own, and continues only into the next one.
 * Where the part matches the empty text, fewer repetitions match the same texts, so none is
 * required.
 */
function addRepetition(
  { part, min, max }: Extract<RegularExpression, { kind: 'repeat' }>,
  mark: number,
  draft: Draft,
): Fragment {
  const isUnbounded = max === Number.POSITIVE_INFINITY
  const copies: Fragment[] = []
  const count = isUnbounded ? Math.max(min, 1) : max
  for (let index = 0; index < count; index++) {
    const copy = addExpression(part, mark, draft)
    connect(copies.at(-1)?.last ?? [], copy.first, draft)
    copies.push(copy)
  }
  const final = copies.at(-1)
  if (final === undefined) return EMPTY_FRAGMENT
  if (isUnbounded) connect(final.last, final.first, draft)
  const required = final.matchesEmpty ? 0 : min
  return {
    matchesEmpty: required === 0,
    first: copies[0]?.first ?? [],
    last: copies.slice(Math.max(required, 1) - 1).flatMap(({ last }) => last),
  }
}

function addAutomaton(automaton: Automaton, mark: number, draft: Draft): Fragment {
  // The start of the part is not copied: what leads to it leads to its successors.
  const offset = draft.states.length - 1
  const last: number[] = []
  for (const [index, { on, next, isAccepting }] of automaton.entries()) {
    if (index === 0) continue
    countTransitions(draft, next.length)
    addState(draft, { on, mark, next: next.map((to) => to + offset), isAccepting: false })
    if (isAccepting) last.push(index + offset)
  }
  return {
    matchesEmpty: stateAt(automaton, 0).isAccepting,
    first: stateAt(automaton, 0).next.map((to) => to + offset),
    last,
  }
}

function join(before: Fragment, after: Fragment, draft: Draft): Fragment {
  connect(before.last, after.first, draft)
  return {
    matchesEmpty: before.matchesEmpty && after.matchesEmpty,
    first: before.matchesEmpty ? [...before.first, ...after.first] : before.first,
    last: after.matchesEmpty ? [...before.last, ...after.last] : after.last,
  }
}

function connect(from: readonly number[], to: readonly number[], draft: Draft): void {
  countTransitions(draft, from.length * to.length)
  for (const state of from) for (const next of to) draft.states[state]?.next.push(next)
}

function addState(draft: Draft, state: MutableState): void {
  if (draft.states.length >= MAX_STATES) throw new TooManyStatesError()
  if (draft.budget) spend(draft.budget, 1)
  draft.states.push(state)
}

function countTransitions(draft: Draft, added: number): void {
  draft.transitions += added
  if (draft.transitions > MAX_TRANSITIONS) throw new TooManyStatesError()
  if (draft.budget) spend(draft.budget, added)
}
