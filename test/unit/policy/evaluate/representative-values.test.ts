/** The values with which a policy is tried where a key is not known: around each that it names. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../../packages/core/src/model/compiled-tenant.ts'
import { evaluatePolicy } from '../../../../packages/core/src/policy/evaluate/evaluate-policy.ts'
import { valuesFor } from '../../../../packages/core/src/policy/evaluate/representative-values.ts'
import { readConditions } from '../../../../packages/core/src/policy/evaluate/satisfies-condition.ts'

type Conditions = NonNullable<PolicyStatement['Condition']>

const READ = { Effect: 'Allow', Action: '*', Resource: '*' } as const
const valuesOf = (Condition: Conditions, context = new Map<string, readonly string[]>()) =>
  valuesFor(readConditions({ ...READ, Condition }), context)

/** No number, date or address. */
const OTHER = '~'

describe('the values that represent all others', () => {
  it.each<[operator: string, value: string | number, around: string[]]>([
    ['NumericEquals', 5, ['4.9', '5', '5.1']],
    ['NumericLessThan', '0', ['-0.1', '0', '0.1']],
    ['NumericEquals', '-1', ['-1.1', '-1', '-0.9']],
    ['NumericEquals', '-0.05', ['-0.051', '-0.05', '-0.049']],
    ['NumericEquals', '1.5e-3', ['0.00149', '0.0015', '0.00151']],
    ['NumericEquals', '1e2', ['99.9', '100', '100.1']],
    ['NumericEquals', 'five', []],
    ['IpAddress', '10.0.0.0/8', ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0']],
    ['IpAddress', '10.1.2.3/8', ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0']],
    ['IpAddress', '10.1.2.3', ['10.1.2.2', '10.1.2.3', '10.1.2.4']],
    ['IpAddress', '0.0.0.0/0', ['0.0.0.0', '255.255.255.255']],
    ['IpAddress', '0.0.0.0/1', ['0.0.0.0', '127.255.255.255', '128.0.0.0']],
    ['IpAddress', '255.255.255.255', ['255.255.255.254', '255.255.255.255']],
    ['NotIpAddress', '::/0', ['0:0:0:0:0:0:0:0', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
    ['IpAddress', '::a/128', ['0:0:0:0:0:0:0:9', '0:0:0:0:0:0:0:a', '0:0:0:0:0:0:0:b']],
    ['IpAddress', 'home', []],
    [
      'DateEquals',
      '2026-01-31T12:00:00Z',
      ['2026-01-31T11:59:59.999Z', '2026-01-31T12:00:00Z', '2026-01-31T12:00:00.001Z'],
    ],
    [
      'DateLessThan',
      '1970-01-01T00:00:00Z',
      ['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00.001Z'],
    ],
    [
      'DateEquals',
      '1969-12-31T23:59:59Z',
      ['1969-12-31T23:59:58.999Z', '1969-12-31T23:59:59Z', '1969-12-31T23:59:59.001Z'],
    ],
    [
      'DateEquals',
      '1969-12-31T23:59:59.5Z',
      ['1969-12-31T23:59:59.499Z', '1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59.501Z'],
    ],
    // ISO 8601 has four digits for the year, so later dates are written as seconds since 1970.
    ['DateEquals', '253402300800', ['9999-12-31T23:59:59.999Z', '253402300800', '253402300800']],
    [
      'DateEquals',
      '253402300799',
      ['9999-12-31T23:59:58.999Z', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59.001Z'],
    ],
    ['DateEquals', 'today', []],
  ])('of %s %j are those around it', (operator, value, around) => {
    expect(valuesOf({ [operator]: { 'a:k': value } })).toEqual({
      values: [...new Set([...around, OTHER])],
      isComplete: true,
    })
  })

  it.each<[name: string, conditions: Conditions, values: string[]]>([
    ['a text and another', { StringEquals: { 'a:k': 'a' } }, ['x', 'a', '', OTHER]],
    ['a text that is a wildcard', { StringEquals: { 'a:k': '*' } }, ['x', '*', '', OTHER]],
    [
      'one for each pattern and for both',
      { StringLike: { 'a:k': ['a*', '*b'] } },
      ['x', 'a', 'b', 'ab', '', OTHER],
    ],
    ['Booleans', { Bool: { 'a:k': 'true' } }, ['true', 'false', 'x', '', OTHER]],
    ['an ARN in parts', { ArnLike: { 'a:k': 'a:b:c:d:e:f*' } }, ['x', 'a:b:c:d:e:f', '', OTHER]],
    ['binary data', { BinaryEquals: { 'a:k': 'QQ==' } }, ['x', 'QQ==', '', OTHER]],
    ['any text, where only its presence matters', { Null: { 'a:k': 'true' } }, [OTHER]],
  ])('are %s', (_, conditions, values) => {
    const found = valuesOf(conditions)
    expect(new Set(found.values)).toEqual(new Set(values))
    expect(found.isComplete).toBe(true)
  })

  it('keep texts apart that differ only in case', () => {
    const { values } = valuesOf({
      StringEqualsIgnoreCase: { 'a:k': 'ab' },
      StringEquals: { 'a:k': 'ab' },
    })
    expect(values).toContain('ab')
    expect(values.some((value) => value !== 'ab' && value.toLowerCase() === 'ab')).toBe(true)
  })

  it('keep an ARN and a text apart that is matched across its parts', () => {
    const { values } = valuesOf({
      ArnLike: { 'a:k': 'a:*:c:d:e:f' },
      StringLike: { 'a:k': 'a:*:c:d:e:f' },
    })
    expect(values.some((value) => /^a:.*:.*:c:d:e:f$/.test(value))).toBe(true)
    const { values: cases } = valuesOf({ Bool: { 'a:k': 'true' }, StringEquals: { 'a:k': 'true' } })
    expect(cases.some((value) => value !== 'true' && value.toLowerCase() === 'true')).toBe(true)
  })

  it('contain the value of a variable that is known', () => {
    const condition = { StringEquals: { 'a:k': '${aws:userid}' } }
    expect(valuesOf(condition, new Map([['aws:userid', ['AID']]])).values).toContain('AID')
    // Without a value, the text matches nothing.
    expect(valuesOf(condition, new Map([['aws:userid', []]])).values).toEqual(['x', '', OTHER])
  })

  it.each<[name: string, conditions: Conditions]>([
    [
      'values of two types, because some texts are both',
      { StringLike: { 'a:k': '1*' }, NumericEquals: { 'a:k': 1 } },
    ],
    [
      'numbers and dates, which are seconds as well',
      { NumericEquals: { 'a:k': 1 }, DateEquals: { 'a:k': '2026-01-31' } },
    ],
    [
      'dates between milliseconds',
      { DateEquals: { 'a:k': ['2026-01-31', '2026-01-31T12:00:00.0005Z'] } },
    ],
    ['a pattern with very many states', { StringLike: { 'a:k': `*a${'?'.repeat(12)}` } }],
  ])('are not all for %s', (_, conditions) => {
    expect(valuesOf(conditions).isComplete).toBe(false)
  })

  it('are all for conditions of two types that have no values in common', () => {
    expect(valuesOf({ Bool: { 'a:k': 'true' }, StringEquals: { 'a:k': 'true' } })).toMatchObject({
      isComplete: true,
    })
  })
})

it('decides a date before 1970 as the policy does', () => {
  const Condition = { DateEquals: { 'aws:CurrentTime': '1969-12-31T23:59:59Z' } }
  const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::a/b', context: new Map() }
  expect(evaluatePolicy([{ ...READ, Condition }], request)).toMatchObject({
    verdict: 'unknown',
    allowedWith: new Map([['aws:currenttime', ['1969-12-31T23:59:59Z']]]),
  })
})
