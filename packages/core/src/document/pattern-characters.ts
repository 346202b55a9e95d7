/** Which characters one atom of an attribute's pattern stands for. */
import type { AST } from '@eslint-community/regexpp'
import {
  type CharacterSet,
  DIGITS,
  EMPTY,
  isPrintable,
  PRINTABLE,
  rangeOf,
  WORD,
} from './character-set.ts'

/** Why a pattern is refused, and what to write instead. */
export class PatternFault extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

export function characterSetOf(node: AST.Node): CharacterSet {
  switch (node.type) {
    case 'Character':
      return characterRange(node.value, node.value)
    case 'CharacterClassRange':
      return characterRange(node.min.value, node.max.value)
    case 'CharacterSet':
      if (node.kind === 'any') return PRINTABLE
      if (node.kind === 'digit' && !node.negate) return DIGITS
      if (node.kind === 'word' && !node.negate) return WORD
      throw new PatternFault(`${node.raw} is not available`, 'name the characters: [A-Za-z0-9._-]')
    case 'CharacterClass': {
      const set = node.elements.reduce<CharacterSet>(
        (all, element) => all | characterSetOf(element),
        EMPTY,
      )
      return node.negate ? PRINTABLE & ~set : set
    }
    default:
      throw new PatternFault(`${node.raw} is not available`, 'name the characters: [A-Za-z0-9._-]')
  }
}

/** The members of a class, such that none means anything but itself. */
export function escapeForClass(characters: string): string {
  return characters.replace(/[\\\]^[-]/g, '\\$&')
}

function characterRange(first: number, last: number): CharacterSet {
  if (isPrintable(first) && isPrintable(last)) return rangeOf(first, last)
  throw new PatternFault(
    'the pattern holds a character that is not printable ASCII',
    'take letters, digits and signs',
  )
}
