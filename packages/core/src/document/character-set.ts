/** Sets of printable ASCII characters, one bit a character. */

export type CharacterSet = bigint

export const EMPTY: CharacterSet = 0n

export function setOf(characters: string): CharacterSet {
  let set = EMPTY
  for (const character of characters) set |= 1n << BigInt(character.codePointAt(0) ?? 0)
  return set
}

export function rangeOf(first: number, last: number): CharacterSet {
  return ((1n << BigInt(last - first + 1)) - 1n) << BigInt(first)
}

export const PRINTABLE = rangeOf(0x20, 0x7e)
export const DIGITS = rangeOf(0x30, 0x39)
export const WORD = DIGITS | rangeOf(0x41, 0x5a) | rangeOf(0x61, 0x7a) | setOf('_')
/** No value may hold them, whatever its pattern says. */
export const FORBIDDEN = setOf('*?${}')

export function charactersOf(set: CharacterSet): string {
  let text = ''
  for (let code = 0x20; code <= 0x7e; code++)
    if ((set >> BigInt(code)) & 1n) text += String.fromCharCode(code)
  return text
}

export function isPrintable(code: number): boolean {
  return code >= 0x20 && code <= 0x7e
}
