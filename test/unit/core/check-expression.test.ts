/** The type check of CEL expressions: what compiles, and what is wrong with the rest. */
import { describe, expect, it } from 'vitest'
import { checkExpression } from '../../../packages/core/src/expression/check-expression.ts'

describe('a condition compiles', () => {
  it.each([
    'true',
    'claims.a',
    'claims.a.b[0].c["d"]',
    'claims[issuer]',
    'claims.a == 1 && claims.a == "x" && claims.a in ["y"] && claims.a in claims.b',
    'claims.a < 1 || claims.a >= 1.5 || 1 < 2.5 || "a" < issuer || false < true',
    'claims.a + 1 == claims.b * 2.0 - claims.c',
    'claims.a + [1] == [2] + claims.b && [claims.a] + ["x"] == []',
    '-claims.a == -1 && -1.5 < 0.0',
    'claims.a % 2 == 1 && 3 % 2 == 1 && claims.a % claims.b == 0',
    'claims.a ? claims.b : true',
    '(claims.a ? 1 : claims.b) == "x"',
    '!claims.a && !(issuer == "x")',
    '[1, "a"] == [2.5] && [[1], []] == [] && {"a": 1, "b": "c"} == {} && {1: 2}[1] == 2',
    '[1, "a"].exists(g, g == true)',
    'claims.l.exists(g, g.a == g.b) && claims.all(k, k != "x") && {1: 2}.exists(k, k == 1)',
    'claims.l.filter(g, g == "a").size() > 1 && [1].filter(g, g > 0)[0] == 1',
    '"a,b".split(",")[0] == "a" && "b" in "a,b".split(",")',
    'has(claims.a) && has(claims.a.b)',
    'string(1) + string(claims.a) == "x" && int("1") + size("x") == 2 && double(1) == 1.0',
    'type(claims.a) == string && type(1) == int',
    'dyn(1) == "x" && null == claims.a && null == null',
    'actor.issuer == actor.subject && actor.claims.a == 1 && actor.claims["a"].b',
    'actor.actor.actor.actor.subject == "a" && has(actor.actor.claims.a) && actor == {}',
    'has(actor.subject) && size(actor) == 0 && actor["subject"] == 1',
    'request.ip == request["ip"] && request.endpoint.startsWith("n")',
    '"a".substring(1) == "a".substring(claims.n, 2) && "a".indexOf("b", 0) == 1',
  ])('%s', (expression) => {
    expect(checkExpression(expression, 'bool')).toBeUndefined()
  })
})

describe('an expression that yields text compiles', () => {
  it.each([
    'claims.a',
    'issuer',
    'string(claims.a)',
    'claims.a + "x"',
    'claims.a ? "x" : claims.b',
    '"a,b".split(",")[1]',
    'claims.a.split(",")[0].lowerAscii().trim()',
    '{"a": "b"}["a"]',
    'request.endpoint',
  ])('%s', (expression) => {
    expect(checkExpression(expression, 'string')).toBeUndefined()
  })
})

describe('an expression does not compile', () => {
  it.each([
    ['issuer', 'it returns string, not bool'],
    ['1', 'it returns int, not bool'],
    ['1.5', 'it returns double, not bool'],
    ['null', 'it returns null, not bool'],
    ['int', 'it returns type, not bool'],
    ['type(1)', 'it returns type, not bool'],
    ['[1]', 'it returns list(int), not bool'],
    ['[1, claims.a]', 'it returns list(dyn), not bool'],
    ['[1, "a"]', 'it returns list(dyn), not bool'],
    ['[]', 'it returns list(dyn), not bool'],
    ['[[1], ["a"]]', 'it returns list(dyn), not bool'],
    ['claims', 'it returns map(string, dyn), not bool'],
    ['request', 'it returns map(string, string), not bool'],
    ['{1: "a", 2: "b"}', 'it returns map(int, string), not bool'],
    ['{1: "a", "b": 2}', 'it returns map(dyn, dyn), not bool'],
    ['"a".split(",")', 'it returns list(string), not bool'],
    ['claims.l.filter(g, true)', 'it returns list(dyn), not bool'],
    ['["a"].filter(g, true)', 'it returns list(string), not bool'],
    ['true ? 1 : 2', 'it returns int, not bool'],
    ['[1] + [2]', 'it returns list(int), not bool'],
    ['1 + 2 - 3', 'it returns int, not bool'],
    ['-1.5', 'it returns double, not bool'],
    ['-(1.5)', 'it returns double, not bool'],
    ['size(claims)', 'it returns int, not bool'],
    ['double(1)', 'it returns double, not bool'],
    ['claim.a', 'there is no variable claim; use claims, issuer, request, actor or identity'],
    [
      'claims.l.exists(g, true) && g',
      'there is no variable g; use claims, issuer, request, actor or identity',
    ],
    ['request.host == "x"', 'request has no member host; use request.ip or request.endpoint'],
    ['issuer.host == "x"', 'a string has no member host'],
    ['issuer[0] == "x"', 'a string has no item for a int'],
    ['[1]["a"] == 1', 'a list(int) has no item for a string'],
    ['claims[1] == 1', 'a map(string, dyn) has no item for a int'],
    ['{1: 2}["a"] == 1', 'a map(int, int) has no item for a string'],
    ['issuer == 1', 'no overload of == accepts (string, int)'],
    ['1 != 1.0', 'no overload of != accepts (int, double)'],
    ['issuer == null', 'no overload of == accepts (string, null)'],
    ['[1] == ["a"]', 'no overload of == accepts (list(int), list(string))'],
    ['{"a": 1} == {"a": "b"}', 'no overload of == accepts (map(string, int), map(string, string))'],
    ['{"a": 1} == {1: 1}', 'no overload of == accepts (map(string, int), map(int, int))'],
    ['[1] == {}', 'no overload of == accepts (list(int), map(dyn, dyn))'],
    ['1 in ["a"]', 'no overload of in accepts (int, string)'],
    ['1 in claims', 'no overload of in accepts (int, string)'],
    ['"a" in issuer', 'in needs a list or a map on its right, not a string'],
    ['issuer < 1', 'no overload of < accepts (string, int)'],
    ['null >= null', 'no overload of >= accepts (null, null)'],
    ['[1] <= [2]', 'no overload of <= accepts (list(int), list(int))'],
    ['claims.a > []', 'no overload of > accepts (dyn, list(dyn))'],
    ['1 + 1.0 == 2.0', 'no overload of + accepts (int, double)'],
    ['issuer - issuer == ""', 'no overload of - accepts (string, string)'],
    ['true + true', 'no overload of + accepts (bool, bool)'],
    ['claims.a + true', 'no overload of + accepts (dyn, bool)'],
    ['claims.a * "x" == 1', 'no overload of * accepts (dyn, string)'],
    ['{} + {} == {}', 'no overload of + accepts (map(dyn, dyn), map(dyn, dyn))'],
    ['1.5 % 2.0 == 1.0', 'no overload of % accepts (double, double)'],
    ['claims.a % 2.0 == 1.0', 'no overload of % accepts (dyn, double)'],
    ['1 + "a" == 1', 'no overload of + accepts (int, string)'],
    ['-issuer == ""', 'no overload of - accepts (string)'],
    ['!issuer', 'no overload of ! accepts (string)'],
    ['issuer && true', 'no overload of && accepts (string)'],
    ['true || 1', 'no overload of || accepts (int)'],
    ['issuer ? true : false', 'no overload of ? accepts (string)'],
    ['claims.a ? 1 : "x"', 'no overload of ?: accepts (int, string)'],
    ['size(1) == 1', 'no overload of size accepts (int)'],
    ['size("a", "b") == 1', 'no overload of size accepts (string, string)'],
    ['issuer.trim("a") == ""', 'no overload of trim accepts (string, string)'],
    ['issuer.startsWith(1)', 'no overload of startsWith accepts (string, int)'],
    ['1.startsWith("a")', 'no overload of startsWith accepts (int, string)'],
    ['int([]) == 1', 'no overload of int accepts (list(dyn))'],
    ['claims.a.substring() == ""', 'no overload of substring accepts (dyn)'],
    ['issuer.exists(g, true)', 'a comprehension cannot go over a string'],
    ['claims.l.exists(g, 1)', 'no overload of exists accepts (int)'],
    ['["a"].exists(g, g > 1)', 'no overload of > accepts (string, int)'],
    ['claims.all(k, k == 1)', 'no overload of == accepts (string, int)'],
    ['has(issuer)', 'has needs one member as its argument, such as has(claims.org)'],
    ['has(claims["a"])', 'has needs one member as its argument, such as has(claims.org)'],
    ['has(claims.a, claims.b)', 'has needs one member as its argument, such as has(claims.org)'],
    ['has(issuer.x)', 'a string has no member x'],
    ['claims.has(claims.a)', 'the function has is not available'],
    ['startsWith(issuer, "a")', 'the function startsWith is not available'],
    ['all(claims, true)', 'the function all is not available'],
    ['"a".int() == 1', 'the function int is not available'],
    ['claims.l.exists(g)', 'exists needs a variable and a condition, such as exists(g, g == "a")'],
    ['claims.l.all(g, g, g)', 'all needs a variable and a condition, such as all(g, g == "a")'],
    ['claims.l.all(g.h, g)', 'all needs a variable and a condition, such as all(g, g == "a")'],
    ['claims.l.exists(claims, true)', 'exists cannot use the variable claims, which has a meaning'],
    ['claims.l.exists(issuer, true)', 'exists cannot use the variable issuer, which has a meaning'],
    ['claims.l.exists(request, true)', 'exists cannot use the variable request, which has a'],
    ['claims.l.exists(actor, true)', 'exists cannot use the variable actor, which has a meaning'],
    ['claims.l.exists(identity, true)', 'exists cannot use the variable identity, which has a'],
    ['actor.sub == "a"', 'an actor has no member sub; use issuer, subject, claims or actor'],
    ['has(actor.actor.sub)', 'an actor has no member sub; use issuer, subject, claims or actor'],
    ['actor.subject == 1', 'no overload of == accepts (string, int)'],
    ['actor.issuer.name == ""', 'a string has no member name'],
    ['actor == null', 'no overload of == accepts (map(string, dyn), null)'],
    ['has(actor.actor.actor.actor.actor)', 'a request has at most 4 actors'],
    ['claims.l.exists(int, true)', 'exists cannot use the variable int, which has a meaning'],
    ['claims.l.exists(g, [1].all(h, true))', 'all is nested inside another comprehension'],
    ['claims.l.filter(g, [1].all(h, true)) == []', 'all is nested inside another comprehension'],
    ['(claims.l + [1]).exists(g, true)', 'exists iterates over a sum'],
    ['(claims.l + [1]).filter(g, true).exists(g, true)', 'exists iterates over a sum'],
    ['[claims.a + "x"].exists(g, true)', 'exists iterates over a sum'],
    ['claims.l.exists(g, g.split(",") == [])', 'split is used inside a comprehension'],
    ['claims.l.map(g, g) == []', 'the function map is not available; use one of: all, exists'],
    ['claims.a.matches("a")', 'the function matches is not available, because'],
    ['matches(issuer, "a")', 'the function matches is not available, because'],
    ['x'.repeat(1001), 'it has more than 1000 characters'],
  ])('%s: %s', (expression, message) => {
    expect(checkExpression(expression, 'bool')?.message).toContain(message)
  })

  it('with what to use instead', () => {
    expect(checkExpression('claims.a.matches("a")', 'bool')?.message).toBe(
      'the function matches is not available, because a regular expression may backtrack ' +
        'catastrophically; use ==, startsWith, endsWith or contains',
    )
    expect(checkExpression('claims.l.map(g, g) == []', 'bool')?.message).toMatch(
      /^the function map is not available; use one of: all, exists, exists_one, filter, has, /,
    )
  })

  it('where it cannot yield text', () => {
    expect(checkExpression('claims.a == 1', 'string')?.message).toBe('it returns bool, not string')
  })

  it('unless it is within the limits', () => {
    const sum = 'claims.l.filter(g, g + "x" == "ax").exists(g, true)'
    expect(checkExpression(sum, 'bool')).toBeUndefined()
    expect(checkExpression('claims.l.exists(g, true) && [1].all(g, true)', 'bool')).toBeUndefined()
    expect(checkExpression('"a".split(",").exists(g, true)', 'bool')).toBeUndefined()
    expect(checkExpression(`issuer == "${'x'.repeat(988)}"`, 'bool')).toBeUndefined()
  })
})
