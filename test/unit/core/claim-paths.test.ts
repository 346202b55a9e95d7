/** Which claims an expression reads, compares and requires, and what is found in a token. */
import { describe, expect, it } from 'vitest'
import {
  comparedClaims,
  foundClaims,
  lookUpClaim,
  referencedClaims,
  requiredValue,
} from '../../../packages/core/src/expression/claim-paths.ts'
import {
  candidatePositions,
  indexConditions,
} from '../../../packages/core/src/expression/condition-index.ts'

describe('the claims that an expression reads', () => {
  it.each<[expression: string, paths: string[][]]>([
    ['claims.a', [['a']]],
    ['claims["a"].b', [['a', 'b']]],
    ['claims.a.b["c d"]', [['a', 'b', 'c d']]],
    ['claims.a == claims.b && claims["a"] != "x"', [['a'], ['b']]],
    // Where the name is computed, the claim that contains it.
    ['claims.a[claims.b].c', [['a']]],
    ['claims.a[issuer]', [['a']]],
    ['claims.a[0]', [['a']]],
    ['claims.a[0][1]', [['a']]],
    ['claims.l.filter(g, g == claims.x).size() > 1', [['l'], ['x']]],
    ['has(claims.a.b)', [['a', 'b']]],
    ['claims', []],
    ['claims[issuer]', []],
    ['issuer.a == request.ip', []],
    ['{"a": 1}.a == {"claims": claims.z}["claims"]', [['z']]],
    ['claims.(', []],
  ])('%s: %j', (expression, paths) => {
    expect(referencedClaims(expression)).toEqual(paths)
  })
})

describe('the value that a condition requires', () => {
  it.each([
    ['claims.a == "x"', ['a'], 'x'],
    ['"x" == claims.a', ['a'], 'x'],
    ['"x" in claims.a.b', ['a', 'b'], 'x'],
    ['claims["a"] == "x"', ['a'], 'x'],
    ['claims.n > 1 && "x" in claims.a', ['a'], 'x'],
    ['claims.a == "x" && claims.b == "y"', ['a'], 'x'],
    ['claims.n == 1 && (claims.a == "x" && true)', ['a'], 'x'],
  ])('%s', (expression, claim, value) => {
    expect(requiredValue(expression)).toEqual({ claim, value })
  })

  it.each([
    'claims.a != "x"',
    'claims.a >= "x"',
    'claims.a == "x" || true',
    '!(claims.a == "x")',
    'claims.a == 1',
    'claims.a == issuer',
    'claims.a == claims.b',
    'claims.a == ["x"]',
    'claims.a in "x"',
    'claims.a in ["x"]',
    '"x" in claims',
    'claims == "x"',
    'issuer == "x"',
    'claims[issuer] == "x"',
    'claims.l[0] == "x"',
    'claims.a[issuer].b == "x"',
    'issuer.a == "x"',
    'claims.a ==',
  ])('%s requires none', (expression) => {
    expect(requiredValue(expression)).toBeUndefined()
  })
})

describe('the claims that are compared with texts', () => {
  it.each<[expression: string, paths: string[][]]>([
    ['claims.a == "x"', [['a']]],
    ['"x" == claims.a.b', [['a', 'b']]],
    ['claims.a in ["x", "y"]', [['a']]],
    ['"x" in claims.a && claims.b == "y"', [['a'], ['b']]],
    ['claims.a == "x" && claims.n > 1 && claims.b in ["y"]', [['a'], ['b']]],
    ['claims.a in ["x", issuer]', []],
    ['claims.a in [issuer, "x"]', []],
    ['claims.a in ["x", 1]', []],
    ['claims.a == 1', []],
    ['claims.a == issuer', []],
    ['claims == "x"', []],
    ['issuer == "x"', []],
    ['claims.a != "x"', []],
    ['claims.a == "x" || claims.b == "y"', []],
    ['claims.a ==', []],
  ])('%s: %j', (expression, paths) => {
    expect(comparedClaims(expression)).toEqual(paths)
  })
})

describe('a claim', () => {
  const claims = { a: { b: ['x'], none: null }, text: 'abc' }

  it.each<[path: string[], value: unknown]>([
    [[], claims],
    [['a', 'b'], ['x']],
    [['a', 'none'], null],
    [['a', 'none', 'c'], undefined],
    [['x'], undefined],
    [['x', 'y'], undefined],
    [['text', 'length'], undefined],
    [['a', 'b', '0'], undefined],
    [['constructor'], undefined],
    [['a', 'toString'], undefined],
  ])('at %j is looked up among own members only', (path, value) => {
    expect(lookUpClaim(path, claims)).toEqual(value)
  })

  it('that is missing is named so in a trace', () => {
    expect(foundClaims([['a', 'b'], ['x'], ['text']], claims)).toEqual({
      ...{ 'claims.a.b': ['x'], 'claims.x': '(absent)', 'claims.text': 'abc' },
    })
    expect(foundClaims([], claims)).toEqual({})
  })
})

describe('the conditions that can pass', () => {
  const index = indexConditions([
    { claim: ['a'], value: 'x' },
    undefined,
    { claim: ['a'], value: 'y' },
    { claim: ['b', 'c'], value: 'x' },
    { claim: ['a'], value: 'x' },
  ])

  it.each<[claims: Readonly<Record<string, unknown>>, positions: number[]]>([
    [{}, [1]],
    [{ a: 'x' }, [0, 1, 4]],
    [{ a: 'y', b: { c: ['z', 'x'] } }, [1, 2, 3]],
    [{ a: ['x', 'y', 'x'] }, [0, 1, 2, 4]],
    // `in` finds the keys of a map.
    [{ a: { x: 1 } }, [0, 1, 4]],
    [{ a: ['toString', ['x'], 1, null] }, [1]],
    [{ a: 'constructor' }, [1]],
  ])('for %j are those at %j', (claims, positions) => {
    expect(candidatePositions(index, claims)).toEqual(positions)
  })
})
