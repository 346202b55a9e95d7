/**
 * Generated expressions have the same result here as with an independent implementation of CEL,
 * `@bufbuild/cel`.
 */
import { celEnv, isCelError, isCelList, isCelMap, isCelType, parse, plan } from '@bufbuild/cel'
import { strings } from '@bufbuild/cel/ext'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseExpression } from '../../../packages/core/src/expression/cel.ts'
import { evaluateNode } from '../../../packages/core/src/expression/evaluate-cel.ts'
import { isObject } from '../../../packages/core/src/model/strict-json.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { describeValue } from './cel-conformance-cases.ts'

const environment = celEnv({ funcs: strings })
const claims = {
  s: 'Ab c,d',
  e: '',
  n: 3,
  f: 2.5,
  t: true,
  z: null,
  l: ['a', 'Ab c,d', 'c'],
  m: { a: 1, b: { c: 'x' } },
  i: [1, 2, 2.5],
}

const literal = fc.constantFrom(
  ...['0', '1', '-1', '3', '7', '9223372036854775807', '-9223372036854775808', '0.5', '2.5', '3.0'],
  ...['"a"', '"Ab c,d"', '""', '","', '"é"', 'true', 'false', 'null', '[]', '[1, 2.5]', '["a"]'],
  ...['{"a": 1}', '{1: "x"}', '{}', '"12"', '" 7"', '"1e3"', 'string', 'int'],
)
const claim = fc
  .constantFrom(
    ...['s', 'e', 'n', 'f', 't', 'z', 'l', 'm', 'i', 'm.a', 'm.b.c', 'm.x', 'l[0]', 'l[9]', 'i[2]'],
    ...['x', 'm["a"]', 'm["x"]'],
  )
  .map((path) => `claims.${path}`)
const { expression } = fc.letrec<{ expression: string; item: string }>((tie) => ({
  item: fc.oneof(literal, claim, fc.constant('g')),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    literal,
    claim,
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(...['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&&', '||']),
        tie('expression'),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    // There, looking for a list among the keys of a map is an error.
    fc
      .tuple(fc.constantFrom('"a"', '1', '1.0', '2.5', 'claims.s', 'claims.x'), tie('expression'))
      .map(([item, list]) => `(${item} in ${list})`),
    // Two signs in a row cancel each other out there, also before a string.
    fc.oneof(literal, claim).map((operand) => `!(${operand})`),
    fc.oneof(literal, claim).map((operand) => `-(${operand})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
    fc
      .tuple(fc.constantFrom('size', 'string', 'dyn', 'type'), tie('expression'))
      .map(([name, argument]) => `${name}(${argument})`),
    // There, int("") is 0, and double("x") is NaN.
    fc
      .tuple(fc.constantFrom('int', 'double'), fc.constantFrom('claims.n', 'claims.f', '-7', '2.5'))
      .map(([name, argument]) => `${name}(${argument})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('startsWith', 'endsWith', 'contains', 'indexOf', 'lastIndexOf', 'split'),
        tie('expression'),
      )
      .map(([text, name, part]) => `(${text}).${name}(${part})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('lowerAscii', 'upperAscii', 'trim', 'size'))
      .map(([text, name]) => `(${text}).${name}()`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([text, from, to]) => `(${text}).substring(${from}, ${to})`),
    fc
      .tuple(claim, fc.constantFrom('all', 'exists', 'exists_one', 'filter'), tie('item'))
      .map(([list, name, other]) => `${list}.${name}(g, g == ${other})`),
    // There, true is an index like 1, and for a fraction it fails with an error that || does not
    // absorb, against the specification.
    fc
      .tuple(tie('expression'), fc.constantFrom('0', '1', '-1', '9', '1.0', '"a"', '"z"'))
      .map(([list, key]) => `(${list})[${key}]`),
    // A claim that is null is absent for `has` there, against the specification of maps.
    claim
      .filter((path) => !path.endsWith(']') && path !== 'claims.z')
      .map((path) => `has(${path})`),
  ),
}))

it('agrees about generated expressions', () => {
  let values = 0
  fc.assert(
    fc.property(expression, (text) => {
      const here = resultHere(text)
      if (here !== 'error' && here !== undefined) values++
      if (here !== undefined) expect([text, here]).toEqual([text, resultThere(text)])
    }),
    PROPERTY_RUNS,
  )
  // Not all of them are errors.
  expect(values).toBeGreaterThan(PROPERTY_RUNS.numRuns / 5)
})

it('absorbs the error of an index that is a fraction, as of any other index', () => {
  expect(resultHere('claims.l[0.5]')).toBe('error')
  expect(resultHere('claims.l[0.5] || true')).toBe(resultHere('claims.l[9] || true'))
  expect(resultHere('claims.l[0.5] || true')).toBe(resultHere('true'))
})

/** @returns undefined for an expression that is not accepted here */
function resultHere(text: string): string | undefined {
  let ast: ReturnType<typeof parseExpression>['ast']
  try {
    ast = parseExpression(text).ast
  } catch {
    return undefined
  }
  try {
    const value = evaluateNode(ast, (name) => (name === 'claims' ? claims : undefined))
    return describeValue(plainValue(value))
  } catch {
    return 'error'
  }
}

function resultThere(text: string): string {
  const result = plan(environment, parse(text))({ claims })
  return isCelError(result) ? 'error' : describeValue(plainValue(result))
}

function plainValue(value: unknown): unknown {
  if (isCelType(value)) return Symbol(value.name.replace(/\(.*/, ''))
  if (Array.isArray(value)) return value.map(plainValue)
  if (isObject(value) && value.constructor === Object)
    return new Map(Object.entries(value).map(([key, item]) => [key, plainValue(item)]))
  if (isCelList(value)) return [...value].map(plainValue)
  if (isCelMap(value)) return new Map([...value].map(([key, item]) => [key, plainValue(item)]))
  return value
}
