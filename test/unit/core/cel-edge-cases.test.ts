/** Edge cases of CEL: near the limits of types, at the ends of texts, and in messages. */
import { describe, expect, it } from 'vitest'
import {
  evaluateCondition,
  evaluateString,
  warmUpExpressions,
} from '../../../packages/core/src/expression/cel.ts'
import { checkExpression } from '../../../packages/core/src/expression/check-expression.ts'
import { parseCel } from '../../../packages/core/src/expression/parse-cel.ts'

const claims = {
  l: ['a', 'b'],
  m: { 1: 'one', a: 1 },
  s: 'a',
  spaces: ' \t\u00a0\u2003 ',
  control: '\u0008a\u0001',
  first: '\u{10000}',
  privateUse: '\ue000',
  // U+D800 U+DFFE and U+D800 U+DFFF as UTF-16.
  low: '\u{103fe}',
  high: '\u{103ff}',
  noncharacter: '\uffff😀',
}
const scope = { claims, issuer: 'i', request: { ip: '192.0.2.1', endpoint: 'native' } }

describe('a condition passes', () => {
  it.each([
    '[1] != [1, 2] && [1, 2] != [1] && [1, 2] != [1, 3] && [1, 2] == [1, 2]',
    'claims.l != claims.s && ["a"] != dyn("a") && dyn("a") != ["a"]',
    '{"a": 1} != {"a": 2} && {"a": 1} != {"b": 1} && {"a": 1} == {"a": 1}',
    'claims.l.exists(g, g == claims.s) && claims.l.all(g, claims.s != "z")',
    '!(1 > 1) && 1 >= 1 && !(1 > 2) && 2 > 1',
    '!("a" > "a") && "a" >= "a" && "ab" > "a" && "a" < "ab"',
    '!(true > true) && true > false && false <= false',
    // By code point, not by UTF-16 unit.
    'claims.first > claims.privateUse && claims.high > claims.low',
    '!(dyn(1) in claims.m) && "1" in claims.m && "a" in claims.m',
    'claims.spaces.trim() == "" && "".trim() == "" && claims.control.trim() == claims.control',
    '" a b ".trim() == "a b"',
    'size(claims.noncharacter) == 2 && claims.noncharacter.substring(1) == "😀"',
    // No position is looked up for the empty text.
    '"abc".indexOf("", 10) == 10 && "abc".lastIndexOf("", 10) == 10',
    '"a.b.c".split(".", 3) == ["a", "b", "c"] && "a.b.c".split(".", 2) == ["a", "b.c"]',
    'int("+5") == 5 && double(".25") == 0.25 && double("12.5e1") == 125.0',
    'claims.l.filter(g, g == "x" + "y").exists(g, true) || true',
    '"\\U0010FFFF".size() == 1',
    '[12e1, 0x1e] == [120.0, 30]',
  ])('%s', (expression) => {
    expect(evaluateCondition(expression, scope)).toEqual({ passed: true })
  })
})

describe('a condition fails, and the error says why', () => {
  it.each([
    ['claims.x', 'No such key: x'],
    ['claims.s', 'the result is not a boolean'],
    ['claims.s < 1', 'no overload of < accepts (string, int)'],
    ['1 < claims.s', 'no overload of < accepts (int, string)'],
    ['dyn(true) < 1', 'no overload of < accepts (bool, int)'],
    ['dyn(1) < true', 'no overload of < accepts (int, bool)'],
    ['dyn(1) + 1.5 == 2.5', 'no overload of + accepts (int, double)'],
    ['dyn(1.5) + 1 == 2.5', 'no overload of + accepts (double, int)'],
    ['dyn(1) + "a" == "1a"', 'no overload of + accepts (int, string)'],
    ['claims.m[1] == "one"', 'No such key'],
    ['claims.l["a"] == "a"', 'No such key: a'],
    ['claims.l[dyn("a")] == "a"', 'no overload of [] accepts (list, string)'],
    ['int("1+") == 1', 'the text is not an int'],
    ['claims.l.matches("a").exists(g, true)', 'the function matches is not available'],
    ['claims.a.b(', 'a value is expected before the end'],
  ])('%s: %s', (expression, message) => {
    const { passed, error } = evaluateCondition(expression, scope)
    expect(passed).toBe(false)
    expect(error).toContain(message)
  })
})

it('a text has a value or an error, never both', () => {
  expect(evaluateString('claims.s', scope)).toEqual({ value: 'a' })
  expect(evaluateString('claims.x', scope)).toEqual({ error: 'No such key: x' })
  expect(evaluateString('claims.l', scope)).toEqual({ error: 'the result is not a string' })
  expect(evaluateString('claims.s + claims.s', scope)).toEqual({ value: 'aa' })
})

it('the expression that is evaluated in advance has a value', () => {
  expect(warmUpExpressions).not.toThrow()
})

it.each([
  ...['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'in', 'let'],
  ...['loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
])('%s is a reserved word', (word) => {
  expect(() => parseCel(word)).toThrow(`${word} is a reserved word`)
  expect(() => parseCel(`claims.a == ${word}`)).toThrow(`${word} is a reserved word`)
})

it('a call may have nothing after its last comma, unlike a list', () => {
  expect(() => parseCel('a.f(1,)')).toThrow('a value is expected before )')
  expect(parseCel('[1,]')).toBeDefined()
})

describe('the type check', () => {
  it.each([
    ['-(1) == 1 && -(1.5) < 2.0 && -claims.a == 1', undefined],
    ['true <= false && 1 <= 2.5 && 1 >= 2 && 1.5 <= claims.a', undefined],
    ['1.5 + 1.5 == 3.0 && 1.5 * 2.0 < 1.0', undefined],
    ['claims.l.exists(g, claims.m == g)', undefined],
    ['issuer.exists(g, issuer == g)', 'a comprehension cannot go over a string'],
    ['claims.request.host == "x"', undefined],
    ['[1].exists(g, issuer == 1)', 'no overload of == accepts (string, int)'],
    ['null + null == null', 'no overload of + accepts (null, null)'],
  ])('of %s', (expression, message) => {
    const problem = checkExpression(expression, 'bool')
    if (message === undefined) expect(problem).toBeUndefined()
    else expect(problem?.message).toContain(message)
  })
})
