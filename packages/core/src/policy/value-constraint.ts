/** What statements require of the values of a condition key, of the action, or of the resource. */
import { ANY_TEXT, type Automaton, buildAutomaton } from '../automata/automaton.ts'
import type { Budget } from '../automata/budget.ts'
import { FIRST_SYMBOL } from '../automata/character-ranges.ts'
import { type Characters, findText, type TextSet } from '../automata/find-text.ts'

export const ANY_VALUE: TextSet = { inside: [], outside: [] }

/**
 * A request has any number of values for a key: none where the key is absent. An operator without
 * a quantifier passes if some value matches, as `ForAnyValue` does.
 */
export interface Constraint {
  /** Some value is in the set, so the key is present. */
  readonly some?: TextSet
  /** Where the key is present, some value is in the set (`IfExists`). */
  readonly ifPresent?: TextSet
  /** Every value is in the set, if there are any. */
  readonly every?: TextSet
  /** The key is absent. */
  readonly absent?: true
}

/** All constraints of one key together. */
export interface Constraints {
  readonly some: readonly TextSet[]
  readonly ifPresent: readonly TextSet[]
  readonly every: TextSet
  readonly absent: boolean
}

export const UNCONSTRAINED: Constraints = {
  some: [],
  ifPresent: [],
  every: ANY_VALUE,
  absent: false,
}

export function addConstraint(to: Constraints, added: Constraint): Constraints {
  return {
    some: added.some ? [...to.some, added.some] : to.some,
    ifPresent: added.ifPresent ? [...to.ifPresent, added.ifPresent] : to.ifPresent,
    every: added.every ? combine(to.every, added.every) : to.every,
    absent: to.absent || added.absent === true,
  }
}

/** The constraint that is true exactly where the other is false. */
export function negate({ some, ifPresent, every, absent }: Constraint): Constraint {
  if (some) return { every: complement(some) }
  if (ifPresent) return { some: ANY_VALUE, every: complement(ifPresent) }
  if (every) return { some: complement(every) }
  // What is true for all values is false for none.
  return { some: absent ? ANY_VALUE : complement(ANY_VALUE) }
}

/**
 * @returns values that satisfy all constraints, empty where the key is absent; undefined where none
 *   do
 * @throws {BudgetExceededError}
 */
export function findValues(
  { some, ifPresent, every, absent }: Constraints,
  budget: Budget,
): readonly Characters[] | undefined {
  if (some.length === 0) return []
  if (absent) return undefined
  const values: Characters[] = []
  for (const set of [...some, ...ifPresent]) {
    const value = findText(combine(set, every), budget)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

/** Sets in constraints consist of one automaton, or are `ANY_VALUE`, whose complement is empty. */
function complement({ inside, outside }: TextSet): TextSet {
  if (inside.length + outside.length === 0) return { inside: [], outside: [EVERY_TEXT] }
  return { inside: outside, outside: inside }
}

const EVERY_TEXT = buildAutomaton(ANY_TEXT)

/**
 * The texts in both sets, or more. Two patterns with symbols may have common texts only for some
 * values of the symbols (`${aws:userid}/x` and `a/x` for the value `a`), which the intersection of
 * the patterns does not contain; so the patterns that such texts might be missing from are left
 * out. More texts can only lead to a refusal.
 */
function combine(a: TextSet, b: TextSet): TextSet {
  const outside = [...a.outside, ...b.outside]
  const inside = [...a.inside, ...b.inside]
  const [first] = inside
  if (first !== undefined && namesSymbol(first)) return { inside: [first], outside }
  return { inside: inside.filter((automaton) => !namesSymbol(automaton)), outside }
}

function namesSymbol(automaton: Automaton): boolean {
  return automaton.some(({ on }) => (on[0] ?? 0) >= FIRST_SYMBOL)
}
