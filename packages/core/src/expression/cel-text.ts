/**
 * Functions of CEL's strings extension. Positions and sizes are in code points, which JavaScript's
 * own functions are not: for them, U+1F600 has the length 2.
 *
 * @see https://github.com/google/cel-go/blob/master/ext/strings.go
 */
import { CelError } from './cel-values.ts'

const SURROGATE = /[\ud800-\udfff]/
/** The white space of Unicode (property White_Space) beyond the blank and U+0009 to U+000D. */
const OTHER_SPACES = [0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]

export function sizeOfText(text: string): bigint {
  return BigInt(codePointsIn(text))
}

/**
 * Letters of ASCII only. `toLowerCase` maps others to them: U+212A (Kelvin sign) would become `k`,
 * and one person's address another one's.
 */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

export function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/**
 * `String.prototype.trim` also removes U+FEFF, but not U+0085. A regular expression for the end
 * would try again at each space in between.
 */
export function trim(text: string): string {
  let start = 0
  let end = text.length
  // Beyond the text there are no units, so that both end there at the latest.
  while (isSpace(text.charCodeAt(start))) start++
  while (isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** @throws {CelError} for positions outside the text, or in the wrong order */
export function substring(text: string, start: bigint, end: bigint = sizeOfText(text)): string {
  const [first, last] = [unitAt(text, start), unitAt(text, end)]
  if (first > last) throw new CelError('substring ends before it starts')
  return text.slice(first, last)
}

/** @throws {CelError} for a position outside the text */
export function indexOf(text: string, part: string, from = 0n): bigint {
  return part === '' ? from : positionOf(text, text.indexOf(part, unitAt(text, from)))
}

/** @throws {CelError} for a position outside the text */
export function lastIndexOf(text: string, part: string, from = sizeOfText(text)): bigint {
  return part === '' ? from : positionOf(text, text.lastIndexOf(part, unitAt(text, from)))
}

/** @param limit the most parts, the last of which is the rest; negative: no limit */
export function split(text: string, separator: string, limit = -1n): readonly string[] {
  if (limit === 0n) return []
  const parts = separator === '' ? Array.from(text) : text.split(separator)
  if (limit < 0n || BigInt(parts.length) <= limit) return parts
  const most = Number(limit)
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)]
}

/** The position of a UTF-16 unit, which -1 has too. */
function positionOf(text: string, unit: number): bigint {
  return unit === -1 ? -1n : BigInt(codePointsIn(text.slice(0, unit)))
}

/** The UTF-16 unit at which a code point starts. */
function unitAt(text: string, position: bigint): number {
  if (position < 0n || position > sizeOfText(text))
    throw new CelError('a position is outside the text')
  if (!SURROGATE.test(text)) return Number(position)
  let unit = 0
  for (let left = position; left > 0n; left--) unit += isPair(text, unit) ? 2 : 1
  return unit
}

function codePointsIn(text: string): number {
  if (!SURROGATE.test(text)) return text.length
  let count = 0
  for (let unit = 0; unit < text.length; unit += isPair(text, unit) ? 2 : 1) count++
  return count
}

function isPair(text: string, unit: number): boolean {
  return (text.codePointAt(unit) ?? 0) > 0xffff
}

function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
  return (unit >= 0x2000 && unit <= 0x200a) || OTHER_SPACES.includes(unit)
}
