/** Generated policies and requests, for comparing two evaluators. */

import type { PolicyStatement } from '@token-broker/core'
import fc from 'fast-check'
import type { KnownRequest } from '../../fixtures/iam-evaluator.ts'

export const EVALUATED_ACTIONS = [
  's3:GetObject',
  's3:PutObject',
  's3:ListBucket',
  'sqs:SendMessage',
]
const KEYS = ['a', 'b', 'ab', 'a/b', 'red/a', 'blue/a', 'red/b/a', '*']
export const EVALUATED_RESOURCES = [
  ...KEYS.map((key) => `arn:aws:s3:::data/${key}`),
  'arn:aws:s3:::data',
  '*',
]
const TEAMS = ['red', 'blue', 'r*']

/** Values that a request may have for each key, and those that policies compare it with. */
interface KeyPool {
  readonly found: readonly string[]
  readonly expected: readonly string[]
  readonly operators: readonly string[]
  readonly isMultivalued?: boolean
}

const TEXT_OPERATORS = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
  ...['StringLike', 'StringNotLike'],
]
const orderOperators = (type: string) =>
  ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
    (suffix) => `${type}${suffix}`,
  )

/** By condition key. */
export const KEY_POOLS: Readonly<Record<string, KeyPool>> = {
  's3:prefix': {
    found: ['', 'red', 'RED', 'red/a', 'blue/b', 'x', '*'],
    expected: ['', 'red', 'red/*', '*', '?ed', 'b*/?', '${aws:PrincipalTag/team}/*', '${*}'],
    operators: TEXT_OPERATORS,
  },
  'aws:PrincipalTag/team': {
    found: TEAMS,
    expected: ['red', 'b*', '?*'],
    operators: TEXT_OPERATORS,
  },
  's3:max-keys': {
    found: ['0', '5', '10', '10.5', '-3', 'many'],
    expected: ['5', '10', '10.5', '-3'],
    operators: orderOperators('Numeric'),
  },
  'aws:CurrentTime': {
    found: ['2026-01-31T12:00:00Z', '2026-02-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    expected: ['2026-01-31T12:00:00Z', '2026-02-01', '2026-02-01T01:00:00+01:00'],
    operators: orderOperators('Date'),
  },
  'aws:SourceIp': {
    found: ['192.0.2.1', '192.0.2.200', '10.1.2.3', 'internal'],
    expected: ['192.0.2.0/25', '192.0.2.0/24', '10.1.2.3', '0.0.0.0/0'],
    operators: ['IpAddress', 'NotIpAddress'],
  },
  'aws:SecureTransport': {
    found: ['true', 'false'],
    expected: ['true', 'False'],
    operators: ['Bool'],
  },
  'aws:SourceArn': {
    found: ['arn:aws:sns:eu:1:a', 'arn:aws:sns:eu:1:a:b', 'arn:aws:sns:us:2:ab', 'x'],
    expected: ['arn:aws:sns:*:*:a', 'arn:aws:sns:e?:1:*', 'arn:*:sns:us:2:a?'],
    operators: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
  },
  'aws:TagKeys': {
    found: ['', 'a', 'b', 'ab', 'A'],
    expected: ['a', 'b', 'a*', '?'],
    operators: TEXT_OPERATORS.flatMap((name) => [`ForAllValues:${name}`, `ForAnyValue:${name}`]),
    isMultivalued: true,
  },
}

const oneOrMore = (values: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  )

export const generatedCondition = fc
  .constantFrom(...Object.entries(KEY_POOLS))
  .chain(([key, { expected, operators }]) =>
    fc.record({
      operator: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...operators) },
        {
          weight: 2,
          // What `ForAnyValue` with `IfExists` means for an absent key is not defined.
          arbitrary: fc
            .constantFrom(...operators.filter((name) => !name.startsWith('ForAnyValue:')))
            .map((name) => `${name}IfExists`),
        },
        { weight: 1, arbitrary: fc.constant('Null') },
      ),
      key: fc.constantFrom(key, key.toUpperCase()),
      values: oneOrMore(expected),
    }),
  )
  .map(({ operator, key, values }) => ({
    [operator]: { [key]: operator === 'Null' ? String(key !== key.toUpperCase()) : values },
  }))

export const evaluatedAction = fc.constantFrom(
  ...EVALUATED_ACTIONS,
  '*',
  's3:*',
  's3:?etObject',
  'S3:get*',
  '*:*',
)
export const evaluatedResource = fc.oneof(
  fc.constantFrom(...EVALUATED_RESOURCES, 'arn:aws:s3:::data/*', 'arn:aws:s3:::data/${*}'),
  fc
    .constantFrom('red/*', '*/a', '?', 'a*', '${aws:PrincipalTag/team}/*')
    .map((key) => `arn:aws:s3:::data/${key}`),
  fc.constant("arn:aws:s3:::data/${aws:PrincipalTag/team, 'blue'}/a"),
)
/** What a missing variable means in `NotResource` is not defined. */
const plainResource = evaluatedResource.filter((text) => !text.includes('${aws'))

const statement: fc.Arbitrary<PolicyStatement> = fc
  .record({
    Effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Deny'),
    actions: oneOf(evaluatedAction),
    isNotAction: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    resources: oneOf(evaluatedResource),
    notResources: oneOf(plainResource),
    isNotResource: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    conditions: fc.array(generatedCondition, { maxLength: 2 }),
  })
  .map(({ Effect, actions, isNotAction, resources, notResources, isNotResource, conditions }) => ({
    Effect,
    ...(isNotAction ? { NotAction: actions } : { Action: actions }),
    ...(isNotResource ? { NotResource: notResources } : { Resource: resources }),
    ...(conditions.length === 0 ? {} : { Condition: Object.assign({}, ...conditions) }),
  }))

function oneOf(pattern: fc.Arbitrary<string>) {
  return fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 2 }))
}

export const generatedPolicy = fc.array(statement, { minLength: 1, maxLength: 4 })

export const generatedRequest: fc.Arbitrary<KnownRequest> = fc.record({
  action: fc.constantFrom(...EVALUATED_ACTIONS),
  resource: fc.constantFrom(...EVALUATED_RESOURCES),
  context: fc.record(
    Object.fromEntries(
      Object.entries(KEY_POOLS).map(([key, { found, isMultivalued }]) => [
        key.toLowerCase(),
        isMultivalued
          ? fc.uniqueArray(fc.constantFrom(...found), { maxLength: 3 })
          : fc.option(
              fc.constantFrom(...found).map((value) => [value]),
              { nil: [] },
            ),
      ]),
    ),
  ),
})
