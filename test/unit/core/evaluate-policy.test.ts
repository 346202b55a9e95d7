/** The evaluator of policies: each operator, what is missing, and the smallest change. */

import type { PolicyStatement } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { closestText } from '../../../packages/core/src/policy/evaluate/closest-text.ts'
import { evaluatePolicy } from '../../../packages/core/src/policy/evaluate/evaluate-policy.ts'
import { wildcardPattern } from '../../../packages/core/src/policy/evaluate/match-pattern.ts'
import { findSmallestChange } from '../../../packages/core/src/policy/evaluate/smallest-change.ts'

const READ: PolicyStatement = {
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::data/*',
}
type Context = Readonly<Record<string, readonly string[]>>

function requestOf(
  context: Context = {},
  action = 's3:GetObject',
  resource = 'arn:aws:s3:::data/a',
) {
  return { action, resource, context: new Map(Object.entries(context)) }
}

/** The verdict on reading with one condition, where the request has these values of the key. */
function verdictWith(operator: string, expected: unknown, found: readonly string[] | undefined) {
  const Condition = JSON.parse(JSON.stringify({ [operator]: { 'a:Key': expected } }))
  const context = found === undefined ? {} : { 'a:key': found }
  return evaluatePolicy([{ ...READ, Condition }], requestOf(context)).verdict
}

describe('a condition', () => {
  it.each<[operator: string, expected: unknown, found: string[] | undefined, verdict: string]>([
    ['StringEquals', 'x', ['x'], 'allowed'],
    ['StringEquals', 'x', ['X'], 'denied'],
    ['StringEquals', '*', ['x'], 'denied'],
    ['StringEquals', '${*}', ['*'], 'allowed'],
    ['StringEquals', ['x', 'y'], ['y'], 'allowed'],
    ['StringEquals', 'x', [], 'denied'],
    ['StringEquals', 'x', undefined, 'unknown'],
    ['StringEqualsIfExists', 'x', [], 'allowed'],
    ['StringEqualsIfExists', 'x', ['y'], 'denied'],
    ['StringNotEquals', ['x', 'y'], ['y'], 'denied'],
    ['StringNotEquals', 'x', [], 'allowed'],
    ['StringEqualsIgnoreCase', 'Straße', ['STRASSE'], 'denied'],
    ['StringEqualsIgnoreCase', 'É', ['é'], 'allowed'],
    ['StringNotEqualsIgnoreCase', 'X', ['x'], 'denied'],
    ['StringLike', 'a?c*', ['abc'], 'allowed'],
    ['StringLike', 'a?c', ['ac'], 'denied'],
    ['StringLike', 'a${*}', ['ab'], 'denied'],
    ['StringLikeIfExists', '*', undefined, 'allowed'],
    ['StringNotLike', '*', undefined, 'unknown'],
    ['NumericEquals', 10, ['10.0'], 'allowed'],
    ['NumericEquals', '1147953659032899584', ['1147953659032899585'], 'denied'],
    ['NumericLessThan', '10', ['9.999'], 'allowed'],
    ['NumericLessThanEquals', '10', ['1e1'], 'allowed'],
    ['NumericGreaterThan', '-1', ['-0.5'], 'allowed'],
    ['NumericNotEquals', '5', ['5'], 'denied'],
    ['NumericEquals', '5', ['five'], 'denied'],
    ['DateLessThan', '2026-01-31T12:00:00+01:00', ['2026-01-31T10:59:59Z'], 'allowed'],
    ['DateLessThan', '2026-01-31T12:00:00+01:00', ['2026-01-31T11:00:00Z'], 'denied'],
    ['DateGreaterThanEquals', '1769860800', ['2026-01-31T12:00:00Z'], 'allowed'],
    ['Bool', 'true', ['TRUE'], 'allowed'],
    ['Bool', true, ['false'], 'denied'],
    ['BinaryEquals', 'QmluYXJ5', ['QmluYXJ5'], 'allowed'],
    ['IpAddress', '192.0.2.0/24', ['192.0.2.255'], 'allowed'],
    ['IpAddress', '192.0.2.0/24', ['192.0.3.0'], 'denied'],
    ['IpAddress', '0.0.0.0/0', ['2001:db8::1'], 'denied'],
    ['IpAddress', '2001:db8::/32', ['2001:db8:0:0:0:0:0:1'], 'allowed'],
    ['NotIpAddress', '192.0.2.0/24', ['192.0.2.1'], 'denied'],
    ['ArnLike', 'arn:aws:sns:*:1:t*', ['arn:aws:sns:eu:1:topic'], 'allowed'],
    ['ArnEquals', 'arn:aws:sns:*:1:t*', ['arn:aws:sns:eu:1:topic'], 'allowed'],
    ['ArnLike', 'arn:aws:x:*:1:f/*', ['arn:aws:x:eu:9:s/a:1:f/d'], 'denied'],
    ['StringLike', 'arn:aws:x:*:1:f/*', ['arn:aws:x:eu:9:s/a:1:f/d'], 'allowed'],
    ['ArnNotLike', 'arn:aws:sns:*:1:*', ['arn:aws:sns:eu:2:a'], 'allowed'],
    ['Null', 'true', [], 'allowed'],
    ['Null', false, [], 'denied'],
    ['Null', 'false', ['x'], 'allowed'],
    ['ForAllValues:StringEquals', ['x', 'y'], ['x', 'y'], 'allowed'],
    ['ForAllValues:StringEquals', ['x', 'y'], ['x', 'z'], 'denied'],
    ['ForAllValues:StringEquals', 'x', [], 'allowed'],
    ['ForAllValues:StringEquals', 'x', [''], 'allowed'],
    ['ForAllValues:StringNotEquals', 'x', ['y', 'x'], 'denied'],
    ['ForAnyValue:StringEquals', 'x', ['y', 'x'], 'allowed'],
    ['ForAnyValue:StringEquals', 'x', [], 'denied'],
    ['ForAnyValue:StringNotEquals', 'x', [], 'denied'],
    ['ForAnyValue:StringNotEquals', 'x', ['x', 'y'], 'allowed'],
    // Where IAM's documentation is ambiguous.
    ['ForAnyValue:StringEqualsIfExists', 'x', [], 'unknown'],
    ['StringEquals', 'x', ['x', 'y'], 'unknown'],
  ])('%s %j of %j is %s', (operator, expected, found, verdict) => {
    expect(verdictWith(operator, expected, found)).toBe(verdict)
  })

  it('with a variable reads another key of the request', () => {
    const Condition = { StringEquals: { 's3:prefix': "${aws:PrincipalTag/Team, 'none'}" } }
    const verdictOf = (context: Context) =>
      evaluatePolicy([{ ...READ, Condition }], requestOf(context)).verdict
    expect(verdictOf({ 's3:prefix': ['red'], 'aws:principaltag/team': ['red'] })).toBe('allowed')
    expect(verdictOf({ 's3:prefix': ['red'], 'aws:principaltag/team': ['blue'] })).toBe('denied')
    expect(verdictOf({ 's3:prefix': ['none'], 'aws:principaltag/team': [] })).toBe('allowed')
    expect(verdictOf({ 's3:prefix': ['red'] })).toBe('unknown')
  })

  it('with a variable without a value is false, also with text before it', () => {
    const Condition = { StringEquals: { 's3:prefix': 'x${aws:username}' } }
    const request = requestOf({ 's3:prefix': ['x'], 'aws:username': [] })
    expect(evaluatePolicy([{ ...READ, Condition }], request).verdict).toBe('denied')
  })

  it('with a negated operator and a variable without a value is true', () => {
    const Condition = { StringNotEquals: { 's3:prefix': '${aws:username}' } }
    const request = requestOf({ 's3:prefix': ['x'], 'aws:username': [] })
    expect(evaluatePolicy([{ ...READ, Condition }], request).verdict).toBe('allowed')
  })
})

describe('a statement', () => {
  const TEAM = 'arn:aws:s3:::data/${aws:PrincipalTag/team}/*'

  it.each<[name: string, statement: Partial<PolicyStatement>, context: Context, verdict: string]>([
    ['an action in another case', { Action: 'S3:GETOBJECT' }, {}, 'allowed'],
    ['every action', { Action: '*:*' }, {}, 'allowed'],
    ['a longer action', { Action: 's3:GetObjectTagging' }, {}, 'denied'],
    ['a resource in another case', { Resource: 'arn:aws:s3:::data/A' }, {}, 'denied'],
    ['a variable', { Resource: TEAM }, { 'aws:principaltag/team': ['red'] }, 'denied'],
    ['a variable without a value', { Resource: TEAM }, { 'aws:principaltag/team': [] }, 'denied'],
    [
      'a value that contains a wildcard, which is literal',
      { Resource: 'arn:aws:s3:::data/${aws:PrincipalTag/team}' },
      { 'aws:principaltag/team': ['*'] },
      'denied',
    ],
    [
      'an unknown variable with which the text cannot match',
      { Resource: 'arn:aws:s3:::other/${aws:PrincipalTag/team}' },
      {},
      'denied',
    ],
    ['an operator of no keys', { Condition: { StringEquals: {} } }, {}, 'allowed'],
  ])('with %s', (_, statement, context, verdict) => {
    expect(evaluatePolicy([{ ...READ, ...statement }], requestOf(context)).verdict).toBe(verdict)
  })

  it('with NotAction or NotResource applies to everything else', () => {
    const other: PolicyStatement = { Effect: 'Allow', NotAction: 's3:Put*', NotResource: '*x' }
    expect(evaluatePolicy([other], requestOf()).verdict).toBe('allowed')
    expect(evaluatePolicy([other], requestOf({}, 's3:PutObject')).verdict).toBe('denied')
    expect(evaluatePolicy([other], requestOf({}, 's3:GetObject', 'arn:x')).verdict).toBe('denied')
  })

  it('with NotResource and a variable without a value is undecided', () => {
    const other: PolicyStatement = { Effect: 'Allow', Action: '*', NotResource: TEAM }
    const request = requestOf({ 'aws:principaltag/team': [] })
    expect(evaluatePolicy([other], request).verdict).toBe('unknown')
  })

  it('with a wildcard inside a part of an ARN may match across colons, or not', () => {
    const allow = (Resource: string) => ({ ...READ, Action: 'sqs:*', Resource })
    const request = requestOf({}, 'sqs:SendMessage', 'arn:aws:sqs:eu:1:a:b')
    expect(evaluatePolicy([allow('arn:aws:sqs:eu:*:b')], request).verdict).toBe('allowed')
    expect(evaluatePolicy([allow('arn:aws:sqs:e*u:1:a:b')], request).verdict).toBe('allowed')
    expect(evaluatePolicy([allow('arn:aws:sqs:e*1:a:b')], request).verdict).toBe('unknown')
  })
})

describe('a policy', () => {
  const DENY: PolicyStatement = {
    ...{ Effect: 'Deny', Action: '*', Resource: '*' },
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  }

  it('names the statement that decides', () => {
    const policy = [{ ...READ, Action: 's3:PutObject' }, READ, DENY]
    const verdictOf = (value: string) =>
      evaluatePolicy(policy, requestOf({ 'aws:securetransport': [value] }))
    expect(verdictOf('true')).toEqual({ verdict: 'allowed', statement: 1 })
    expect(verdictOf('false')).toEqual({ verdict: 'denied', statement: 2 })
    expect(evaluatePolicy(policy, requestOf({}, 'sqs:SendMessage'))).toEqual({
      verdict: 'denied',
      statement: undefined,
    })
  })

  it('names what is missing, with a value for each outcome', () => {
    expect(evaluatePolicy([READ, DENY], requestOf())).toEqual({
      verdict: 'unknown',
      missing: ['aws:securetransport'],
      allowedWith: new Map([['aws:securetransport', ['true']]]),
      deniedWith: new Map([['aws:securetransport', ['false']]]),
    })
  })

  it('is decided where each value of a missing key leads to the same', () => {
    const either = [
      { ...READ, Condition: { StringEquals: { 's3:prefix': 'x' } } },
      { ...READ, Condition: { StringNotEquals: { 's3:prefix': 'x' } } },
    ]
    expect(evaluatePolicy(either, requestOf())).toEqual({
      verdict: 'allowed',
      statement: undefined,
    })
    const neither = [
      READ,
      ...either.map((statement): PolicyStatement => ({ ...statement, Effect: 'Deny' })),
    ]
    expect(evaluatePolicy(neither, requestOf()).verdict).toBe('denied')
  })

  it('is undecided where the outcome without a key is not defined', () => {
    const Condition = { 'ForAnyValue:StringLikeIfExists': { 'a:Key': '*' } }
    expect(evaluatePolicy([{ ...READ, Condition }], requestOf())).toMatchObject({
      verdict: 'unknown',
      deniedWith: undefined,
    })
  })

  it('is decided within a second where many keys are missing', () => {
    const Condition = {
      StringLike: Object.fromEntries(
        Array.from({ length: 12 }, (_, at) => [`a:K${at}`, ['*a*b*', '*b*c*', '?x*']]),
      ),
    }
    const start = performance.now()
    expect(evaluatePolicy([{ ...READ, Condition }], requestOf()).verdict).toBe('unknown')
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

describe('the smallest change', () => {
  const LIST: PolicyStatement = {
    Effect: 'Allow',
    Action: ['s3:ListBucket', 's3:ListBucketVersions'],
    Resource: 'arn:aws:s3:::data',
    Condition: { StringLike: { 's3:prefix': 'red/*' }, NumericLessThan: { 's3:max-keys': '100' } },
  }

  it('is the closest resource or action', () => {
    const denied = requestOf({}, 's3:GetObject', 'arn:aws:s3:::dada/red/x')
    expect(findSmallestChange([LIST, READ], denied)).toEqual({
      statement: 1,
      resource: 'arn:aws:s3:::data/red/x',
      context: new Map(),
    })
    expect(findSmallestChange([READ], requestOf({}, 's3:PutObject'))).toEqual({
      statement: 0,
      action: 's3:GetObject',
      context: new Map(),
    })
  })

  it('is the key that is missing or has another value', () => {
    const request = requestOf({ 's3:prefix': ['blue/'] }, 's3:ListBucket', 'arn:aws:s3:::data')
    expect(findSmallestChange([LIST], request)?.context).toEqual(
      new Map([
        ['s3:prefix', ['red/']],
        ['s3:max-keys', ['99.9']],
      ]),
    )
  })

  it('removes what makes a Deny apply', () => {
    const deny: PolicyStatement = {
      ...{ Effect: 'Deny', Action: '*', Resource: '*' },
      Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    }
    const request = requestOf({ 'aws:sourceip': ['198.51.100.1'] })
    expect(findSmallestChange([READ, deny], request)).toEqual({
      statement: 0,
      context: new Map([['aws:sourceip', ['192.0.2.0']]]),
    })
  })

  it('does not exist where nothing is allowed', () => {
    const deny: PolicyStatement = { Effect: 'Deny', Action: '*', Resource: '*' }
    expect(findSmallestChange([READ, deny], requestOf())).toBeUndefined()
    expect(findSmallestChange([], requestOf())).toBeUndefined()
  })

  it.each([
    ['data/red/*', 'data/blue/x', 'data/red/x', 4],
    ['a*c', 'ac', 'ac', 0],
    ['a?c', 'ac', 'aac', 1],
    ['*', 'anything', 'anything', 0],
    ['abc', '', 'abc', 3],
    ['', 'abc', '', 3],
  ])('turns a text into one that %s matches: %s', (pattern, text, closest, edits) => {
    expect(closestText(wildcardPattern(pattern), text)).toEqual({ text: closest, edits })
  })
})
