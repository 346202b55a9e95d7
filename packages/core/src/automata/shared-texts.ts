/**
 * Which texts two automata both accept, and where the marked parts of such a text can differ
 * between the two readings: a product construction, with a shortest example of each case.
 */
import { type Automaton, NO_MARK, stateAt } from './automaton.ts'
import { type Budget, BudgetExceededError, spend } from './budget.ts'
import { type CharacterRanges, intersectRanges, rangesMeet } from './character-ranges.ts'

/** A mark of the left automaton and one of the right, whose parts are compared. */
export interface ComparedMarks {
  readonly left: number
  readonly right: number
}

/** A text that both accept, with the mark of each character in each of the two readings. */
export interface SharedText {
  /** Which characters are possible at each position. */
  readonly characters: readonly CharacterRanges[]
  readonly leftMarks: readonly number[]
  readonly rightMarks: readonly number[]
}

/** More would exceed the exact integers of a state's key. */
const MAX_COMPARED_MARKS = 20

interface Step {
  readonly left: number
  readonly right: number
  /** Bit i: the parts of the compared marks i differ. */
  readonly differing: number
  readonly before: Step | undefined
}

/**
 * A part differs where some character of the text belongs to it in one reading only.
 * @returns by the set of compared marks whose parts differ (bit i for entry i), texts for which
 *   exactly these differ, shortest first; empty where no text is shared
 * @param limit how many texts of each set are found, and how many ways to one state are followed
 * @param isEnough ends the search once a set is found for which it returns true
 * @throws {BudgetExceededError}
 */
export function findSharedTexts(
  left: Automaton,
  right: Automaton,
  compared: readonly ComparedMarks[],
  budget: Budget,
  limit: number,
  isEnough: (differing: number) => boolean = () => false,
): ReadonlyMap<number, readonly SharedText[]> {
  if (compared.length > MAX_COMPARED_MARKS) throw new BudgetExceededError()
  const found = new Map<number, SharedText[]>()
  const differences = differencesOf(compared, budget)
  const visits = new Map<number, number>()
  let level: Step[] = [{ left: 0, right: 0, differing: 0, before: undefined }]
  while (level.length > 0) {
    const next: Step[] = []
    for (const step of level) {
      if (isAcceptingPair(left, right, step)) {
        const texts = found.get(step.differing) ?? []
        found.set(step.differing, texts)
        if (texts.length < limit) texts.push(readBack(step, left, right))
        if (texts.length === limit && isEnough(step.differing)) return found
      }
      forEachSuccessor(left, right, step, budget, (leftState, rightState) => {
        const differing =
          step.differing |
          differences(stateAt(left, leftState).mark, stateAt(right, rightState).mark)
        const key = (leftState * right.length + rightState) * 2 ** compared.length + differing
        const visited = visits.get(key) ?? 0
        if (visited === limit) return
        visits.set(key, visited + 1)
        next.push({ left: leftState, right: rightState, differing, before: step })
      })
    }
    level = next
  }
  return found
}

function forEachSuccessor(
  left: Automaton,
  right: Automaton,
  from: Step,
  budget: Budget,
  visit: (left: number, right: number) => void,
): void {
  for (const leftState of stateAt(left, from.left).next) {
    const on = stateAt(left, leftState).on
    for (const rightState of stateAt(right, from.right).next) {
      spend(budget, 1)
      if (rangesMeet(on, stateAt(right, rightState).on)) visit(leftState, rightState)
    }
  }
}

function isAcceptingPair(left: Automaton, right: Automaton, pair: Step): boolean {
  return stateAt(left, pair.left).isAccepting && stateAt(right, pair.right).isAccepting
}

/**
 * For each pair of marks, the compared entries that differ where a character has these two marks.
 * A table, because the search asks for each step.
 */
function differencesOf(
  compared: readonly ComparedMarks[],
  budget: Budget,
): (left: number, right: number) => number {
  const size = 2 + Math.max(NO_MARK, ...compared.flatMap(({ left, right }) => [left, right]))
  spend(budget, size * size)
  const table = Array.from({ length: size * size }, (_, index) => {
    const leftMark = Math.floor(index / size) + NO_MARK
    const rightMark = (index % size) + NO_MARK
    return compared.reduce(
      (bits, { left, right }, entry) =>
        (leftMark === left) === (rightMark === right) ? bits : bits | (1 << entry),
      0,
    )
  })
  const numberOf = (mark: number) => (mark >= size + NO_MARK ? 0 : mark - NO_MARK)
  return (left, right) => table[numberOf(left) * size + numberOf(right)] ?? 0
}

function readBack(last: Step, left: Automaton, right: Automaton): SharedText {
  const steps: Step[] = []
  for (let step = last; step.before !== undefined; step = step.before) steps.push(step)
  steps.reverse()
  return {
    characters: steps.map((step) =>
      intersectRanges(stateAt(left, step.left).on, stateAt(right, step.right).on),
    ),
    leftMarks: steps.map((step) => stateAt(left, step.left).mark),
    rightMarks: steps.map((step) => stateAt(right, step.right).mark),
  }
}
