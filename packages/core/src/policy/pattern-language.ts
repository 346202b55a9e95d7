/** Texts of a policy, with IAM's wildcards and variables, as regular expressions. */
import {
  ANY_TEXT,
  literalText,
  ONE_CHARACTER,
  type RegularExpression,
} from '../automata/automaton.ts'
import {
  ANY_CHARACTER,
  type CharacterRanges,
  FIRST_SYMBOL,
  rangesOf,
  singleCharacter,
  subtractRanges,
} from '../automata/character-ranges.ts'
import type { Characters } from '../automata/find-text.ts'
import { ARN_SEGMENTS } from './arn.ts'
import { splitPolicyText } from './policy-text.ts'
import { SLOT_PATTERN } from './template.ts'

/**
 * Whether a wildcard of an ARN matches a colon. IAM's documentation and the implementations that we
 * know differ, so that containment must be true in every reading:
 * - `everywhere`: an ARN is one text;
 * - `lastSegment`: the six segments are matched one by one, and only the last contains colons, as
 *   at Ceph and in ARN conditions;
 * - `trailing`: only a `*` at the end of a segment matches colons, as IAM documents.
 * @see IAM User Guide, "IAM JSON policy elements: Resource"
 */
export type ColonReading = 'everywhere' | 'lastSegment' | 'trailing'

/** How texts are read that several statements have in common. */
export interface Vocabulary {
  /**
   * Numbers of variables and slots by their names. Each stands for one text that is not known, but
   * is the same in all statements: whichever text it is, replacing the symbol by it on both sides
   * keeps containment. A text of the inner pattern has the symbol where that pattern names it; the
   * outer pattern matches it there by the same symbol or within a `*`, and so does what replaces
   * it. A `?` matches one character only, so it never matches a symbol.
   */
  readonly symbols: Map<string, number>
  /** Values of variables that are known, by the key in lower case. */
  readonly known: ReadonlyMap<string, string>
  /** Whether `{{name}}` is a slot; rendered policies contain none. */
  readonly slots: boolean
  /** Names of slots whose values never contain a colon. */
  readonly slotsWithoutColon: ReadonlySet<string>
}

type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'wildcard'; readonly text: '*' | '?' }
  | { readonly kind: 'symbol'; readonly number: number }

/** A value of `StringLike`, or of `StringEquals` if it is `exact`: then `*` is only a character. */
export function textLanguage(
  text: string,
  { exact = false, ignoreCase = false },
  vocabulary: Vocabulary,
): RegularExpression {
  const parts = tokensOf(text, vocabulary).map((token): RegularExpression => {
    if (token.kind === 'wildcard' && !exact) return token.text === '*' ? ANY_TEXT : ONE_CHARACTER
    if (token.kind === 'symbol') return symbol(token.number)
    return ignoreCase ? withoutCase(token.text, vocabulary) : literalText(token.text)
  })
  return { kind: 'sequence', parts }
}

/** Actions are compared without regard to case, and contain no variables. */
export function actionLanguage(action: string): RegularExpression {
  const parts = [...action.toLowerCase()].map((character): RegularExpression => {
    if (character === '*') return ANY_TEXT
    return character === '?' ? ONE_CHARACTER : literalText(character)
  })
  return { kind: 'sequence', parts }
}

/** A resource, or a value of an ARN condition. */
export function arnLanguage(
  text: string,
  reading: ColonReading,
  vocabulary: Vocabulary,
): RegularExpression {
  if (text === '*') return ANY_TEXT
  const tokens = tokensOf(text, vocabulary)
  const parts: RegularExpression[] = []
  let colons = 0
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'symbol') parts.push(symbol(token.number))
    else if (token.kind === 'literal') {
      colons += token.text.split(':').length - 1
      parts.push(literalText(token.text))
    } else {
      const next = tokens[at + 1]
      const isTrailing =
        token.text === '*' &&
        (next === undefined || (next.kind === 'literal' && next.text.startsWith(':')))
      const matchesColon =
        reading === 'everywhere' ||
        (reading === 'lastSegment' ? colons >= ARN_SEGMENTS - 1 : isTrailing)
      parts.push(wildcard(token.text, matchesColon))
    }
  }
  return { kind: 'sequence', parts }
}

/** Whether the text contains a symbol. */
export function hasSymbols(text: string, vocabulary: Vocabulary): boolean {
  return tokensOf(text, vocabulary).some(({ kind }) => kind === 'symbol')
}

/** The characters as text, with each symbol as the variable or slot that it represents. */
export function showCharacters(characters: Characters, { symbols }: Vocabulary): string {
  const names = new Map([...symbols].map(([name, number]) => [number, name]))
  return characters
    .map((character) => names.get(character) ?? String.fromCodePoint(character))
    .join('')
}

function tokensOf(text: string, vocabulary: Vocabulary): readonly Token[] {
  if (!vocabulary.slots) return policyTokens(text, vocabulary)
  // The parts at odd positions are the slots' names.
  return text
    .split(new RegExp(SLOT_PATTERN))
    .flatMap((part, at) =>
      at % 2 === 0
        ? policyTokens(part, vocabulary)
        : [{ kind: 'symbol', number: slotSymbol(part, vocabulary) } as const],
    )
}

function slotSymbol(name: string, vocabulary: Vocabulary): number {
  const first = vocabulary.slotsWithoutColon.has(name) ? FIRST_WITHOUT_COLON : FIRST_SYMBOL
  return symbolOf(`{{${name}}}`, vocabulary, first)
}

function policyTokens(text: string, vocabulary: Vocabulary): readonly Token[] {
  const parts = splitPolicyText(text)
  // The grammar refuses such a text; here it only equals itself.
  if (parts === undefined) return [{ kind: 'symbol', number: symbolOf(text, vocabulary) }]
  return parts.map((part): Token => {
    if (part.kind !== 'variable') return part
    const key = part.key.toLowerCase()
    const known = vocabulary.known.get(key)
    if (known !== undefined) return { kind: 'literal', text: known }
    const fallback = part.defaultValue === undefined ? '' : `, '${part.defaultValue}'`
    return { kind: 'symbol', number: symbolOf(`\${${key}${fallback}}`, vocabulary) }
  })
}

/** Symbols from here on are texts without a colon. No comparison has so many others. */
const FIRST_WITHOUT_COLON = FIRST_SYMBOL + 1_000_000

function symbolOf(name: string, { symbols }: Vocabulary, first = FIRST_SYMBOL): number {
  const known = symbols.get(name)
  if (known !== undefined) return known
  const number = first + symbols.size
  symbols.set(name, number)
  return number
}

const NO_COLON: CharacterRanges = subtractRanges(ANY_CHARACTER, rangesOf(':'))

const TEXT_WITHOUT_COLON: RegularExpression = {
  kind: 'repeat',
  part: {
    kind: 'characters',
    on: [...NO_COLON, FIRST_WITHOUT_COLON, Number.MAX_SAFE_INTEGER],
  },
  min: 0,
  max: Number.POSITIVE_INFINITY,
}

/** Without colons it matches no symbol either whose text may contain one. */
function wildcard(text: '*' | '?', matchesColon: boolean): RegularExpression {
  if (matchesColon) return text === '*' ? ANY_TEXT : ONE_CHARACTER
  return text === '*' ? TEXT_WITHOUT_COLON : { kind: 'characters', on: NO_COLON }
}

function symbol(number: number): RegularExpression {
  return { kind: 'characters', on: singleCharacter(number) }
}

/** IAM does not document which letters beyond ASCII are equal, so each only equals itself. */
function withoutCase(text: string, vocabulary: Vocabulary): RegularExpression {
  const parts = [...text].map((character): RegularExpression => {
    if (character > '\x7f') return symbol(symbolOf(`ignoring case: ${character}`, vocabulary))
    const on = rangesOf(character.toLowerCase() + character.toUpperCase())
    return { kind: 'characters', on }
  })
  return { kind: 'sequence', parts }
}
