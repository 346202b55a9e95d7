/** Where each part of a CEL expression is in its text, and where an expression stops being CEL. */
import { describe, expect, it } from 'vitest'
import type { ASTNode } from '../../../packages/core/src/expression/cel-ast.ts'
import {
  CelSyntaxError,
  type Span,
} from '../../../packages/core/src/expression/cel-syntax-error.ts'
import { readTokens } from '../../../packages/core/src/expression/cel-tokens.ts'
import { parseCel } from '../../../packages/core/src/expression/parse-cel.ts'

/** The text of each node, in the order in which they are complete. */
function partsOf(source: string): string[] {
  const spans = new Map<ASTNode, Span>()
  parseCel(source, spans)
  return [...spans.values()].map(([start, end]) => source.slice(start, end))
}

describe('the parts of an expression are found in its text', () => {
  it.each<[source: string, parts: string[]]>([
    ['  a  ', ['a']],
    ['a + b * c', ['a', 'b', 'c', 'b * c', 'a + b * c']],
    ['a - b - c', ['a', 'b', 'a - b', 'c', 'a - b - c']],
    ['a ? b : c', ['a', 'b', 'c', 'a ? b : c']],
    ['!!a', ['a', '!a', '!!a']],
    ['!a.b', ['a', 'a.b', '!a.b']],
    ['- -a', ['a', '-a', '- -a']],
    ['-a.b', ['a', 'a.b', '-a.b']],
    ['1 - 2', ['1', '2', '1 - 2']],
    ['a. b [ 0 ]', ['a', 'a. b', '0', 'a. b [ 0 ]']],
    ['a.b( "c" )', ['a', '"c"', 'a.b( "c" )']],
    ['size ( a )', ['a', 'size ( a )']],
    ['[ 1 , true ]', ['1', 'true', '[ 1 , true ]']],
    ['{ "a" : 1 }', ['"a"', '1', '{ "a" : 1 }']],
    ['a // the end\n && b', ['a', 'b', 'a // the end\n && b']],
  ])('%j', (source, parts) => {
    expect(partsOf(source)).toEqual(parts)
  })

  it('without its parentheses, which are no part', () => {
    expect(partsOf('(a || b) && c')).toEqual(['a', 'b', 'a || b', 'c', '(a || b) && c'])
  })

  it('with its sign, where a number has one', () => {
    expect(partsOf('4 - -1')).toEqual(['4', '-1', '4 - -1'])
  })
})

it('each token has its kind, text and place', () => {
  const end = { kind: 'end', text: 'the end' }
  expect(readTokens('')).toEqual([{ ...end, span: [0, 0] }])
  expect(readTokens(' in<="a"7 ')).toEqual([
    { kind: 'name', text: 'in', span: [1, 3] },
    { kind: 'mark', text: '<=', span: [3, 5] },
    { kind: 'literal', text: '"a"', value: 'a', span: [5, 8] },
    { kind: 'literal', text: '7', value: 7n, span: [8, 9] },
    { ...end, span: [10, 10] },
  ])
  expect(readTokens('null')).toEqual([
    { kind: 'literal', text: 'null', value: null, span: [0, 4] },
    { ...end, span: [4, 4] },
  ])
})

describe('an expression that is not CEL is refused at its place', () => {
  it.each<[source: string, message: string, place: string]>([
    ['', 'a value is expected before the end', ''],
    ['1 +', 'a value is expected before the end', ''],
    ['a  b c', 'an operator is expected before b', 'b'],
    ['a =  b', 'the character "=" is not expected', '='],
    ['(a ]', ') is expected before ]', ']'],
    ['a ? b ; c', 'the character ";" is not expected', ';'],
    ['{a}', ': is expected before }', '}'],
    ['a ? b', ': is expected before the end', ''],
    ['[a b]', '] is expected before b', 'b'],
    ['f(a, )', 'a value is expected before )', ')'],
    ['a.in', 'the name of a member is expected before in', 'in'],
    ['a."b"', 'the name of a member is expected before "b"', '"b"'],
    ['a + while', 'while is a reserved word', 'while'],
    ['a == "b', 'a string has no closing "', '"b'],
  ])('%j', (source, message, place) => {
    const error = refusalOf(source)
    expect(error).toBeInstanceOf(CelSyntaxError)
    expect(error).toMatchObject({ name: 'CelSyntaxError', message })
    const [start, end] = error instanceof CelSyntaxError ? error.span : [0, 0]
    expect(source.slice(start, end)).toBe(place)
    expect(start).toBe(place === '' ? source.length : source.indexOf(place))
  })

  it.each([
    ['1u', 'unsigned integers such as 1u are not available; omit the u'],
    ['1 == 7U', 'unsigned integers such as 7U are not available; omit the U'],
    ['1e999', 'the number 1e999 is too large'],
    ['-9223372036854775809', 'the integer -9223372036854775809 has more than 64 bits'],
    ['9223372036854775808', 'the integer 9223372036854775808 has more than 64 bits'],
  ])('%s, as a whole: %s', (source, message) => {
    const error = refusalOf(source)
    expect(error).not.toBeInstanceOf(CelSyntaxError)
    expect(error).toMatchObject({ message })
  })
})

function refusalOf(source: string): unknown {
  try {
    parseCel(source)
  } catch (error) {
    return error
  }
  throw new Error(`${source} was parsed.`)
}
