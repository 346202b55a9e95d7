/** The grammar of CEL: precedence, literals, escapes, limits, and what is not in it. */
import { describe, expect, it } from 'vitest'
import { type ASTNode, childNodes } from '../../../packages/core/src/expression/cel-ast.ts'
import { parseCel } from '../../../packages/core/src/expression/parse-cel.ts'

describe('operators', () => {
  it.each([
    ['a == b < c', '(< (== a b) c)'],
    ['a in b == c', '(== (in a b) c)'],
    ['a != b >= c', '(>= (!= a b) c)'],
    ['a <= b > c', '(> (<= a b) c)'],
    ['a - b - c', '(- (- a b) c)'],
    ['a + b * c', '(+ a (* b c))'],
    ['a / b % c', '(% (/ a b) c)'],
    ['(a + b) * c', '(* (+ a b) c)'],
    ['a || b && c', '(|| a (&& b c))'],
    ['a && b || c', '(|| (&& a b) c)'],
    ['a == b && c', '(&& (== a b) c)'],
    ['a ? b : c ? d : e', '(?: a b (?: c d e))'],
    ['a ? (b ? c : d) : e', '(?: a (?: b c d) e)'],
    ['!a.b', '(!_ (. a b))'],
    ['!!a', '(!_ (!_ a))'],
    ['-a', '(-_ a)'],
    ['--a', '(-_ (-_ a))'],
    ['!-1', '(!_ -1)'],
    ['- 1', '-1'],
    ['4--4', '(- 4 -4)'],
    ['4 - -4.5', '(- 4 -4.5)'],
    ['-(1)', '(-_ 1)'],
    ['a.b[c].d("x", 1)', '(rcall d ([] (. a b) c) "x" 1)'],
    ['f()', '(call f)'],
    ['a.as', '(. a as)'],
    ['[1, [], {},]', '(list 1 (list) (map))'],
    ['{a: b, "c": 1,}', '(map a b "c" 1)'],
    ['a // comment\n && b', '(&& a b)'],
    [' \t\r\n\fa', 'a'],
    ['inner', 'inner'],
  ])('%s is %s', (source, tree) => {
    expect(show(parseCel(source))).toBe(tree)
  })
})

describe('literals', () => {
  it.each<[string, unknown]>([
    ['0', 0n],
    ['007', 7n],
    ['0x1F', 31n],
    ['0Xe', 14n],
    ['-0x10', -16n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1E+3', 1000],
    ['1.5e-3', 0.0015],
    ['-1.0', -1],
    ['true', true],
    ['false', false],
    ['null', null],
    ["'a\"b'", 'a"b'],
    ['"a\'b"', "a'b"],
    ['""', ''],
    ['"""a"b\n"c"""', 'a"b\n"c'],
    ["'''a'''", 'a'],
    ['"""\\""""', '"'],
    ['r"a\\n"', 'a\\n'],
    ["R'\\'", '\\'],
    ['"\\a\\b\\f\\n\\r\\t\\v"', '\x07\b\f\n\r\t\v'],
    ['"\\\\\\?\\"\\\'\\`"', '\\?"\'`'],
    ['"\\x41\\X5a\\u00e9\\U0001F600\\101"', 'AZé😀A'],
    ['"\\377"', 'ÿ'],
  ])('%s is %s', (source, value) => {
    expect(parseCel(source)).toEqual({ op: 'value', args: value })
  })
})

describe('limits', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}1${')'.repeat(depth)}`
  const items = (count: number) => Array(count).fill('1').join(',')
  it.each([
    ['parentheses', nested(32), nested(33), 'nested deeper than 32'],
    ['branches', `${'a ? b : '.repeat(32)}c`, `${'a ? b : '.repeat(33)}c`, 'nested deeper than 32'],
    ['parts', Array(150).fill('1').join('+'), Array(151).fill('1').join('+'), 'than 300 parts'],
    ['a list', `[${items(100)}]`, `[${items(101)}]`, 'a list has more than 100 items'],
    ['arguments', `f(${items(8)})`, `f(${items(9)})`, 'a call has more than 8 items'],
    [
      'a map',
      `{${Array(20).fill('1:1').join(',')}}`,
      `{${Array(21).fill('1:1').join(',')}}`,
      'a map has more than 20 items',
    ],
  ])('of %s', (_name, most, more, message) => {
    expect(parseCel(most)).toBeDefined()
    expect(() => parseCel(more)).toThrow(message)
  })

  it('count depth, not length', () => {
    expect(parseCel(Array(40).fill('(a)').join('||'))).toBeDefined()
  })
})

describe('an expression is refused', () => {
  it.each([
    ['', 'a value is expected before the end'],
    ['1 +', 'a value is expected before the end'],
    ['a b', 'an operator is expected before b'],
    ['a =', 'the character "=" is not expected'],
    ['a & b', 'the character "&" is not expected'],
    ['a.`b`', 'the character "`" is not expected'],
    ['a 😀', 'the character "😀" is not expected'],
    ['(a', ') is expected before the end'],
    ['[a', '] is expected before the end'],
    ['a[b', '] is expected before the end'],
    ['{a}', ': is expected before }'],
    ['{a:b', '} is expected before the end'],
    ['a ? b', ': is expected before the end'],
    ['f(a,)', 'a value is expected before )'],
    ['[,]', 'a value is expected before ,'],
    ['a.1', 'an operator is expected before .1'],
    ['a."b"', 'the name of a member is expected before "b"'],
    ['a.in', 'the name of a member is expected before in'],
    ['a.true', 'the name of a member is expected before true'],
    ['.a', 'a value is expected before .'],
    ['!-a', 'a value is expected before -'],
    ['-!a', 'a value is expected before !'],
    ['in', 'in is a reserved word'],
    ['while', 'while is a reserved word'],
    ['as(a)', 'as is a reserved word'],
    ['"in" in', 'a value is expected before the end'],
    ['a "in" b', 'an operator is expected before "in"'],
    ['1u', 'unsigned integers such as 1u are not available; omit the u'],
    ['0x1U', 'unsigned integers such as 0x1U are not available; omit the U'],
    ['b"a"', 'bytes such as b"a" are not available; omit the b'],
    ["rB'a'", 'bytes such as b"a" are not available; omit the b'],
    ['9223372036854775808', 'the integer 9223372036854775808 has more than 64 bits'],
    ['-9223372036854775809', 'the integer -9223372036854775809 has more than 64 bits'],
    ['0xFFFFFFFFFFFFFFFFF', 'has more than 64 bits'],
    ['1e999', 'the number 1e999 is too large'],
    ['1e', 'an operator is expected before e'],
    ['"a', 'a string has no closing "'],
    ['"a\\"', 'a string has no closing "'],
    ['"""a""', 'a string has no closing """'],
    ['"a\nb"', 'a string continues on the next line'],
    ["r'a\rb'", 'a string continues on the next line'],
    ['"\\q"', 'the escape \\ is not valid'],
    ['"\\u12"', 'the escape \\ is not valid'],
    ['"\\xg0"', 'the escape \\ is not valid'],
    ['"\\400"', 'the escape \\ is not valid'],
    ['"\\ud800"', 'the escape \\ud800 is not valid'],
    ['"\\udfff"', 'the escape \\udfff is not valid'],
    ['"\\U00110000"', 'the escape \\U00110000 is not valid'],
  ])('%s: %s', (source, message) => {
    expect(() => parseCel(source)).toThrow(message)
  })
})

describe('childNodes', () => {
  it('finds the nodes in lists and pairs, and no names or values', () => {
    const inner = (source: string) => childNodes(parseCel(source).args).map(show)
    expect(inner('{a: b}')).toEqual(['a', 'b'])
    expect(inner('a.f(b, c)')).toEqual(['a', 'b', 'c'])
    expect(inner('!a')).toEqual(['a'])
    expect(inner('a.b')).toEqual(['a'])
    expect([inner('"x"'), inner('null'), inner('1')]).toEqual([[], [], []])
  })
})

/** As a Lisp would write it. */
function show(node: ASTNode): string {
  if (node.op === 'id') return node.args
  if (node.op === 'value')
    return typeof node.args === 'string' ? JSON.stringify(node.args) : String(node.args)
  const parts = (args: unknown): string[] => {
    if (typeof args === 'string') return [args]
    return Array.isArray(args) ? args.flatMap(partsOf) : partsOf(args)
  }
  return `(${[node.op, ...parts(node.args)].join(' ')})`

  function partsOf(part: unknown): string[] {
    const [first] = childNodes(part)
    return first && !Array.isArray(part) ? [show(first)] : parts(part)
  }
}
