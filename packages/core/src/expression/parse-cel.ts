/** Parses a CEL expression into its syntax tree, within limits. */
import {
  type ASTNode,
  type BinaryOperator,
  type Literal,
  PRODUCTS,
  RELATIONS,
  SUMS,
} from './cel-ast.ts'
import { CelSyntaxError, type Span } from './cel-syntax-error.ts'
import { readTokens, type Token } from './cel-tokens.ts'

const END: Token = { kind: 'end', text: 'the end', span: [0, 0] }
const MAX_NODES = 300
/** Of brackets, parentheses, braces and branches inside one another. */
const MAX_DEPTH = 32
const MAX_ITEMS = { list: 100, map: 20, call: 8 }
const RESERVED = new Set([
  ...['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'in', 'let'],
  ...['loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
])
/** The binary operators, those that bind least first; those of one level are left-associative. */
const LEVELS: readonly (readonly (BinaryOperator | '&&' | '||')[])[] = [
  ['||'],
  ['&&'],
  RELATIONS,
  SUMS,
  PRODUCTS,
]

/**
 * @param spans gets the place of each node; only the check of a document needs them
 * @throws {Error} for an expression that is malformed or beyond the limits
 */
export function parseCel(source: string, spans?: Map<ASTNode, Span>): ASTNode {
  const tokens = readTokens(source)
  let position = 0
  let nodes = 0
  let depth = 0

  const peek = (): Token => tokens[position] ?? END
  const isNext = (text: string): boolean => peek().text === text
  const skip = (text: string): boolean => {
    if (!isNext(text)) return false
    position++
    return true
  }
  const expect = (text: string): void => {
    if (!skip(text))
      throw new CelSyntaxError(`${text} is expected before ${peek().text}`, peek().span)
  }
  /** @param first position of the first token of the node */
  const node = (made: ASTNode, first: number): ASTNode => {
    if (++nodes > MAX_NODES) throw new Error(`it has more than ${MAX_NODES} parts`)
    const [start] = (tokens[first] ?? END).span
    const [, end] = (tokens[position - 1] ?? END).span
    spans?.set(made, [start, end])
    return made
  }

  const parseExpression = (): ASTNode => {
    if (++depth > MAX_DEPTH + 1) throw new Error(`it is nested deeper than ${MAX_DEPTH}`)
    const first = position
    const condition = parseBinary(0)
    let parsed = condition
    if (skip('?')) {
      const consequent = parseBinary(0)
      expect(':')
      parsed = node({ op: '?:', args: [condition, consequent, parseExpression()] }, first)
    }
    depth--
    return parsed
  }

  const parseBinary = (level: number): ASTNode => {
    const operators = LEVELS[level]
    if (operators === undefined) return parseUnary()
    const first = position
    let left = parseBinary(level + 1)
    for (;;) {
      const op = operators.find(isNext)
      if (op === undefined) return left
      position++
      left = node({ op, args: [left, parseBinary(level + 1)] }, first)
    }
  }

  /** `!!a` and `--a`, but not `!-a`: the grammar has no mixed ones. A sign belongs to a number. */
  const parseUnary = (): ASTNode => {
    const first = position
    if (skip('!'))
      return node({ op: '!_', args: isNext('!') ? parseUnary() : parseMember() }, first)
    if (!isNext('-') || isSigned()) return parseMember()
    position++
    return node({ op: '-_', args: isNext('-') ? parseUnary() : parseMember() }, first)
  }

  const isSigned = (): boolean => {
    const { kind, text } = tokens[position + 1] ?? END
    return kind === 'literal' && /^[\d.]/.test(text)
  }

  const parseMember = (): ASTNode => {
    const first = position
    const sign = isNext('-') && isSigned() ? '-' : ''
    if (sign === '-') position++
    return parsePostfix(parsePrimary(sign), first)
  }

  const parsePostfix = (base: ASTNode, first: number): ASTNode => {
    let parsed = base
    for (;;) {
      if (skip('.')) {
        const { kind, text } = peek()
        if (kind !== 'name' || text === 'in')
          throw new CelSyntaxError(`the name of a member is expected before ${text}`, peek().span)
        position++
        const made: ASTNode = skip('(')
          ? { op: 'rcall', args: [text, parsed, parseItems('call', ')', parseExpression)] }
          : { op: '.', args: [parsed, text] }
        parsed = node(made, first)
      } else if (skip('[')) {
        const index = parseExpression()
        expect(']')
        parsed = node({ op: '[]', args: [parsed, index] }, first)
      } else return parsed
    }
  }

  const parsePrimary = (sign: '' | '-'): ASTNode => {
    const token = peek()
    const first = position++
    if (token.kind === 'literal') {
      const value = withSign(sign, token.value, token.text)
      return node({ op: 'value', args: value }, first - sign.length)
    }
    if (token.kind === 'name') return parseName(token, first)
    if (token.text === '(') {
      const parsed = parseExpression()
      expect(')')
      return parsed
    }
    if (token.text === '[')
      return node({ op: 'list', args: parseItems('list', ']', parseExpression) }, first)
    if (token.text === '{')
      return node({ op: 'map', args: parseItems('map', '}', parseEntry) }, first)
    throw new CelSyntaxError(`a value is expected before ${token.text}`, token.span)
  }

  const parseName = ({ text: name, span }: Token, first: number): ASTNode => {
    if (RESERVED.has(name)) throw new CelSyntaxError(`${name} is a reserved word`, span)
    if (!skip('(')) return node({ op: 'id', args: name }, first)
    return node({ op: 'call', args: [name, parseItems('call', ')', parseExpression)] }, first)
  }

  const parseEntry = (): readonly [ASTNode, ASTNode] => {
    const key = parseExpression()
    expect(':')
    return [key, parseExpression()]
  }

  /** Items between commas; lists and maps may have a comma after the last one. */
  const parseItems = <Item>(
    kind: keyof typeof MAX_ITEMS,
    end: string,
    parseItem: () => Item,
  ): Item[] => {
    const items: Item[] = []
    if (skip(end)) return items
    do {
      if (kind !== 'call' && isNext(end)) break
      items.push(parseItem())
      if (items.length > MAX_ITEMS[kind])
        throw new Error(`a ${kind} has more than ${MAX_ITEMS[kind]} items`)
    } while (skip(','))
    expect(end)
    return items
  }

  const parsed = parseExpression()
  const rest = peek()
  if (rest.kind !== 'end')
    throw new CelSyntaxError(`an operator is expected before ${rest.text}`, rest.span)
  return parsed
}

function withSign(sign: '' | '-', value: Literal, text: string): Literal {
  const signed =
    sign === '-' && (typeof value === 'bigint' || typeof value === 'number') ? -value : value
  if (typeof signed === 'bigint' && BigInt.asIntN(64, signed) !== signed)
    throw new Error(`the integer ${sign}${text} has more than 64 bits`)
  return signed
}
