/** Sets of characters as sorted ranges of code points. */

/** `[first, last, first, last, …]`: inclusive, ascending, and neither overlapping nor adjacent. */
export type CharacterRanges = readonly number[]

const LAST_CODE_POINT = 0x10ffff

export const ANY_CHARACTER: CharacterRanges = [0, LAST_CODE_POINT]

/**
 * Numbers from here on are symbols: each represents one text whose characters are not known, such
 * as the value of `${aws:userid}`. A symbol equals only itself.
 */
export const FIRST_SYMBOL = LAST_CODE_POINT + 1
/** What IAM's `*` repeats: all characters, and all symbols. */
export const ANY_CHARACTER_OR_SYMBOL: CharacterRanges = [0, Number.MAX_SAFE_INTEGER]

/** Preferred in examples, because people read them easily. */
const READABLE: readonly CharacterRanges[] = [
  [0x61, 0x7a],
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x21, 0x7e],
]

export function rangesOf(text: string): CharacterRanges {
  return uniteRanges([...text].map((character) => singleCharacter(character.codePointAt(0) ?? 0)))
}

export function singleCharacter(codePoint: number): CharacterRanges {
  return [codePoint, codePoint]
}

export function uniteRanges(sets: readonly CharacterRanges[]): CharacterRanges {
  const pairs = sets.flatMap(rangePairs).sort(([a], [b]) => a - b)
  const united: number[] = []
  for (const [first, last] of pairs) {
    const end = united.length - 1
    const lastOfUnited = united[end]
    if (lastOfUnited === undefined || first > lastOfUnited + 1) united.push(first, last)
    else united[end] = Math.max(lastOfUnited, last)
  }
  return united
}

export function intersectRanges(a: CharacterRanges, b: CharacterRanges): CharacterRanges {
  const common: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [firstA = 0, lastA = 0, firstB = 0, lastB = 0] = [a[i], a[i + 1], b[j], b[j + 1]]
    const [first, last] = [Math.max(firstA, firstB), Math.min(lastA, lastB)]
    if (first <= last) common.push(first, last)
    if (lastA < lastB) i += 2
    else j += 2
  }
  return common
}

/** Whether some character is in both; faster than to compute which ones. */
export function rangesMeet(a: CharacterRanges, b: CharacterRanges): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if ((a[i + 1] ?? 0) < (b[j] ?? 0)) i += 2
    else if ((b[j + 1] ?? 0) < (a[i] ?? 0)) j += 2
    else return true
  }
  return false
}

export function subtractRanges(from: CharacterRanges, removed: CharacterRanges): CharacterRanges {
  const rest: number[] = []
  let next = 0
  for (const [first, last] of rangePairs(removed)) {
    if (next < first) rest.push(next, first - 1)
    next = last + 1
  }
  rest.push(next, Number.MAX_SAFE_INTEGER)
  return intersectRanges(from, rest)
}

/**
 * One character of the set, for an example; undefined where the set is empty.
 * @param turn chooses among equally readable ones
 */
export function exampleCharacter(set: CharacterRanges, turn = 0): number | undefined {
  for (const preferred of READABLE) {
    const [first, last] = intersectRanges(set, preferred)
    if (first !== undefined && last !== undefined) return first + (turn % (last - first + 1))
  }
  return set[0]
}

/** First and last character of each range. */
export function rangePairs(set: CharacterRanges): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = []
  for (let index = 0; index < set.length; index += 2)
    pairs.push([set[index] ?? 0, set[index + 1] ?? 0])
  return pairs
}
