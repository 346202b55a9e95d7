/** Whether two callers with different values can reach one text, decided for all values. */
import { type Budget, BudgetExceededError, spend } from '../../automata/budget.ts'
import {
  type ComparedMarks,
  findSharedTexts,
  type SharedText,
} from '../../automata/shared-texts.ts'
import type { Reach } from './reach.ts'
import type { TemplateLanguage } from './template-language.ts'

/** A text that two callers can both reach. */
interface MeetingText {
  readonly dimension: string
  readonly shared: SharedText
  readonly left: TemplateLanguage
  readonly right: TemplateLanguage
}

export interface Meeting {
  /** One text for each dimension that both reaches have. */
  readonly texts: readonly MeetingText[]
  /**
   * Slots of which at least one has different values in the two readings. Empty: the callers differ
   * in slots that only one of the readings contains.
   */
  readonly differing: readonly string[]
}

/** A way to meet in one dimension. Bits are positions in the list of slots that are compared. */
interface Outcome extends MeetingText {
  /** Slots whose values differ in the example. */
  readonly differing: number
}

interface DimensionOutcomes {
  readonly outcomes: readonly Outcome[]
  /** Slots that this dimension does not compare: their values may differ or not. */
  readonly free: number
}

const MAX_SLOTS = 12

/**
 * Two callers meet where one text is in `left` with the values of the first and in `right` with the
 * values of the second, although they differ.
 * @param compared the slots of which some value must differ; empty: the callers differ in any case
 * @param limit how many texts are tried for each way to meet
 * @returns candidates, since occurrences of one slot are read independently of each other; none
 *   where no two callers can meet
 * @throws {BudgetExceededError} where this cannot be decided within the limit of steps
 */
export function* findMeetings(
  left: Reach,
  right: Reach,
  compared: readonly string[],
  budget: Budget,
  limit: number,
): Generator<Meeting> {
  if (compared.length > MAX_SLOTS) throw new BudgetExceededError()
  const common = [...left.dimensions.keys()].filter((dimension) => right.dimensions.has(dimension))
  const isDecisive = common.length === 1 && compared.length > 0
  const all: DimensionOutcomes[] = []
  for (const dimension of common) {
    const outcomes = outcomesIn(dimension, { left, right, compared, budget, limit, isDecisive })
    if (outcomes.outcomes.length === 0) return
    all.push(outcomes)
  }
  if (all.length === 0) return
  spend(budget, 2 ** compared.length)
  if (compared.length === 0)
    yield { texts: all.flatMap(({ outcomes }) => outcomes.slice(0, 1)), differing: [] }
  for (let differing = 1; differing < 2 ** compared.length; differing++) {
    const choices = all.map(({ outcomes, free }) =>
      outcomes.filter((outcome) => outcome.differing === (differing & ~free)),
    )
    if (choices.some((outcomes) => outcomes.length === 0)) continue
    const isFree = all.reduce((free, one) => free & one.free, differing) !== 0
    const names = isFree ? [] : compared.filter((_, slot) => (differing >> slot) & 1)
    const most = Math.max(...choices.map((outcomes) => outcomes.length))
    for (let choice = 0; choice < most; choice++)
      yield {
        texts: choices.flatMap((outcomes) => outcomes[choice % outcomes.length] ?? []),
        differing: names,
      }
  }
}

interface Search {
  readonly left: Reach
  readonly right: Reach
  readonly compared: readonly string[]
  readonly budget: Budget
  readonly limit: number
  /** Whether the first way in which values differ decides. */
  readonly isDecisive: boolean
}

function outcomesIn(
  dimension: string,
  { left, right, compared, budget, limit, isDecisive }: Search,
): DimensionOutcomes {
  const rightLanguages = right.dimensions.get(dimension) ?? []
  const outcomes: Outcome[] = []
  let free = 2 ** compared.length - 1
  spend(budget, (left.dimensions.get(dimension)?.length ?? 0) * rightLanguages.length)
  for (const [index, leftLanguage] of (left.dimensions.get(dimension) ?? []).entries())
    for (const rightLanguage of left === right ? rightLanguages.slice(index) : rightLanguages) {
      const pairs = comparedPairs(leftLanguage, rightLanguage, compared)
      for (const { slot } of pairs) free &= ~(1 << slot)
      if (!mayMeet(leftLanguage, rightLanguage)) continue
      // Each text is read in one way only, so the values are equal.
      if (isDecisive && leftLanguage.isDeterministic && leftLanguage.key === rightLanguage.key)
        continue
      const isEnough = (marks: number) => isDecisive && (differingSlots(marks, pairs) | free) !== 0
      const found = findSharedTexts(
        leftLanguage.automaton,
        rightLanguage.automaton,
        pairs,
        budget,
        limit,
        isEnough,
      )
      for (const [marks, texts] of found) {
        const differing = differingSlots(marks, pairs)
        for (const shared of texts)
          outcomes.push({ dimension, left: leftLanguage, right: rightLanguage, shared, differing })
      }
    }
  return { outcomes, free }
}

interface ComparedPair extends ComparedMarks {
  /** Position in the list of compared slots. */
  readonly slot: number
}

/** Each occurrence of a slot on the left with each occurrence of the same slot on the right. */
function comparedPairs(
  left: TemplateLanguage,
  right: TemplateLanguage,
  compared: readonly string[],
): ComparedPair[] {
  return left.slots.flatMap((name, leftMark) => {
    const slot = compared.indexOf(name)
    if (slot === -1) return []
    return right.slots.flatMap((other, rightMark) =>
      other === name ? [{ left: leftMark, right: rightMark, slot }] : [],
    )
  })
}

/** A slot's values differ where each two of its occurrences do: in one reading, all are equal. */
function differingSlots(marks: number, pairs: readonly ComparedPair[]): number {
  let differing = 0
  let equal = 0
  for (const [index, { slot }] of pairs.entries())
    if ((marks >> index) & 1) differing |= 1 << slot
    else equal |= 1 << slot
  return differing & ~equal
}

/**
 * Whether the beginnings of all texts allow a common one; saves most searches.
 * @throws {BudgetExceededError}
 */
export function beginAlike(left: Reach, right: Reach, budget: Budget): boolean {
  for (const [dimension, languages] of left.dimensions) {
    const others = right.dimensions.get(dimension)
    if (others === undefined) continue
    spend(budget, languages.length * others.length)
    if (!languages.some((one) => others.some((other) => mayMeet(one, other)))) return false
  }
  return true
}

function mayMeet({ prefix: left }: TemplateLanguage, { prefix: right }: TemplateLanguage): boolean {
  return left.startsWith(right) || right.startsWith(left)
}
