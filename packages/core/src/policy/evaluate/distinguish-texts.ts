/** Finds texts that several patterns tell apart: one for each combination that matches. */
import { ARN_SEGMENTS } from '../arn.ts'
import { afterStars, literalPattern, type Pattern } from './match-pattern.ts'

export interface TextMatcher {
  /** Undefined: it matches nothing. */
  readonly pattern: Pattern | undefined
  readonly ignoresCase: boolean
  /** Whether wildcards stay within one of the six parts of an ARN. */
  readonly isArn: boolean
}

export interface DistinguishedTexts {
  /** The shortest text of each combination, and the empty text. */
  readonly words: readonly string[]
  /** Whether every combination was found. */
  readonly isComplete: boolean
}

/** States of all patterns together; beyond, some combinations may be missing. */
const MAX_STATES = 4000

/**
 * Runs all patterns together over every text, as automata whose states are positions. Texts with
 * the same positions are not distinguished by what follows, so one of them is enough.
 */
export function distinguishTexts(matchers: readonly TextMatcher[]): DistinguishedTexts {
  const machines = matchers.map(createMachine)
  const alphabet = alphabetOf(machines)
  const start = machines.map(({ pattern }) => afterStars(pattern, new Set([0])))
  const queue: { readonly word: string; readonly states: readonly Set<number>[] }[] = [
    { word: '', states: start },
  ]
  // Not the start: a text that leads back to it is an example that is not empty.
  const seen = new Set<string>()
  const words = new Map<string, string>()
  for (const { word, states } of queue) {
    const matched = states.map((set, index) => set.has(machines[index]?.pattern.length ?? -1))
    const combination = matched.join()
    if (word !== '' && !words.has(combination)) words.set(combination, word)
    for (const character of alphabet) {
      const next = states.map((set, index) => advance(machines[index], set, character))
      const key = keyOf(next)
      if (seen.size >= MAX_STATES || seen.has(key)) continue
      seen.add(key)
      queue.push({ word: word + character, states: next })
    }
  }
  return { words: [...words.values(), ''], isComplete: seen.size < MAX_STATES }
}

interface Machine {
  readonly pattern: Pattern
  readonly ignoresCase: boolean
  /** Wildcards before this position do not match a colon. */
  readonly colonsFrom: number
}

/** Matches the empty text only, which is among the words anyway. */
const NOTHING: Pattern = []

function createMachine({ pattern = NOTHING, ignoresCase, isArn }: TextMatcher): Machine {
  if (!isArn) {
    const folded = pattern.flatMap((symbol) =>
      ignoresCase && typeof symbol === 'object'
        ? literalPattern(symbol.literal.toLowerCase())
        : [symbol],
    )
    return { pattern: folded, ignoresCase, colonsFrom: 0 }
  }
  const colons = pattern.flatMap((symbol, at) =>
    typeof symbol === 'object' && symbol.literal === ':' ? [at] : [],
  )
  const last = colons[ARN_SEGMENTS - 2]
  // No ARN has fewer parts. A `*` alone matches every text, and so distinguishes none.
  return last === undefined
    ? { pattern: NOTHING, ignoresCase, colonsFrom: 0 }
    : { pattern, ignoresCase, colonsFrom: last }
}

function advance(machine: Machine | undefined, states: ReadonlySet<number>, character: string) {
  const next = new Set<number>()
  if (machine === undefined) return next
  const folded = machine.ignoresCase ? character.toLowerCase() : character
  for (const at of states) {
    const symbol = machine.pattern[at]
    if (symbol === undefined) continue
    const isAllowed = character !== ':' || at >= machine.colonsFrom
    if (symbol === '*') {
      if (isAllowed) next.add(at)
    } else if (symbol === '?' ? isAllowed : symbol.literal === folded) next.add(at + 1)
  }
  return afterStars(machine.pattern, next)
}

/** The characters that patterns name, in both cases where case is ignored, and another one. */
function alphabetOf(machines: readonly Machine[]): string[] {
  const named = new Set<string>()
  for (const { pattern, ignoresCase } of machines) {
    for (const symbol of pattern) {
      if (typeof symbol !== 'object') continue
      named.add(symbol.literal)
      const upperCase = symbol.literal.toUpperCase()
      if (ignoresCase && [...upperCase].length === 1) named.add(upperCase)
    }
  }
  const other = [...'x0~|#'].find((character) => !named.has(character))
  return [...(other === undefined ? [] : [other]), ...named]
}

function keyOf(states: readonly ReadonlySet<number>[]): string {
  return states.map((set) => [...set].sort((a, b) => a - b).join(' ')).join('|')
}
