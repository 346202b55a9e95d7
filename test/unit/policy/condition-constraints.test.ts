/** Conditions as constraints: which other conditions they imply, in each reading of IAM. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import {
  type Condition,
  type ConditionReading,
  conditionsOf,
  constraintOf,
  dimensionOf,
  intervalEnds,
  isNegatedWithSymbols,
  scaleConstraint,
  showOrderedValue,
} from '../../../packages/core/src/policy/condition-constraints.ts'
import { findUncovered } from '../../../packages/core/src/policy/containment.ts'
import { intervalOf } from '../../../packages/core/src/policy/ordered-values.ts'
import {
  addConstraint,
  findValues,
  UNCONSTRAINED,
} from '../../../packages/core/src/policy/value-constraint.ts'

type Conditions = NonNullable<PolicyStatement['Condition']>

const KEY = 'a:b'
const on = (operator: string, ...values: string[]): Conditions => ({
  [operator]: { [KEY]: values },
})

function isInside(requested: Conditions, granted: Conditions): boolean {
  const statement = (Condition: Conditions): PolicyStatement => ({
    ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
    Condition,
  })
  const budget = { remaining: 200_000 }
  return findUncovered([statement(requested)], [statement(granted)], { budget }) === undefined
}

describe('a condition', () => {
  it.each<[string, Conditions, Conditions]>([
    ['an operator that is not known, with fewer values', on('Foo', 'x'), on('Foo', 'x', 'y')],
    [
      'an operator that is not known, beside another',
      { ...on('Foo', 'x'), ...on('Bool', 'true') },
      on('Bool', 'true'),
    ],
    [
      'a value that differs, of several',
      on('ForAnyValue:StringNotEquals', 'x'),
      on('StringLike', '*'),
    ],
    ['presence or absence', on('StringEquals', 'x'), on('Null', 'true', 'false')],
    ['Booleans in any case', on('Bool', 'TRUE'), on('Bool', 'true')],
    ['Booleans as texts', on('StringEquals', 'True'), on('Bool', 'true', 'false')],
    [
      'a variable at the end of an ARN',
      on('ArnLike', 'arn:aws:sns:eu:1:${aws:x}a'),
      on('ArnLike', 'arn:aws:sns:eu:1:${aws:x}*'),
    ],
    [
      'a wildcard in one segment',
      on('StringEquals', 'arn:aws:sns:eu:1:t'),
      on('ArnLike', 'arn:aws:sns:*:1:t'),
    ],
    ['an empty list of values', on('ForAllValues:StringEquals', 'xy'), on('StringNotEquals', 'x')],
  ])('is implied: %s', (_, requested, granted) => {
    expect(isInside(requested, granted)).toBe(true)
  })

  it.each<[string, Conditions, Conditions]>([
    ['an operator that is not known', on('StringEquals', 'x'), on('Foo', 'x')],
    ['the same, with more values', on('Foo', 'x', 'y'), on('Foo', 'x')],
    ['another key', { Foo: { 'c:d': 'x' } }, on('Foo', 'x')],
    ['every value differs', on('ForAnyValue:StringNotEquals', 'x'), on('StringNotEquals', 'x')],
    ['Null with a value that is no Boolean', {}, on('Null', 'maybe')],
    ['Null with one that is, too', {}, on('Null', 'maybe', 'true')],
    ['Bool with a value that is no Boolean', on('StringEquals', 'maybe'), on('Bool', 'maybe')],
    ['a list of texts', on('StringEquals', 'x'), on('ForAllValues:StringEquals', 'xy')],
    // Fewer than six segments may match nothing.
    [
      'an ARN that is too short',
      on('StringEquals', 'arn:aws:sns:eu:1:t'),
      on('ArnLike', 'arn:aws:sns:*:t'),
    ],
    ['a star alone', on('StringEquals', 'arn:aws:sns:eu:1:t'), on('ArnLike', '*')],
    [
      'a variable before the last segment',
      on('ArnLike', 'arn:aws:sns:${aws:x}:1:ta'),
      on('ArnLike', 'arn:aws:sns:${aws:x}:1:t*'),
    ],
    // A segment contains no colon.
    [
      'a wildcard in two segments',
      on('StringEquals', 'arn:aws:sns:eu:x:1:t'),
      on('ArnLike', 'arn:aws:sns:*:1:t'),
    ],
  ])('is not implied: %s', (_, requested, granted) => {
    expect(isInside(requested, granted)).toBe(false)
  })
})

describe('the kinds of values that are compared', () => {
  it.each([
    ['StringLike', 'text a:b'],
    ['ArnLike', 'text a:b'],
    ['Bool', 'text a:b'],
    ['Null', 'text a:b'],
    ['Foo', 'text a:b'],
    ['NumericLessThan', 'numeric a:b'],
    ['DateEquals', 'date a:b'],
    ['NotIpAddress', 'ip a:b'],
    ['BinaryEquals', 'binary a:b'],
  ])('of %s are %s', (operator, dimension) => {
    expect(dimensionOf(conditionOf(operator, 'x'))).toBe(dimension)
  })
})

it('a variable has no value only where a condition with it is negated', () => {
  const negated = (operator: string, ...values: string[]) =>
    isNegatedWithSymbols(conditionOf(operator, ...values), readingOf())
  expect(negated('StringNotEquals', '${aws:userid}')).toBe(true)
  expect(negated('StringNotEquals', 'x', '${aws:userid}')).toBe(true)
  expect(negated('StringNotEquals', 'x')).toBe(false)
  expect(negated('StringEquals', '${aws:userid}')).toBe(false)
  expect(negated('Foo', '${aws:userid}')).toBe(false)
})

describe('values with an order', () => {
  const five = intervalOf('numeric', 'equals', '5')?.from ?? 0n

  it('have the ends of the intervals that are compared, and no others', () => {
    expect(intervalEnds(conditionOf('NumericLessThan', '5', 'x'))).toEqual([five])
    expect(intervalEnds(conditionOf('NumericEquals', '5'))).toEqual([five, five + 1n])
    expect(intervalEnds(conditionOf('StringEquals', '5'))).toBeUndefined()
    expect(intervalEnds(conditionOf('Foo', '5'))).toBeUndefined()
  })

  it('are on their scale, or empty where that counts as absent', () => {
    const dimension = `numeric ${KEY}`
    const scales = new Map([[dimension, [five, five + 1n]]])
    const valuesOn = (emptyIsAbsent: ReadonlySet<string>, name = dimension) => {
      const scale = scaleConstraint(name, { ...readingOf(), scales, emptyIsAbsent })
      const all = addConstraint(addConstraint(UNCONSTRAINED, scale), { some: ANY })
      return findValues(all, { remaining: 1000 })
    }
    expect(valuesOn(new Set())).toEqual([[expect.any(Number)]])
    expect(valuesOn(new Set([dimension]))).toEqual([[]])
    expect(scaleConstraint(`numeric c:d`, { ...readingOf(), scales })).toEqual({})
    expect(scaleConstraint(`text ${KEY}`, readingOf())).toEqual({})
  })

  it('are shown as text, and the empty one as such', () => {
    const scales = new Map([[`numeric ${KEY}`, [five, five + 1n]]])
    expect(showOrderedValue(`numeric ${KEY}`, [1], scales)).toBe('5')
    expect(showOrderedValue(`numeric ${KEY}`, [0], scales)).toBe('4')
    expect(showOrderedValue(`numeric ${KEY}`, [2], scales)).toBe('6')
    expect(showOrderedValue(`numeric ${KEY}`, [], scales)).toBe('')
    expect(showOrderedValue(`text ${KEY}`, [1], scales)).toBeUndefined()
  })
})

describe('ForAllValues where an empty value counts as absent', () => {
  const dimension = `text ${KEY}`
  const reading = { ...readingOf(), emptyIsAbsent: new Set([dimension]) }
  const accepts = (operator: string, value: string, text: string) => {
    const constraint = constraintOf(conditionOf(operator, value), dimension, reading)
    const other = constraintOf(conditionOf('StringEquals', text), dimension, reading)
    if (constraint === undefined || other === undefined) throw new Error('not understood')
    const all = addConstraint(addConstraint(UNCONSTRAINED, constraint), other)
    return findValues(all, { remaining: 1000 }) !== undefined
  }

  it.each([
    ['ForAllValues:StringEquals', 'xy', 'xy', true],
    ['ForAllValues:StringEquals', 'xy', '', true],
    ['ForAllValues:StringEquals', 'xy', 'x', false],
    ['ForAllValues:StringNotEquals', 'xy', 'xy', false],
    ['ForAllValues:StringNotEquals', 'xy', '', true],
    ['ForAllValues:StringNotEquals', 'xy', 'x', true],
    ['ForAllValues:StringNotLike', '*', '', true],
    ['StringEquals', 'xy', '', true],
  ])('%s %j accepts the value %j: %s', (operator, value, text, isAccepted) => {
    // Without ForAllValues, the two values may be different ones of one request.
    expect(accepts(operator, value, text)).toBe(isAccepted)
  })
})

const ANY = { inside: [], outside: [] }

function conditionOf(operator: string, ...values: string[]): Condition {
  const [condition] = conditionsOf({ Effect: 'Allow', Condition: on(operator, ...values) })
  if (condition === undefined) throw new Error('no condition')
  return condition
}

function readingOf(): ConditionReading {
  return {
    vocabulary: {
      symbols: new Map(),
      known: new Map(),
      slots: false,
      slotsWithoutColon: new Set(),
    },
    scales: new Map(),
    emptyIsAbsent: new Set(),
  }
}
