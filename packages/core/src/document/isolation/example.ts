/** Turns a meeting into an example for people: two callers, and the text that both reach. */
import {
  type CharacterRanges,
  exampleCharacter,
  intersectRanges,
  singleCharacter,
  subtractRanges,
} from '../../automata/character-ranges.ts'
import type { SharedText } from '../../automata/shared-texts.ts'
import type { Meeting } from './meeting.ts'

export interface MeetingExample {
  /** Values by slot, of a caller who reaches the texts through the first statement. */
  readonly first: Readonly<Record<string, string>>
  /** The same for the second statement. */
  readonly second: Readonly<Record<string, string>>
  /** The text in each dimension. */
  readonly texts: Readonly<Record<string, string>>
}

/**
 * @returns undefined where the search, which reads the occurrences of one slot independently of
 *   each other, found a text for which they would have to differ, or the callers would not
 */
export function exampleOf({ texts: found, differing }: Meeting): MeetingExample | undefined {
  const first: Record<string, string> = {}
  const second: Record<string, string> = {}
  const texts: Record<string, string> = {}
  for (const { dimension, shared, left, right } of found) {
    const common = left.slots.filter((name) => differing.includes(name))
    const characters = chooseCharacters(shared, left.slots, right.slots, common)
    if (characters === undefined) return undefined
    texts[dimension] = characters.join('')
    readValues(characters, shared.leftMarks, left.slots, first)
    readValues(characters, shared.rightMarks, right.slots, second)
  }
  const isExample = differing.length === 0 || differing.some((name) => first[name] !== second[name])
  return isExample ? { first, second, texts } : undefined
}

/**
 * One character for each position; positions of one slot's occurrences have one character. Where
 * possible, some slot of `differing` has different values in the two readings.
 */
function chooseCharacters(
  shared: SharedText,
  leftSlots: readonly string[],
  rightSlots: readonly string[],
  differing: readonly string[],
): string[] | undefined {
  const { characters, leftMarks, rightMarks } = shared
  const leaders: number[] = []
  const leaderOf = (index: number): number => {
    const leader = leaders[index] ?? index
    return leader === index ? index : leaderOf(leader)
  }
  for (const [marks, slots] of [
    [leftMarks, leftSlots],
    [rightMarks, rightSlots],
  ] as const)
    for (const [earlier, later] of repeatedPositions(marks, slots)) {
      if (earlier === undefined || later === undefined) return undefined
      leaders[leaderOf(later)] = leaderOf(earlier)
    }
  const possible = new Map<number, CharacterRanges>()
  for (const [index, on] of characters.entries()) {
    const known = possible.get(leaderOf(index))
    possible.set(leaderOf(index), known ? intersectRanges(known, on) : on)
  }
  const possibleAt = (index: number) => possible.get(leaderOf(index)) ?? []
  const chosen = new Map<number, number>()
  for (const [leader, on] of possible) {
    const character = exampleCharacter(on, leader)
    if (character === undefined) return undefined
    chosen.set(leader, character)
  }
  for (const name of differing) {
    const pairs = positionsOf(name, leftMarks, leftSlots).map(
      (position, index) => [position, positionsOf(name, rightMarks, rightSlots)[index]] as const,
    )
    for (const [left, right] of pairs) {
      if (right === undefined || leaderOf(left) === leaderOf(right)) continue
      const [one, other] = twoCharacters(possibleAt(left), possibleAt(right))
      if (one === undefined || other === undefined) continue
      chosen.set(leaderOf(left), one).set(leaderOf(right), other)
      break
    }
  }
  return characters.map((_, index) => String.fromCodePoint(chosen.get(leaderOf(index)) ?? 0))
}

/** Positions that must have one character, because one slot appears twice. */
function repeatedPositions(
  marks: readonly number[],
  slots: readonly string[],
): (readonly [number | undefined, number | undefined])[] {
  return slots.flatMap((name, mark) => {
    const earlier = positionsOf(name, marks, slots)
    const later = marks.flatMap((found, index) => (found === mark ? [index] : []))
    return Array.from(
      { length: Math.max(earlier.length, later.length) },
      (_, index) => [earlier[index], later[index]] as const,
    )
  })
}

/** Positions of the first occurrence of a slot. */
function positionsOf(name: string, marks: readonly number[], slots: readonly string[]): number[] {
  const mark = slots.indexOf(name)
  return marks.flatMap((found, index) => (found === mark ? [index] : []))
}

function readValues(
  characters: readonly string[],
  marks: readonly number[],
  slots: readonly string[],
  values: Record<string, string>,
): void {
  for (const name of new Set(slots))
    values[name] = positionsOf(name, marks, slots)
      .map((index) => characters[index])
      .join('')
}

/**
 * @param left not empty, as is `right`
 * @returns two characters that differ, one of each set; undefined where there are none
 */
function twoCharacters(left: CharacterRanges, right: CharacterRanges): (number | undefined)[] {
  const one = exampleCharacter(left, 0)
  if (one === undefined) return []
  const other = exampleCharacter(subtractRanges(right, singleCharacter(one)), 0)
  if (other !== undefined) return [one, other]
  return [exampleCharacter(subtractRanges(left, singleCharacter(one)), 0), one]
}
