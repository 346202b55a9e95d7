/** The texts that two automata both accept, as an automaton. */
import {
  type Automaton,
  MAX_STATES,
  MAX_TRANSITIONS,
  type State,
  stateAt,
  TooManyStatesError,
} from './automaton.ts'
import { type Budget, spend } from './budget.ts'
import { intersectRanges, rangePairs, rangesMeet } from './character-ranges.ts'

/**
 * Marks are those of `left`.
 * @param budget of which each pair of transitions is a step
 * @throws {TooManyStatesError | BudgetExceededError}
 */
export function intersectAutomata(left: Automaton, right: Automaton, budget?: Budget): Automaton {
  // No state leads to the start.
  const numbers = new Map<number, number>()
  const pairs: (readonly [number, number])[] = [[0, 0]]
  const states: State[] = []
  let transitions = 0
  for (const [leftIndex, rightIndex] of pairs) {
    const [leftState, rightState] = [stateAt(left, leftIndex), stateAt(right, rightIndex)]
    if (budget) spend(budget, 1 + leftState.next.length * rightState.next.length)
    const next: number[] = []
    for (const leftNext of leftState.next)
      for (const rightNext of rightState.next) {
        if (!rangesMeet(stateAt(left, leftNext).on, stateAt(right, rightNext).on)) continue
        const key = leftNext * right.length + rightNext
        let number = numbers.get(key)
        if (number === undefined) {
          number = pairs.push([leftNext, rightNext]) - 1
          if (number >= MAX_STATES) throw new TooManyStatesError()
          numbers.set(key, number)
        }
        next.push(number)
      }
    transitions += next.length
    if (transitions > MAX_TRANSITIONS) throw new TooManyStatesError()
    states.push({
      on: intersectRanges(leftState.on, rightState.on),
      mark: leftState.mark,
      next,
      isAccepting: leftState.isAccepting && rightState.isAccepting,
    })
  }
  return withoutDeadEnds(states)
}

/** Without the states from which no text is accepted; the start stays. */
function withoutDeadEnds(states: readonly State[]): Automaton {
  const predecessors = states.map((): number[] => [])
  for (const [index, { next }] of states.entries())
    for (const to of next) predecessors[to]?.push(index)
  const pending = states.flatMap(({ isAccepting }, index) => (isAccepting ? [index] : []))
  const alive = new Set(pending)
  for (let state = pending.pop(); state !== undefined; state = pending.pop())
    for (const before of predecessors[state] ?? [])
      if (!alive.has(before)) {
        alive.add(before)
        pending.push(before)
      }
  alive.add(0)
  const kept = [...alive].sort((a, b) => a - b)
  const numbers = new Map(kept.map((state, index) => [state, index]))
  return kept.map((index) => {
    const state = stateAt(states, index)
    return { ...state, next: state.next.flatMap((to) => numbers.get(to) ?? []) }
  })
}

/** Whether exactly one text is accepted, so that a slot with it is no different for any caller. */
export function acceptsOneText(automaton: Automaton): boolean {
  return automaton.every(({ on, next, isAccepting }, index) => {
    const readsOne = index === 0 || (on.length === 2 && on[0] === on[1])
    return readsOne && next.length === (isAccepting ? 0 : 1)
  })
}

/** Whether each text can be read in at most one way. */
export function isDeterministic(automaton: Automaton): boolean {
  return automaton.every(({ next }) => {
    const [first = 0, second = 0] = next
    if (next.length < 2) return true
    if (next.length === 2)
      return !rangesMeet(stateAt(automaton, first).on, stateAt(automaton, second).on)
    // In the order of their first characters, sets that overlap have neighbors that do.
    const pairs = next.flatMap((state) => rangePairs(stateAt(automaton, state).on))
    pairs.sort(([a], [b]) => a - b)
    return pairs.every(([from], index) => index === 0 || from > (pairs[index - 1]?.[1] ?? 0))
  })
}
