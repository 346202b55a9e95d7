/** Parses and writes JSON, without text that two parsers read differently or rounded numbers. */
import { readExactNumber } from './exact-number.ts'

declare global {
  interface JSON {
    /** With the text of each primitive value (ECMAScript 2026, Node 22). */
    parse(
      text: string,
      reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown
    /** A value that `JSON.stringify` prints as this text (ECMAScript 2026, Node 22). */
    rawJSON(text: string): unknown
  }
}

const MAX_DEPTH = 32
/** A number of so many characters may have more digits than a double. */
const POSSIBLY_INEXACT_CHARACTERS = 16
/** Well-formed UTF-8 contains a surrogate only as an escape. */
const POSSIBLY_SURROGATE = /\\u[dD][89a-fA-F]/
const INEXACT = Symbol('a number that cannot be represented')
/** A path is shown in a log before any signature is checked. */
const MAX_PATH_CHARACTERS = 100

/**
 * Parses a JSON object. Rejects
 * - nesting deeper than 32, and duplicate member names at any depth: parsers disagree on which of
 *   them counts (RFC 8725 §2.4), so STS could read one that we did not check;
 * - text and names with lone surrogates (RFC 7493 §2.1): they have no UTF-8 form, and become U+FFFD
 *   wherever text is encoded, so that different callers would get one name;
 * - numbers that have no exact value here, see {@link readExactNumber}. Integers beyond 2^53 - 1
 *   are bigints.
 * @throws {SyntaxError} with a message that continues a sentence: "is not a JSON object"
 */
export function parseStrictObject(text: string): Record<string, unknown> {
  const value = parseJson(text)
  if (!isObject(value)) throw new SyntaxError('is not a JSON object')
  const { colons, mayBeInexact } = scanStructure(text)
  if (countMembers(value) !== colons) throw new SyntaxError('has a duplicate member name')
  if (POSSIBLY_SURROGATE.test(text)) rejectIllFormedText(value)
  return mayBeInexact ? parseExactNumbers(text) : value
}

/** JSON, in which an integer of 64 bits has all its digits. */
export function writeExactJson(value: object): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? JSON.rawJSON(String(inner)) : inner,
  )
}

interface Structure {
  /** Outside strings, valid JSON has exactly one colon per member. */
  readonly colons: number
  /** Whether a number has 16 digits, an exponent or a negative zero. Most tokens have none. */
  readonly mayBeInexact: boolean
}

/** Reads valid JSON once, without its strings: of a token, they are the longest part. */
function scanStructure(json: string): Structure {
  let colons = 0
  let mayBeInexact = false
  let digits = 0
  let previous = ''
  for (let index = 0; index < json.length; index++) {
    const character = json.charAt(index)
    if (character === '"') index = endOfString(json, index)
    if (character === ':') colons++
    const isDigit = character >= '0' && character <= '9'
    const isExponent = digits > 0 && (character === 'e' || character === 'E')
    digits = isDigit || character === '.' ? digits + 1 : 0
    mayBeInexact ||=
      digits === POSSIBLY_INEXACT_CHARACTERS ||
      isExponent ||
      (previous === '-' && character === '0')
    previous = character
  }
  return { colons, mayBeInexact }
}

/** Where a string ends. A quotation mark after an odd number of backslashes is a part of it. */
function endOfString(json: string, start: number): number {
  let end = start
  let escapes: number
  do {
    end = json.indexOf('"', end + 1)
    escapes = 0
    while (json.charAt(end - 1 - escapes) === '\\') escapes++
  } while (escapes % 2 === 1)
  return end
}

/** V8 quotes the text in its messages, and a log must not contain a part of a token. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SyntaxError('is not JSON')
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function countMembers(root: unknown): number {
  let members = 0
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new SyntaxError(`is nested deeper than ${MAX_DEPTH}`)
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      const children = Object.values(value)
      if (!Array.isArray(value)) members += children.length
      for (const child of children) next.push(child)
    }
    level = next
  }
  return members
}

function rejectIllFormedText(root: unknown): void {
  const isIllFormed = (text: unknown) => typeof text === 'string' && !text.isWellFormed()
  const path = findMember(root, (name, value) => isIllFormed(name) || isIllFormed(value))
  if (path !== undefined)
    throw new SyntaxError(
      `has text that is not well-formed Unicode, at ${path}; a surrogate must be one of a pair`,
    )
}

function parseExactNumbers(text: string): Record<string, unknown> {
  const root = JSON.parse(text, (_, value, { source = '' }) =>
    typeof value === 'number' ? (readExactNumber(source) ?? INEXACT) : value,
  )
  const path = findMember(root, (_, value) => value === INEXACT)
  if (path !== undefined || !isObject(root))
    throw new SyntaxError(
      `has a number that cannot be represented exactly, at ${path}; write it as a string`,
    )
  return root
}

/** The path of the first member for which the test is true: `org.ids[0]`. */
function findMember(
  parent: unknown,
  test: (name: string, value: unknown) => boolean,
  path: readonly string[] = [],
): string | undefined {
  if (typeof parent !== 'object' || parent === null) return undefined
  for (const [name, value] of Object.entries(parent)) {
    const place = [...path, Array.isArray(parent) ? `[${name}]` : showName(name)]
    if (test(name, value)) return showPath(place)
    const found = findMember(value, test, place)
    if (found !== undefined) return found
  }
  return undefined
}

function showName(name: string): string {
  if (/^[\w-]+$/.test(name)) return `.${name}`
  const printable = JSON.stringify(name).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `[${printable}]`
}

function showPath(path: readonly string[]): string {
  const text = path.join('').replace(/^\./, '')
  return text.length <= MAX_PATH_CHARACTERS ? text : `${text.slice(0, MAX_PATH_CHARACTERS - 1)}…`
}
