/**
 * Whether the value of a slot could be what another pattern names there, such as `public` for
 * `{{user}}/*` and `public/*`. Then the texts that both match depend on the value.
 */
import {
  ANY_TEXT,
  type Automaton,
  buildAutomaton,
  literalText,
  NO_MARK,
  ONE_CHARACTER,
  type RegularExpression,
  stateAt,
} from '../../automata/automaton.ts'
import { type Budget, spend } from '../../automata/budget.ts'
import {
  ANY_CHARACTER,
  type CharacterRanges,
  exampleCharacter,
  intersectRanges,
} from '../../automata/character-ranges.ts'
import type { TokenPattern } from './intersect-patterns.ts'
import { isSymbol, type PatternToken } from './pattern-token.ts'

export interface Coincidence {
  /** As it is written: `{{user}}`. */
  readonly slot: string
  /** A value with which the patterns meet otherwise than by the slot itself or within a `*`. */
  readonly value: string
}

/** What symbols can become. */
export interface SymbolValues {
  /** By the name of the attribute. A symbol that is not here may be any text. */
  readonly automata: ReadonlyMap<string, Automaton>
  readonly budget: Budget
}

/** One character that both patterns read, and how it was reached. */
interface Step {
  readonly left: number
  readonly right: number
  readonly on: CharacterRanges
  /** Where the patterns met otherwise, on this way: the slot's pattern and its place there. */
  readonly met: Meeting | undefined
  readonly before: Step | undefined
}

interface Meeting {
  readonly side: 'left' | 'right'
  readonly mark: number
}

/**
 * Reads a text by both patterns at once. Without a coincidence, each slot is read by the same slot
 * of the other pattern, or within one `*`: then the common texts are those of
 * `intersectPatterns` for all values. More may be found than is possible, because two
 * slots of one name are read independently once they are apart.
 * @returns undefined where no value makes a difference
 * @throws {BudgetExceededError | TooManyStatesError}
 */
export function findCoincidence(
  left: TokenPattern,
  right: TokenPattern,
  values: SymbolValues,
): Coincidence | undefined {
  if (!left.some(isSymbol) && !right.some(isSymbol)) return undefined
  if (beginDifferently(left, right)) return undefined
  const automata = { left: automatonOf(left, values), right: automatonOf(right, values) }
  const start: Step = { left: 0, right: 0, on: [], met: undefined, before: undefined }
  const pending = [start]
  const seen = new Set<string>()
  for (const step of pending) {
    const [from, other] = [stateAt(automata.left, step.left), stateAt(automata.right, step.right)]
    if (step.met && from.isAccepting && other.isAccepting)
      return describeMeeting(step, step.met, { ...automata, patterns: { left, right } })
    spend(values.budget, 1 + from.next.length * other.next.length)
    for (const nextLeft of from.next)
      for (const nextRight of other.next) {
        const [to, toOther] = [stateAt(automata.left, nextLeft), stateAt(automata.right, nextRight)]
        const on = intersectRanges(to.on, toOther.on)
        if (on.length === 0) continue
        const met =
          step.met ?? compareMarks(left, right, [from.mark, other.mark], [to.mark, toOther.mark])
        if (met === 'impossible') continue
        const key = `${nextLeft},${nextRight},${met !== undefined}`
        if (seen.has(key)) continue
        seen.add(key)
        pending.push({ left: nextLeft, right: nextRight, on, met, before: step })
      }
  }
  return undefined
}

/** Decides most pairs without automata: no text begins with two different characters. */
function beginDifferently(left: TokenPattern, right: TokenPattern): boolean {
  for (const [at, one] of left.entries()) {
    const other = right[at]
    if (one.kind !== 'character' || other?.kind !== 'character') return false
    if (one.character !== other.character) return true
  }
  return false
}

/** The mark of a state is the position of its token. */
function automatonOf(pattern: TokenPattern, { automata, budget }: SymbolValues): Automaton {
  const parts = pattern.map(
    (token, mark): RegularExpression => ({
      kind: 'marked',
      mark,
      part: languageOf(token, automata),
    }),
  )
  return buildAutomaton({ kind: 'sequence', parts }, budget)
}

function languageOf(token: PatternToken, automata: SymbolValues['automata']): RegularExpression {
  if (token.kind === 'character') return literalText(token.character)
  if (token.kind === 'one') return ONE_CHARACTER
  if (token.kind === 'any') return ANY_TEXT
  const automaton = automata.get(token.name)
  return automaton ? { kind: 'automaton', automaton } : SOME_TEXT
}

const SOME_TEXT: RegularExpression = {
  kind: 'repeat',
  part: { kind: 'characters', on: ANY_CHARACTER },
  min: 1,
  max: Number.POSITIVE_INFINITY,
}

type Marks = readonly [left: number, right: number]

/** @returns the slot that is read neither by itself nor within one `*`, with this character */
function compareMarks(
  left: TokenPattern,
  right: TokenPattern,
  [fromLeft, fromRight]: Marks,
  [toLeft, toRight]: Marks,
): Meeting | 'impossible' | undefined {
  const isInSlot = (pattern: TokenPattern, mark: number) =>
    mark !== NO_MARK && isSymbol(pattern[mark])
  const isLeftSlot = isInSlot(left, toLeft)
  const isRightSlot = isInSlot(right, toRight)
  const leftStays = isLeftSlot && toLeft === fromLeft
  const rightStays = isRightSlot && toRight === fromRight
  const wereTogether = isInSlot(left, fromLeft) && isInSlot(right, fromRight)
  // Both began with the same value, so they end with it too.
  if (wereTogether && leftStays !== rightStays) return 'impossible'
  if (isLeftSlot && isRightSlot) {
    const [one, other] = [left[toLeft], right[toRight]]
    const isSame = isSymbol(one) && isSymbol(other) && one.name === other.name
    return isSame && leftStays === rightStays ? undefined : { side: 'left', mark: toLeft }
  }
  if (isLeftSlot) {
    const isWithin = right[toRight]?.kind === 'any' && (!leftStays || toRight === fromRight)
    return isWithin ? undefined : { side: 'left', mark: toLeft }
  }
  if (isRightSlot) {
    const isWithin = left[toLeft]?.kind === 'any' && (!rightStays || toLeft === fromLeft)
    return isWithin ? undefined : { side: 'right', mark: toRight }
  }
  return undefined
}

function describeMeeting(
  last: Step,
  { side, mark }: Meeting,
  read: {
    readonly left: Automaton
    readonly right: Automaton
    readonly patterns: Readonly<Record<Meeting['side'], TokenPattern>>
  },
): Coincidence {
  const value: string[] = []
  for (let step = last; step.before !== undefined; step = step.before)
    if (stateAt(read[side], step[side]).mark === mark)
      value.push(String.fromCodePoint(exampleCharacter(step.on) ?? 0))
  return { slot: read.patterns[side][mark]?.text ?? '', value: value.reverse().join('') }
}
