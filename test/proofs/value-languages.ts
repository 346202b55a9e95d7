/** Patterns of attributes, each written for tenant documents and for a solver. */

/** A fixed text, or a term of the sort RegLan. */
type Piece = { readonly text: string } | { readonly regLan: string }

/** Which values an attribute can have. */
export interface ValueLanguage {
  /** The `pattern` of the attribute. */
  readonly pattern: string
  /** The same as an SMT-LIB term of the sort RegLan. */
  readonly regLan: string
  /** The same in pieces that follow each other, because solvers decide short terms faster. */
  readonly pieces: readonly Piece[]
  /** Which of the broker's rules for all values the pattern alone does not follow. */
  readonly excluded: readonly ('dots' | 'emptySegments')[]
}

const LOWER = characters('a-z')
const HEX = characters('0-9', 'a-f')
const DIGITS = repeated(characters('0-9'))
const WORD = repeated(LOWER)
const DASHED = repeated(characters('a-z', '-'))

/** Without a limit of length, which solvers can only count to. */
export const VALUE_LANGUAGES = {
  word: WORD,
  team: DASHED,
  digits: DIGITS,
  subject: repeated(characters('a-z', '0-9', '_')),
  dotted: { ...repeated(characters('a-z', '.')), excluded: ['dots'] },
  path: { ...repeated(characters('a-z', '/')), excluded: ['emptySegments'] },
  hash: times(HEX, 4),
  uuid: joined(times(HEX, 4), text('-'), times(HEX, 2)),
  folderAndFile: joined(WORD, text('/'), WORD),
  ownerAndRepository: joined(DASHED, text('/'), DASHED),
  numbered: joined(WORD, text(':'), DIGITS),
  letterFirst: joined(LOWER, DASHED),
  prefixed: joined(text('u-'), WORD),
  colors: oneOf(text('red'), text('blue')),
  overlappingColors: oneOf(text('red'), text('red-a'), text('blue')),
  wordOrNumber: oneOf(WORD, joined(text('x-'), DIGITS)),
  words: joined(WORD, any(joined(text('-'), WORD))),
} as const satisfies Readonly<Record<string, ValueLanguage>>

function characters(...ranges: readonly string[]): ValueLanguage {
  const terms = ranges.map((range) =>
    range.length === 3 ? `(re.range "${range[0]}" "${range[2]}")` : `(str.to_re "${range}")`,
  )
  return language(`[${ranges.join('')}]`, union(terms))
}

function text(literal: string): ValueLanguage {
  return { ...language(literal, `(str.to_re "${literal}")`), pieces: [{ text: literal }] }
}

function repeated({ pattern, regLan }: ValueLanguage): ValueLanguage {
  return language(`${grouped(pattern)}+`, `(re.+ ${regLan})`)
}

function any({ pattern, regLan }: ValueLanguage): ValueLanguage {
  return language(`${grouped(pattern)}*`, `(re.* ${regLan})`)
}

function times({ pattern, regLan }: ValueLanguage, count: number): ValueLanguage {
  return language(`${grouped(pattern)}{${count}}`, `((_ re.^ ${count}) ${regLan})`)
}

function joined(...parts: readonly ValueLanguage[]): ValueLanguage {
  const pattern = parts.map((part) => part.pattern).join('')
  const regLan = `(re.++ ${parts.map((part) => part.regLan).join(' ')})`
  return { ...language(pattern, regLan), pieces: parts.flatMap(({ pieces }) => pieces) }
}

function oneOf(...options: readonly ValueLanguage[]): ValueLanguage {
  return language(
    `(?:${options.map(({ pattern }) => pattern).join('|')})`,
    union(options.map(({ regLan }) => regLan)),
  )
}

function language(pattern: string, regLan: string): ValueLanguage {
  return { pattern, regLan, pieces: [{ regLan }], excluded: [] }
}

function union(terms: readonly string[]): string {
  return terms.length === 1 ? String(terms[0]) : `(re.union ${terms.join(' ')})`
}

function grouped(pattern: string): string {
  return pattern.startsWith('[') && pattern.endsWith(']') ? pattern : `(?:${pattern})`
}
