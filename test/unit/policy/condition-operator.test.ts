/** The names of IAM's condition operators, and what each of them compares. */
import { describe, expect, it } from 'vitest'
import {
  parseConditionOperator,
  suggestConditionOperator,
} from '../../../packages/core/src/policy/condition-operator.ts'

/** By type, as in the IAM User Guide. */
const OPERATORS = {
  string: [
    ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    ...['StringLike', 'StringNotLike'],
  ],
  numeric: [
    ...['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals'],
    ...['NumericGreaterThan', 'NumericGreaterThanEquals'],
  ],
  date: [
    ...['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals'],
    ...['DateGreaterThan', 'DateGreaterThanEquals'],
  ],
  bool: ['Bool'],
  binary: ['BinaryEquals'],
  ip: ['IpAddress', 'NotIpAddress'],
  arn: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
  null: ['Null'],
}
const NAMES = Object.entries(OPERATORS).flatMap(([type, names]) =>
  names.map((name) => [name, type] as const),
)

/** The comparison that a name says. */
function comparisonIn(name: string, type: string): string {
  if (type === 'arn') return 'like'
  const [, comparison = 'Equals'] =
    /(EqualsIgnoreCase|Like|(?:Less|Greater)Than(?:Equals)?)$/.exec(name) ?? []
  return `${comparison.charAt(0).toLowerCase()}${comparison.slice(1)}`
}

describe.each(NAMES)('%s', (name, type) => {
  const plain = {
    type,
    comparison: comparisonIn(name, type),
    negated: name.includes('Not'),
    ifExists: false,
    quantifier: undefined,
  }

  it('is an operator', () => {
    expect(parseConditionOperator(name)).toEqual(plain)
  })

  it('may have IfExists and a quantifier, unless it is Null', () => {
    const withAll = (name: string) => [
      parseConditionOperator(`${name}IfExists`),
      parseConditionOperator(`ForAllValues:${name}`),
      parseConditionOperator(`ForAnyValue:${name}IfExists`),
    ]
    expect(withAll(name)).toEqual(
      type === 'null'
        ? [undefined, undefined, undefined]
        : [
            { ...plain, ifExists: true },
            { ...plain, quantifier: 'ForAllValues' },
            { ...plain, ifExists: true, quantifier: 'ForAnyValue' },
          ],
    )
  })

  it('is no operator in another spelling', () => {
    for (const other of [
      ...[name.toLowerCase(), name.toUpperCase(), ` ${name}`, `${name} `, `${name}s`, `x${name}`],
      ...[`${name}IfExistsIfExists`, `IfExists${name}`, `ForAllValues${name}`, `:${name}`],
      ...[`ForAllValues:ForAnyValue:${name}`, `ForSomeValues:${name}`, `forallvalues:${name}`],
      ...[`${name}:ForAllValues`, `${name}\n`, `ForAllValues: ${name}`],
    ])
      expect(parseConditionOperator(other)).toBeUndefined()
  })
})

it.each([
  ['', undefined],
  ['IfExists', undefined],
  ['ForAllValues:', undefined],
  ['StringEqual', 'StringEquals'],
  ['stringlike', 'StringLike'],
  ['ForAllValue:StringEquals', 'ForAllValues:StringEquals'],
  ['ForAnyValues:StringLike', 'ForAnyValue:StringLike'],
  ['StringLikeIfExist', 'StringLikeIfExists'],
  ['ForAnyValues:ArnLikeIfExist', 'ForAnyValue:ArnLikeIfExists'],
  ['null', 'Null'],
  // `Null` has no other forms.
  ['NullIfExists', 'Null'],
  ['ForAllValues:Null', 'Null'],
  ['ForAnyValue:NullIfExists', 'Null'],
  ['NulIfExists', 'Null'],
  ['Zzzzzzzz', undefined],
])('the operator %j is probably %s', (name, suggestion) => {
  expect(parseConditionOperator(name)).toBeUndefined()
  expect(suggestConditionOperator(name)).toBe(suggestion)
})
