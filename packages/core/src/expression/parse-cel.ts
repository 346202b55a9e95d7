/** Parses a CEL expression into its syntax tree, within limits. */
import {
  type ASTNode,
  type BinaryOperator,
  type Literal,
  PRODUCTS,
  RELATIONS,
  SUMS,
} from './cel-ast.ts'
import { readTokens, type Token } from './cel-tokens.ts'

const END: Token = { kind: 'end', text: 'the end' }
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

/** @throws {Error} for an expression that is malformed or beyond the limits */
export function parseCel(source: string): ASTNode {
  const tokens = readTokens(source)
  let position = 0
  let nodes = 0
  let depth = 0

  const peek = (): Token => tokens[position] ?? END
  const isNext = (text: string): boolean => {
    const { kind, text: found } = peek()
    return kind !== 'literal' && found === text
  }
  const skip = (text: string): boolean => {
    if (!isNext(text)) return false
    position++
    return true
  }
  const expect = (text: string): void => {
    if (!skip(text)) throw new Error(`${text} is expected before ${peek().text}`)
  }
  const node = (made: ASTNode): ASTNode => {
    if (++nodes > MAX_NODES) throw new Error(`it has more than ${MAX_NODES} parts`)
    return made
  }

  const parseExpression = (): ASTNode => {
    if (++depth > MAX_DEPTH + 1) throw new Error(`it is nested deeper than ${MAX_DEPTH}`)
    const condition = parseBinary(0)
    let parsed = condition
    if (skip('?')) {
      const consequent = parseBinary(0)
      expect(':')
      parsed = node({ op: '?:', args: [condition, consequent, parseExpression()] })
    }
    depth--
    return parsed
  }

  const parseBinary = (level: number): ASTNode => {
    const operators = LEVELS[level]
    if (operators === undefined) return parseUnary()
    let left = parseBinary(level + 1)
    for (;;) {
      const op = operators.find(isNext)
      if (op === undefined) return left
      position++
      left = node({ op, args: [left, parseBinary(level + 1)] })
    }
  }

  /** `!!a` and `--a`, but not `!-a`: the grammar has no mixed ones. A sign belongs to a number. */
  const parseUnary = (): ASTNode => {
    if (skip('!')) return node({ op: '!_', args: isNext('!') ? parseUnary() : parseMember() })
    if (!isNext('-') || isSigned()) return parseMember()
    position++
    return node({ op: '-_', args: isNext('-') ? parseUnary() : parseMember() })
  }

  const isSigned = (): boolean => {
    const { kind, text } = tokens[position + 1] ?? END
    return kind === 'literal' && /^[\d.]/.test(text)
  }

  const parseMember = (): ASTNode => {
    if (!isNext('-') || !isSigned()) return parsePostfix(parsePrimary(''))
    position++
    return parsePostfix(parsePrimary('-'))
  }

  const parsePostfix = (base: ASTNode): ASTNode => {
    let parsed = base
    for (;;) {
      if (skip('.')) {
        const { kind, text } = peek()
        if (kind !== 'name' || text === 'in')
          throw new Error(`the name of a member is expected before ${text}`)
        position++
        parsed = skip('(')
          ? node({ op: 'rcall', args: [text, parsed, parseItems('call', ')', parseExpression)] })
          : node({ op: '.', args: [parsed, text] })
      } else if (skip('[')) {
        const index = parseExpression()
        expect(']')
        parsed = node({ op: '[]', args: [parsed, index] })
      } else return parsed
    }
  }

  const parsePrimary = (sign: '' | '-'): ASTNode => {
    const token = peek()
    position++
    if (token.kind === 'literal')
      return node({ op: 'value', args: withSign(sign, token.value, token.text) })
    if (token.kind === 'name') return parseName(token.text)
    if (token.text === '(') {
      const parsed = parseExpression()
      expect(')')
      return parsed
    }
    if (token.text === '[')
      return node({ op: 'list', args: parseItems('list', ']', parseExpression) })
    if (token.text === '{') return node({ op: 'map', args: parseItems('map', '}', parseEntry) })
    throw new Error(`a value is expected before ${token.text}`)
  }

  const parseName = (name: string): ASTNode => {
    if (RESERVED.has(name)) throw new Error(`${name} is a reserved word`)
    if (!skip('(')) return node({ op: 'id', args: name })
    return node({ op: 'call', args: [name, parseItems('call', ')', parseExpression)] })
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
  if (rest.kind !== 'end') throw new Error(`an operator is expected before ${rest.text}`)
  return parsed
}

function withSign(sign: '' | '-', value: Literal, text: string): Literal {
  const signed =
    sign === '-' && (typeof value === 'bigint' || typeof value === 'number') ? -value : value
  if (typeof signed === 'bigint' && BigInt.asIntN(64, signed) !== signed)
    throw new Error(`the integer ${sign}${text} has more than 64 bits`)
  return signed
}
