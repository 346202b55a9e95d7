/**
 * A shortest text that some automata accept and others do not, found by a search over the product
 * of all of them.
 */
import { type Automaton, stateAt } from './automaton.ts'
import { type Budget, spend } from './budget.ts'
import {
  ANY_CHARACTER,
  ANY_CHARACTER_OR_SYMBOL,
  type CharacterRanges,
  exampleCharacter,
  intersectRanges,
  rangesMeet,
} from './character-ranges.ts'

/** The texts that every automaton of `inside` accepts, and none of `outside`. */
export interface TextSet {
  readonly inside: readonly Automaton[]
  readonly outside: readonly Automaton[]
}

/** Code points, and symbols. */
export type Characters = readonly number[]

/**
 * What was read so far leads each automaton of `inside` to one state, of which the search tries
 * all, and each of `outside` to a set of states, because a text is outside only if no way to read
 * it is accepted.
 */
interface Position {
  readonly inside: readonly number[]
  readonly outside: readonly (readonly number[])[]
  /** Undefined at the start. */
  readonly before: Position | undefined
  readonly character: number
}

/**
 * @returns undefined where the set is empty
 * @throws {BudgetExceededError}
 */
export function findText(set: TextSet, budget: Budget): Characters | undefined {
  const start: Position = {
    inside: set.inside.map(() => 0),
    outside: set.outside.map(() => [0]),
    before: undefined,
    character: 0,
  }
  const seen = new Set<string>()
  const pending = [start]
  // Positions are added in the order of their length, so that the first text found is a shortest.
  for (const position of pending) {
    if (isMember(set, position)) return textTo(position)
    forEachSuccessor(set, position, budget, (next) => {
      const key = `${next.inside}|${next.outside.join('|')}`
      if (seen.has(key)) return
      seen.add(key)
      pending.push(next)
    })
  }
  return undefined
}

function isMember(set: TextSet, { inside, outside }: Position): boolean {
  return (
    set.inside.every((automaton, at) => stateAt(automaton, inside[at] ?? 0).isAccepting) &&
    set.outside.every(
      (automaton, at) => !outside[at]?.some((state) => stateAt(automaton, state).isAccepting),
    )
  )
}

function textTo(last: Position): Characters {
  const text: number[] = []
  for (let position = last; position.before !== undefined; position = position.before)
    text.push(position.character)
  return text.reverse()
}

function forEachSuccessor(
  set: TextSet,
  from: Position,
  budget: Budget,
  visit: (next: Position) => void,
): void {
  for (const { states, on } of insideSuccessors(set.inside, from.inside, budget)) {
    const candidates = set.outside.map((automaton, at) =>
      successorsOn(automaton, from.outside[at] ?? [], on, budget),
    )
    for (const character of distinguishedCharacters(set.outside, candidates, on, budget)) {
      const outside = set.outside.map((automaton, at) =>
        (candidates[at] ?? []).filter((state) => contains(stateAt(automaton, state).on, character)),
      )
      visit({ inside: states, outside, before: from, character })
    }
  }
}

interface InsideSuccessor {
  readonly states: readonly number[]
  /** The characters that all of these states read. */
  readonly on: CharacterRanges
}

function insideSuccessors(
  automata: readonly Automaton[],
  from: readonly number[],
  budget: Budget,
): readonly InsideSuccessor[] {
  let successors: readonly InsideSuccessor[] = [{ states: [], on: ANY_CHARACTER_OR_SYMBOL }]
  for (const [at, automaton] of automata.entries()) {
    const next = stateAt(automaton, from[at] ?? 0).next
    spend(budget, successors.length * next.length)
    const longer: InsideSuccessor[] = []
    for (const { states, on } of successors)
      for (const state of next) {
        const read = stateAt(automaton, state).on
        const both = at === 0 ? read : intersectRanges(on, read)
        if (both.length > 0) longer.push({ states: [...states, state], on: both })
      }
    successors = longer
  }
  return successors.map(({ states, on }) => ({ states, on: withoutUnnamedSymbols(on) }))
}

/** A wildcard matches every symbol, but only one that a pattern names is part of an example. */
function withoutUnnamedSymbols(on: CharacterRanges): CharacterRanges {
  if ((on.at(-1) ?? 0) < Number.MAX_SAFE_INTEGER) return on
  return intersectRanges(on, ANY_CHARACTER)
}

/** The states that can be entered from any of `from` with some character of `on`. */
function successorsOn(
  automaton: Automaton,
  from: readonly number[],
  on: CharacterRanges,
  budget: Budget,
): readonly number[] {
  const successors: number[] = []
  for (const state of from) {
    const next = stateAt(automaton, state).next
    spend(budget, next.length)
    for (const to of next)
      if (!successors.includes(to) && rangesMeet(on, stateAt(automaton, to).on)) successors.push(to)
  }
  return successors.sort((a, b) => a - b)
}

/** One character of `on` for each group of characters that lead to the same successors. */
function distinguishedCharacters(
  automata: readonly Automaton[],
  candidates: readonly (readonly number[])[],
  on: CharacterRanges,
  budget: Budget,
): readonly number[] {
  const [only = 0, last] = on
  if (on.length === 2 && only === last) return [only]
  // Sets that contain all of `on` do not distinguish any of its characters.
  const sets: CharacterRanges[] = []
  for (const [at, automaton] of automata.entries())
    for (const state of candidates[at] ?? []) {
      const set = stateAt(automaton, state).on
      if (!containsAll(set, on) && !sets.includes(set)) sets.push(set)
    }
  if (sets.length === 0) return exampleOf(on)
  const starts = [...new Set([on, ...sets].flatMap(startsOf))].sort((a, b) => a - b)
  spend(budget, starts.length * sets.length)
  const groups = new Map<string, number[]>()
  for (const [at, start] of starts.entries()) {
    if (!contains(on, start)) continue
    const group = sets.map((set) => (contains(set, start) ? 1 : 0)).join('')
    const members = groups.get(group) ?? []
    groups.set(group, members)
    members.push(start, (starts[at + 1] ?? start + 1) - 1)
  }
  return [...groups.values()].flatMap(exampleOf)
}

/** Where a set begins, and what follows it: between two of these, membership does not change. */
function startsOf(set: CharacterRanges): readonly number[] {
  return set.map((bound, at) => (at % 2 === 0 ? bound : bound + 1))
}

function exampleOf(set: CharacterRanges): readonly number[] {
  const character = exampleCharacter(set)
  return character === undefined ? [] : [character]
}

function contains(set: CharacterRanges, character: number): boolean {
  for (let index = 0; index < set.length; index += 2)
    if (character >= (set[index] ?? 0) && character <= (set[index + 1] ?? 0)) return true
  return false
}

/** Decides only the frequent case that the first range contains them all. */
function containsAll(set: CharacterRanges, some: CharacterRanges): boolean {
  const [first = 0, last = -1] = set
  return first <= (some[0] ?? 0) && (some.at(-1) ?? 0) <= last
}
