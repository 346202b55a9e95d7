/** Splits a CEL expression into tokens. */
import type { Literal } from './cel-ast.ts'
import { CelSyntaxError, type Span } from './cel-syntax-error.ts'
import { readStringLiteral } from './string-literal.ts'

type TokenText =
  | { readonly kind: 'literal'; readonly text: string; readonly value: Literal }
  /** An identifier, or `in`. */
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'end'; readonly text: 'the end' }

export type Token = TokenText & { readonly span: Span }

const SPACE = /(?:[ \t\n\f\r]+|\/\/[^\n]*)*/y
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d*\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?|\d+/y
const QUOTE = /([rRbB]{0,2})("""|'''|"|')/y
const NAME = /[A-Za-z_]\w*/y
const MARK = /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}]/y
const KEYWORDS = new Map<string, Literal>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** @throws {Error} where a character starts no token */
export function readTokens(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    at += matchAt(SPACE, source, at)?.[0].length ?? 0
    if (at === source.length) return [...tokens, { kind: 'end', text: 'the end', span: [at, at] }]
    const { token, end } = readToken(source, at)
    tokens.push({ ...token, span: [at, end] })
    at = end
  }
}

function readToken(source: string, at: number): { token: TokenText; end: number } {
  const quote = matchAt(QUOTE, source, at)
  if (quote) {
    const { value, end } = readString(source, at, quote)
    return { token: { kind: 'literal', text: source.slice(at, end), value }, end }
  }
  const number = matchAt(NUMBER, source, at)?.[0]
  if (number !== undefined)
    return {
      token: {
        kind: 'literal',
        text: number,
        value: readNumber(number, source[at + number.length]),
      },
      end: at + number.length,
    }
  const name = matchAt(NAME, source, at)?.[0]
  if (name !== undefined) {
    const value = KEYWORDS.get(name)
    const token: TokenText =
      value === undefined ? { kind: 'name', text: name } : { kind: 'literal', text: name, value }
    return { token, end: at + name.length }
  }
  const mark = matchAt(MARK, source, at)?.[0]
  if (mark === undefined) {
    const character = JSON.stringify(String.fromCodePoint(source.codePointAt(at) ?? 0))
    throw new CelSyntaxError(`the character ${character} is not expected`, [at, at + 1])
  }
  return { token: { kind: 'mark', text: mark }, end: at + mark.length }
}

function readString(source: string, at: number, quote: readonly string[]) {
  try {
    return readStringLiteral(source, at, quote)
  } catch (error) {
    throw new CelSyntaxError(error instanceof Error ? error.message : '', [at, source.length])
  }
}

/** The range of an int is checked by the parser, which knows the sign. */
function readNumber(text: string, next = ''): Literal {
  if (/[uU]/.test(next))
    throw new Error(`unsigned integers such as ${text}${next} are not available; omit the ${next}`)
  if (!/^0[xX]/.test(text) && /[.eE]/.test(text)) {
    const value = Number(text)
    if (!Number.isFinite(value)) throw new Error(`the number ${text} is too large`)
    return value
  }
  return BigInt(text)
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(source)
}
