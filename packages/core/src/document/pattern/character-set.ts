/** Sets of the characters that values may contain, one bit each, as a pattern names them. */
import type { AST } from '@eslint-community/regexpp'

export type CharacterSet = bigint

const FIRST_PRINTABLE = 0x20
const LAST_PRINTABLE = 0x7e
/** STS accepts no character beyond U+00FF in a policy. */
const FIRST_LATIN = 0xa1
const LAST_LATIN = 0xff
const SOFT_HYPHEN = 0xad

export const EMPTY: CharacterSet = 0n
/** Printable ASCII: what `.` and negated classes match. */
const PRINTABLE = rangeOf(FIRST_PRINTABLE, LAST_PRINTABLE)
/** What a pattern may name: printable ASCII, and the visible characters of Latin-1. */
export const NAMEABLE =
  PRINTABLE | (rangeOf(FIRST_LATIN, LAST_LATIN) & ~rangeOf(SOFT_HYPHEN, SOFT_HYPHEN))
const DIGITS = rangeOf(0x30, 0x39)
const WORD = DIGITS | rangeOf(0x41, 0x5a) | rangeOf(0x61, 0x7a) | setOf('_')

/** Why a pattern is refused (the message), and what to write instead. */
export class PatternError extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

export function setOf(characters: string): CharacterSet {
  let set = 0n
  for (const character of characters) set |= 1n << BigInt(character.codePointAt(0) ?? 0)
  return set
}

export function charactersOf(set: CharacterSet): string {
  let text = ''
  for (let code = FIRST_PRINTABLE; code <= LAST_LATIN; code++)
    if ((set >> BigInt(code)) & 1n) text += String.fromCharCode(code)
  return text
}

/**
 * The characters that one atom of a pattern matches.
 * @throws {PatternError} for an atom that patterns must not use
 */
export function characterSetOf(node: AST.Node): CharacterSet {
  switch (node.type) {
    case 'Character':
      return namedRange(node.value, node.value)
    case 'CharacterClassRange':
      return namedRange(node.min.value, node.max.value)
    case 'CharacterSet':
      if (node.kind === 'any') return PRINTABLE
      if (node.kind === 'digit' && !node.negate) return DIGITS
      if (node.kind === 'word' && !node.negate) return WORD
      throw notAvailable(node)
    case 'CharacterClass': {
      const set = node.elements.reduce((all, element) => all | characterSetOf(element), EMPTY)
      return node.negate ? PRINTABLE & ~set : set
    }
    default:
      throw notAvailable(node)
  }
}

/** A character class that matches exactly these characters. */
export function characterClassOf(set: CharacterSet): string {
  return `[${charactersOf(set).replace(/[\\\]^[-]/g, '\\$&')}]`
}

function namedRange(first: number, last: number): CharacterSet {
  const range = last <= LAST_LATIN ? rangeOf(first, last) : EMPTY
  if (range !== EMPTY && (range & ~NAMEABLE) === EMPTY) return range
  throw new PatternError(
    'the pattern contains a character that values cannot contain in a policy',
    'use visible characters up to U+00FF, such as [A-Za-zÀ-ÿ]',
  )
}

function rangeOf(first: number, last: number): CharacterSet {
  return ((1n << BigInt(last - first + 1)) - 1n) << BigInt(first)
}

function notAvailable(node: AST.Node): PatternError {
  return new PatternError(
    `${node.raw} is not available in patterns`,
    'list the characters: [A-Za-z0-9._-]',
  )
}
