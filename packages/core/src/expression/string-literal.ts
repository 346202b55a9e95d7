/** Reads a string literal of CEL, with its escapes. */

const ESCAPE =
  /\\(?:([abfnrtv\\?"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))?/g
const CHARACTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/**
 * @param opening prefix and quotation mark, at the position
 * @throws {Error} for a literal that does not end, and for an escape that is not valid
 */
export function readStringLiteral(
  source: string,
  at: number,
  [opening, prefix = '', quote = '']: readonly string[],
): { value: string; end: number } {
  if (/b/i.test(prefix)) throw new Error('bytes such as b"a" are not available; omit the b')
  const start = at + (opening?.length ?? 0)
  const isRaw = prefix !== ''
  const end = findEnd(source, start, quote, isRaw)
  const text = source.slice(start, end)
  if (quote.length === 1 && /[\n\r]/.test(text))
    throw new Error('a string continues on the next line; use """ or \\n')
  return { value: isRaw ? text : text.replace(ESCAPE, readEscape), end: end + quote.length }
}

function findEnd(source: string, start: number, quote: string, isRaw: boolean): number {
  for (let at = start; at < source.length; at++) {
    if (source.startsWith(quote, at)) return at
    if (!isRaw && source[at] === '\\') at++
  }
  throw new Error(`a string has no closing ${quote}`)
}

function readEscape(written: string, ...groups: (string | undefined)[]): string {
  const [character, byte, short, long, octal] = groups
  if (character !== undefined) return CHARACTERS[character] ?? character
  const digits = byte ?? short ?? long
  const code = digits === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(digits, 16)
  if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff))
    throw new Error(`the escape ${written} is not valid`)
  return String.fromCodePoint(code)
}
