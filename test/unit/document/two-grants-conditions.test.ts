/** The conditions of two grants of a rule, where they compare the same key. */

import { expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { allowing, BOTH_GRANTS, twoGrantsDocument } from '../../fixtures/two-grants.ts'

const compile = (...conditions: readonly [object, object]) => {
  const [userPolicy, agentPolicy] = conditions.map((condition) =>
    allowing('s3:ListBucket', 'arn:aws:s3:::data', condition),
  )
  return compileTenant(
    twoGrantsDocument({ userPolicy: userPolicy ?? [], agentPolicy: agentPolicy ?? [] }),
    'acme.yaml',
  )
}
const prefix = (operator: string, value: unknown) => ({ [operator]: { 's3:prefix': value } })
const keys = (operator: string, value: unknown) => ({ [operator]: { 'aws:TagKeys': value } })
const at = (operator: string, key: string, value: unknown) => ({ [operator]: { [key]: value } })

it.each<[object, object, object]>([
  [
    prefix('StringLike', 'a/*'),
    prefix('StringEquals', ['a/b', 'c']),
    { ...prefix('StringLike', 'a/*'), ...prefix('StringEquals', ['a/b', 'c']) },
  ],
  [
    prefix('StringLike', ['a/*', 'b/*']),
    at('StringLike', 'S3:Prefix', ['*/c', 'b/d/*']),
    prefix('StringLike', ['a/c', 'a/*/c', 'b/c', 'b/*/c', 'b/d/*']),
  ],
  [
    prefix('StringEquals', ['a', 'b']),
    prefix('StringEquals', ['b', 'c']),
    prefix('StringEquals', 'b'),
  ],
  [
    prefix('StringEquals', ['a*', 'b']),
    prefix('StringEquals', ['a*', 'ab']),
    prefix('StringEquals', 'a*'),
  ],
  [
    prefix('StringLike', '{{team}}/*'),
    prefix('StringLike', '{{team}}/{{user}}/*'),
    prefix('StringLike', '{{team}}/{{user}}/*'),
  ],
  [
    prefix('StringEqualsIgnoreCase', 'Red'),
    prefix('StringEqualsIgnoreCase', ['RED', 'blue']),
    prefix('StringEqualsIgnoreCase', 'Red'),
  ],
  [
    prefix('StringNotLike', 'a*'),
    prefix('StringNotLike', ['b*', 'a*']),
    prefix('StringNotLike', ['a*', 'b*']),
  ],
  [
    at('NumericLessThanEquals', 's3:max-keys', 100),
    at('NumericLessThanEquals', 's3:max-keys', [10, 20]),
    at('NumericLessThanEquals', 's3:max-keys', ['10', '20']),
  ],
  [
    at('IpAddress', 'aws:SourceIp', ['192.0.2.0/24', '10.0.0.0/8']),
    at('IpAddress', 'aws:SourceIp', ['192.0.2.128/25', '172.16.0.0/12']),
    at('IpAddress', 'aws:SourceIp', '192.0.2.128/25'),
  ],
  [
    at('NotIpAddress', 'aws:SourceIp', '192.0.2.0/24'),
    at('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8'),
    at('NotIpAddress', 'aws:SourceIp', ['192.0.2.0/24', '10.0.0.0/8']),
  ],
  [
    at('DateLessThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z'),
    at('DateLessThan', 'aws:CurrentTime', '2026-06-01T00:00:00Z'),
    at('DateLessThan', 'aws:CurrentTime', '2026-06-01T00:00:00Z'),
  ],
  [
    at('ArnLike', 'aws:SourceArn', 'arn:aws:sns:eu-*:111122223333:*'),
    at('ArnLike', 'aws:SourceArn', 'arn:aws:sns:*:111122223333:news'),
    at('ArnLike', 'aws:SourceArn', 'arn:aws:sns:eu-*:111122223333:news'),
  ],
  [
    at('Bool', 'aws:SecureTransport', 'true'),
    at('Bool', 'aws:SecureTransport', [true, false]),
    at('Bool', 'aws:SecureTransport', 'true'),
  ],
  [
    keys('ForAllValues:StringEquals', ['a', 'b']),
    keys('ForAllValues:StringEquals', ['b', 'c']),
    keys('ForAllValues:StringEquals', 'b'),
  ],
  [
    keys('ForAnyValue:StringEquals', ['a', 'b']),
    keys('ForAnyValue:StringEquals', 'b'),
    keys('ForAnyValue:StringEquals', 'b'),
  ],
  [
    keys('ForAnyValue:StringNotEquals', ['a', 'b']),
    keys('ForAnyValue:StringNotEquals', 'b'),
    keys('ForAnyValue:StringNotEquals', ['a', 'b']),
  ],
])('%j and %j are %j', (user, agent, expected) => {
  const { tenant, errors } = compile(user, agent)
  expect(errors).toEqual([])
  expect(tenant?.grants[BOTH_GRANTS]?.statements[0]?.Condition).toEqual(expected)
})

it.each<[object, object, string, string]>([
  [
    keys('ForAnyValue:StringEquals', 'a'),
    keys('ForAnyValue:StringEquals', 'b'),
    'both have conditions ForAnyValue:StringEquals on aws:TagKeys, and different values of one ' +
      'request may match each of them',
    'write the same values in both, or all values of one also in the other',
  ],
  [
    prefix('StringEqualsIfExists', 'a'),
    prefix('StringEqualsIfExists', 'b'),
    'no value passes both conditions StringEqualsIfExists on s3:prefix, which only requests ' +
      'without the key pass then',
    "write Null: { s3:prefix: 'true' } in one of them instead",
  ],
  [
    keys('ForAllValues:StringEquals', 'a'),
    keys('ForAllValues:StringEquals', 'b'),
    'no value passes both conditions ForAllValues:StringEquals on aws:TagKeys, which only ' +
      'requests without the key pass then',
    "write Null: { aws:TagKeys: 'true' } in one of them instead",
  ],
  [
    prefix('StringEquals', '{{team}}'),
    prefix('StringEquals', 'red'),
    '{{team}} could be "red", and then {{team}} and red have more in common than for other values',
    'begin both texts alike up to {{team}}, write a * there in one of them, or limit the pattern ' +
      'of the attribute',
  ],
  [
    prefix('StringEqualsIgnoreCase', '{{team}}'),
    prefix('StringEqualsIgnoreCase', 'Red'),
    '{{team}} and Red are compared without regard to case, and contain slots or variables',
    'write the same text in both, or an operator that considers the case',
  ],
  [
    at('NumericEquals', 's3:max-keys', '1234567890123456'),
    at('NumericEquals', 's3:max-keys', '1234567890123457'),
    '1234567890123456 and 1234567890123457 cannot be compared exactly',
    'write the same value in both, or one without slots and with at most 15 digits',
  ],
])('%j and %j cannot be written as one condition', (user, agent, message, hint) => {
  expect(compile(user, agent).errors).toEqual([
    expect.objectContaining({
      path: 'rules[0].grants',
      message:
        'what both grants allow cannot be written exactly: ' +
        `One of user-reports and One of agent-readonly: ${message}`,
      hint,
    }),
  ])
})

it.each<[object, object]>([
  [at('Bool', 'aws:SecureTransport', true), at('Bool', 'aws:SecureTransport', 'False')],
  [prefix('Null', true), prefix('Null', false)],
  [prefix('StringEquals', 'a'), prefix('StringEquals', 'b')],
  [at('IpAddress', 'aws:SourceIp', '10.0.0.0/8'), at('IpAddress', 'aws:SourceIp', '192.0.2.1')],
])('%j and %j never pass for the same request', (user, agent) => {
  expect(compile(user, agent).errors.map(({ message }) => message)).toEqual([
    'no request is allowed by both user-reports and agent-readonly',
  ])
})
