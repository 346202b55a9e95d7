/** Conditions in the evaluator: values that are not of the operator's type, and several values. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../../packages/core/src/model/compiled-tenant.ts'
import { evaluatePolicy } from '../../../../packages/core/src/policy/evaluate/evaluate-policy.ts'

const READ: PolicyStatement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }

function evaluate(
  parts: Partial<PolicyStatement>,
  context: Readonly<Record<string, readonly string[]>> = {},
  resource = 'arn:aws:s3:::data/a',
) {
  return evaluatePolicy([{ ...READ, ...parts }], {
    ...{ action: 's3:GetObject', resource, context: new Map(Object.entries(context)) },
  })
}

function verdictWith(operator: string, expected: unknown, found: readonly string[]) {
  const Condition = JSON.parse(JSON.stringify({ [operator]: { 'a:Key': expected } }))
  return evaluate({ Condition }, { 'a:key': found }).verdict
}

const NOON = '2026-01-31T12:00:00Z'
const LATER = '2026-01-31T12:00:01Z'

describe('a condition', () => {
  it.each<[operator: string, expected: unknown, found: string[], verdict: string]>([
    ['NumericEquals', '5', ['5', '5'], 'unknown'],
    ['NumericEquals', 'five', ['5'], 'denied'],
    ['NumericLessThan', '10', ['10'], 'denied'],
    ['NumericLessThanEquals', '10', ['10'], 'allowed'],
    ['NumericLessThanEquals', '10', ['9'], 'allowed'],
    ['NumericLessThanEquals', '10', ['11'], 'denied'],
    ['NumericGreaterThan', '10', ['10'], 'denied'],
    ['NumericGreaterThan', '10', ['9'], 'denied'],
    ['NumericGreaterThan', '10', ['11'], 'allowed'],
    ['NumericGreaterThanEquals', '10', ['10'], 'allowed'],
    ['NumericGreaterThanEquals', '10', ['9'], 'denied'],
    ['NumericGreaterThanEquals', '10', ['11'], 'allowed'],
    ['DateEquals', NOON, ['1769860800'], 'allowed'],
    ['DateEquals', NOON, [LATER], 'denied'],
    ['DateEquals', LATER, [NOON], 'denied'],
    ['DateGreaterThan', NOON, [LATER], 'allowed'],
    ['DateGreaterThan', NOON, [NOON], 'denied'],
    ['DateGreaterThan', LATER, [NOON], 'denied'],
    ['DateLessThanEquals', NOON, ['noon'], 'denied'],
    ['DateLessThanEquals', 'noon', [NOON], 'denied'],
    ['DateGreaterThanEquals', NOON, ['noon'], 'denied'],
    ['DateGreaterThanEquals', 'noon', [NOON], 'denied'],
    ['DateEquals', 'noon', ['noon'], 'denied'],
    ['IpAddress', '192.0.2.0/24', ['home'], 'denied'],
    ['IpAddress', 'home', ['192.0.2.1'], 'denied'],
    ['NotIpAddress', '192.0.2.0/24', ['home'], 'allowed'],
    ['BinaryEquals', 'QQ==', ['Qg=='], 'denied'],
    ['BinaryEquals', 'QQ==', ['qq=='], 'denied'],
    ['Null', ['true', 'false'], [], 'allowed'],
    ['Null', ['true', 'false'], ['x'], 'allowed'],
    ['Null', 'yes', [], 'denied'],
    ['ForAllValues:StringEquals', 'x', ['', 'y'], 'denied'],
    ['ForAllValues:StringEquals', 'x', ['', 'x'], 'denied'],
    ['ForAllValues:StringEquals', 'x', ['', ''], 'allowed'],
    ['ForAnyValue:StringEquals', '', [''], 'denied'],
    ['ForAnyValue:StringEquals', 'x', ['', 'x'], 'allowed'],
    ['ForAnyValue:StringNotEquals', 'x', ['x'], 'denied'],
    ['StringLike', '*', [''], 'allowed'],
    ['StringNotLike', 'a*', ['b'], 'allowed'],
    ['StringEqualsIgnoreCase', 'İ', ['i̇'], 'allowed'],
    ['StringEquals', ['${*}', '${?}'], ['?'], 'allowed'],
    ['StringLike', '${?}x', ['yx'], 'denied'],
    ['ArnLike', 'arn:aws:s3:::${aws:userid}', ['arn:aws:s3:::a'], 'unknown'],
    // The grammar of policies refuses such a text; here it only equals itself.
    ['StringEquals', '${', ['${'], 'allowed'],
    ['StringEquals', '${', ['x'], 'denied'],
    // An operator that IAM does not know is left out.
    ['StringMatches', 'x', ['y'], 'allowed'],
  ])('%s %j of %j is %s', (operator, expected, found, verdict) => {
    expect(verdictWith(operator, expected, found)).toBe(verdict)
  })

  it('with a variable that ignores case compares the value without case', () => {
    const Condition = { StringEqualsIgnoreCase: { 'a:Key': 'x${aws:userid}' } }
    expect(evaluate({ Condition }, { 'a:key': ['Xaid'], 'aws:userid': ['AID'] }).verdict).toBe(
      'allowed',
    )
    expect(evaluate({ Condition }, { 'a:key': ['y'] }).verdict).toBe('denied')
    expect(evaluate({ Condition }, { 'a:key': ['Xaid'] })).toMatchObject({
      verdict: 'unknown',
      missing: ['aws:userid'],
    })
  })

  it('with a variable of several values is undecided', () => {
    const Condition = { StringEquals: { 'a:Key': '${aws:TagKeys}' } }
    const context = { 'a:key': ['x'], 'aws:tagkeys': ['x', 'y'] }
    expect(evaluate({ Condition }, context).verdict).toBe('unknown')
    expect(evaluate({ Condition }, { ...context, 'aws:tagkeys': ['x'] }).verdict).toBe('allowed')
  })
})

describe('what is missing', () => {
  it('is each key that decides, in lower case and once', () => {
    const either = (key: string): PolicyStatement => ({
      ...READ,
      Condition: { StringEquals: { [key]: 'x' }, StringLike: { [key]: 'x*' } },
    })
    const other: PolicyStatement = { ...either('a:Other'), Action: 's3:PutObject' }
    const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::a/b', context: new Map() }
    expect(evaluatePolicy([either('a:Key'), other, either('A:KEY')], request)).toEqual({
      verdict: 'unknown',
      missing: ['a:key'],
      allowedWith: new Map([['a:key', ['x']]]),
      deniedWith: new Map([['a:key', [expect.not.stringMatching(/^x$/)]]]),
    })
  })

  it('is not what is known', () => {
    const Condition = { StringEquals: { 'a:b': 'x', 'a:c': 'y' } }
    expect(evaluate({ Condition }, { 'a:b': ['x'] })).toMatchObject({
      verdict: 'unknown',
      missing: ['a:c'],
    })
  })

  it('may be the value of a variable in a resource', () => {
    const team = 'arn:aws:s3:::data/${aws:PrincipalTag/Team}/*'
    expect(evaluate({ Resource: team }, {}, 'arn:aws:s3:::data/red/x')).toEqual({
      verdict: 'unknown',
      missing: ['aws:principaltag/team'],
      allowedWith: new Map([['aws:principaltag/team', ['red']]]),
      deniedWith: new Map([['aws:principaltag/team', [expect.not.stringMatching(/^red$/)]]]),
    })
    expect(
      evaluatePolicy(
        [
          { ...READ, Resource: '*' },
          { Effect: 'Deny', Action: '*', NotResource: team },
        ],
        {
          ...{ action: 's3:GetObject', resource: 'arn:aws:s3:::data/red/x', context: new Map() },
        },
      ),
    ).toMatchObject({
      verdict: 'unknown',
      missing: ['aws:principaltag/team'],
      allowedWith: new Map([['aws:principaltag/team', ['red']]]),
    })
  })

  it('may be the value of a variable in a condition on a key that is missing too', () => {
    const Condition = {
      StringLike: { 's3:prefix': ['${aws:PrincipalTag/Team}/*'] },
      StringEquals: { 's3:delimiter': '/' },
    }
    const { verdict, allowedWith } = { allowedWith: undefined, ...evaluate({ Condition }) }
    expect(verdict).toBe('unknown')
    expect(evaluate({ Condition }, Object.fromEntries(allowedWith ?? [])).verdict).toBe('allowed')
  })

  it('may be several values of one key', () => {
    const both = {
      'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' },
      'ForAnyValue:StringLike': { 'aws:TagKeys': 'b*' },
    }
    const result = evaluate({ Condition: both })
    expect(result).toMatchObject({ verdict: 'unknown', missing: ['aws:tagkeys'] })
    expect(result).toHaveProperty('allowedWith', new Map([['aws:tagkeys', ['a', 'b']]]))
    const three = {
      ...both,
      'ForAnyValue:StringNotLike': { 'aws:TagKeys': ['a', 'b*'] },
      'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['bb', 'x'] },
    }
    const { allowedWith } = { allowedWith: undefined, ...evaluate({ Condition: three }) }
    expect(new Map(allowedWith).get('aws:tagkeys')).toHaveLength(3)
  })

  // No value satisfies all conditions, so each request is denied.
  it('does not matter where no value would allow the request', () => {
    expect(
      evaluate({ Condition: { StringEquals: { 'a:b': 'x' }, StringLike: { 'A:B': 'y*' } } }),
    ).toEqual({ verdict: 'denied', statement: undefined })
    expect(
      evaluate({
        Condition: {
          'ForAnyValue:StringEquals': { 'a:b': 'x' },
          'ForAllValues:StringNotEquals': { 'a:b': 'x' },
        },
      }).verdict,
    ).toBe('denied')
    expect(
      evaluate({ Condition: { NumericLessThan: { 'a:b': 1 }, NumericGreaterThan: { 'a:b': 2 } } })
        .verdict,
    ).toBe('denied')
  })

  it('stays unknown where not all of its values were tried', () => {
    const Condition = {
      StringLike: { 'a:b': '1*' },
      NumericEquals: { 'a:b': 2 },
    }
    expect(evaluate({ Condition }).verdict).toBe('unknown')
    const keys = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [`a:${key}`, 'p']))
    const never = {
      StringLike: keys,
      StringEquals: { 'a:x': 'x' },
      StringNotEquals: { 'a:x': 'x' },
    }
    expect(evaluate({ Condition: never })).toMatchObject({
      ...{ verdict: 'unknown', allowedWith: undefined },
      deniedWith: expect.any(Map),
    })
  })
})
