/** Containment of several statements, of what IAM does not define, and of keys with one value. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import {
  type ContainmentOptions,
  findUncovered,
} from '../../../packages/core/src/policy/containment.ts'

type Part = Omit<PolicyStatement, 'Effect'>
type Conditions = NonNullable<PolicyStatement['Condition']>

const allow = (part: Part): PolicyStatement => ({ Effect: 'Allow', ...part })
const uncovered = (
  requested: Part | readonly Part[],
  covering: readonly Part[],
  options: Partial<ContainmentOptions> = {},
) =>
  findUncovered([requested].flat().map(allow), covering.map(allow), {
    budget: { remaining: 200_000 },
    ...options,
  })
const onResource = (Resource: string | string[]): Part => ({ Action: 's3:GetObject', Resource })
const under = (Condition: Conditions): Part => ({ ...onResource('*'), Condition })
const S3 = 'arn:aws:s3:::'

describe('several statements', () => {
  it('are requested together, with one action and one resource', () => {
    const both = [onResource([`${S3}a`, `${S3}b`]), onResource([`${S3}b`, `${S3}c`])]
    expect(uncovered(both, [])?.resource).toBe(`${S3}b`)
    expect(uncovered(both, [onResource(`${S3}b`)])).toBeUndefined()
    expect(uncovered([onResource(`${S3}a`), onResource(`${S3}b`)], [])).toBeUndefined()
    const actions = (...Action: string[]): Part => ({ Action, Resource: '*' })
    expect(uncovered([actions('s3:A', 's3:B'), actions('s3:b', 's3:C')], [])?.action).toBe('s3:b')
    expect(uncovered([actions('s3:A'), actions('s3:B')], [])).toBeUndefined()
    const prefix = (value: string) => under({ StringEquals: { 's3:prefix': value } })
    expect(uncovered([prefix('a'), prefix('b')], [])?.context).toEqual({ 's3:prefix': ['a', 'b'] })
  })

  it('with conditions that contradict one another match nothing', () => {
    const never = under({ StringEquals: { 'a:b': 'x' }, Null: { 'a:b': 'true' } })
    expect(uncovered(never, [])).toBeUndefined()
    expect(uncovered(under({ StringEquals: { 'a:b': 'x' } }), [])).toBeDefined()
  })

  // What is excluded by a pattern with a variable is not known.
  it('cover one that is written alike, although they are not understood', () => {
    const others: Part = { Action: 's3:GetObject', NotResource: `${S3}\${aws:userid}/*` }
    const elsewhere = onResource('arn:aws:sqs:eu-west-1:1:a')
    expect(uncovered(others, [others])).toBeUndefined()
    expect(uncovered(others, [elsewhere, { ...others, Sid: 'Named' }])).toBeUndefined()
    expect(uncovered([elsewhere, others], [others])).toBeUndefined()
    expect(
      findUncovered([{ Effect: 'Deny', ...others }], [allow(others)], {
        budget: { remaining: 200_000 },
      }),
    ).toBeUndefined()
    expect(uncovered(others, [{ ...others, Action: ['s3:GetObject'] }])).toBeDefined()
  })
})

describe('the example', () => {
  const granted = { Action: 's3:GetObject', Resource: `${S3}a` }

  it('is the shortest, whichever part it violates', () => {
    const longAction: Part = {
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: [`${S3}a`, `${S3}b`],
    }
    expect(uncovered(longAction, [granted])).toEqual({
      ...{ action: 's3:getobject', resource: `${S3}b`, context: {} },
    })
    const longResource: Part = {
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: [`${S3}a`, `${S3}a-long-name`],
    }
    expect(uncovered(longResource, [granted])).toEqual({
      ...{ action: 's3:putobject', resource: `${S3}a`, context: {} },
    })
  })

  it('has few values before short ones', () => {
    const requested: Part = {
      ...{ Action: 's3:GetObject', Resource: [`${S3}a`, `${S3}ab`] },
      Condition: { StringEquals: { 'a:b': 'x' } },
    }
    const covering = { ...granted, Condition: { StringNotEquals: { 'a:b': 'y' } } }
    expect(uncovered(requested, [covering])).toEqual({
      ...{ action: 's3:getobject', resource: `${S3}ab`, context: { 'a:b': ['x'] } },
    })
  })

  it('is the shortest of all readings', () => {
    const wild = 'arn:aws:x:r:1:*:red/*'
    const resources = ['arn:aws:x:r:1:long', 'arn:aws:x:r:1:b', 'arn:aws:x:r:1:longer']
    expect(uncovered(onResource(resources), [onResource(wild)])?.resource).toBe('arn:aws:x:r:1:b')
  })

  it('has no key that it does not need', () => {
    const like = under({ StringLike: { 's3:prefix': '*' } })
    expect(uncovered(under({}), [like])?.context).toEqual({})
    const ifExists = under({ NumericEqualsIfExists: { 'a:b': 5 } })
    expect(uncovered(ifExists, [under({ NumericEquals: { 'a:b': 5 } })])?.context).toEqual({})
  })
})

describe('a wildcard in the type of a resource', () => {
  const wild = 'arn:aws:x:r:1:*:red/*'
  const other = 'arn:aws:x:r:1:blue:red/1'

  it.each<[name: string, covering: Part[]]>([
    ['beside another statement', [onResource(wild), onResource('arn:aws:y:r:1:a')]],
    ['beside another resource', [onResource([wild, 'arn:aws:y:r:1:a'])]],
  ])('covers only the same text %s', (_, covering) => {
    expect(uncovered(onResource([wild, other]), covering)?.resource).toBe(other)
    expect(uncovered(onResource([wild]), covering)).toBeUndefined()
  })

  it('excludes nothing for certain', () => {
    const but = (NotResource: string): Part => ({ Action: 's3:GetObject', NotResource })
    expect(uncovered(but(wild), [but(other)])?.resource).toBe(other)
  })
})

it('a NotResource with a variable excludes nothing for certain', () => {
  const but = (Action: string, NotResource: string[]): Part => ({ Action, NotResource })
  const named = `${S3}\${aws:userid}`
  expect(uncovered(but('s3:GetObject', [named]), [but('s3:*', [named])])).toBeDefined()
  expect(uncovered(but('s3:GetObject', [named, `${S3}a`]), [but('s3:*', [`${S3}a`])])).toBe(
    undefined,
  )
})

it('a slot is a symbol in templates, and text in rendered policies', () => {
  const template = [onResource(`${S3}acme/{{x}}`), onResource(`${S3}acme/?????`)] as const
  expect(uncovered(template[0], [template[1]])).toBeUndefined()
  expect(uncovered(template[0], [template[1]], { slots: true })?.resource).toBe(`${S3}acme/{{x}}`)
})

it('a wildcard inside a segment may match a colon', () => {
  const colon = 'arn:aws:sqs:e:u:1:a'
  const but: Part = { Action: 's3:GetObject', NotResource: colon }
  expect(uncovered(onResource('arn:aws:sqs:e?u:1:a'), [but])?.resource).toBe(colon)
  expect(uncovered(onResource('arn:aws:sqs:e-u:1:a'), [but])).toBeUndefined()
})

describe('a key of numbers, dates or addresses', () => {
  it.each<[name: string, requested: Conditions, covering: Conditions[]]>([
    [
      'has a value in one of the ranges that are all',
      {},
      [
        { NumericLessThan: { 'a:b': 10 } },
        { NumericGreaterThanEquals: { 'a:b': 10 } },
        { Null: { 'a:b': true } },
      ],
    ],
    [
      'has an address, of either version',
      { Null: { 'a:b': false } },
      [{ IpAddress: { 'a:b': ['0.0.0.0/0', '::/0'] } }],
    ],
    [
      'is present where it has a value',
      { NumericEquals: { 'a:b': 5 } },
      [{ Null: { 'a:b': false } }],
    ],
    [
      'has one value',
      { NumericEquals: { 'a:b': 5 }, 'ForAnyValue:NumericEquals': { 'a:c': 1 } },
      [{ NumericNotEquals: { 'a:b': 6 } }],
    ],
    [
      'has one value where it is present',
      { NumericEqualsIfExists: { 'a:b': 5 } },
      [{ NumericLessThanIfExists: { 'a:b': 10 } }],
    ],
    [
      'is compared in whatever order its ranges are named',
      { NumericLessThan: { 'a:b': ['100', '7', '30', '-2', '55'] } },
      [{ NumericLessThanEquals: { 'a:b': ['-50', '99', '100', '3'] } }],
    ],
  ])('%s', (_, requested, covering) => {
    expect(uncovered(under(requested), covering.map(under))).toBeUndefined()
  })

  it('may have several values under an operator with a quantifier', () => {
    const any = under({ 'ForAnyValue:NumericEquals': { 'a:b': 5 } })
    const all = under({ 'ForAllValues:NumericEquals': { 'a:b': 5 } })
    expect(uncovered(any, [all])?.context).toEqual({ 'a:b': ['5', expect.any(String)] })
  })

  it('is not present because another one is', () => {
    const covering = under({ NumericLessThan: { 'x:y': 10 }, Null: { 'a:b': 'false' } })
    const requested: Conditions = { NumericEquals: { 'x:y': 5 } }
    expect(uncovered(under(requested), [covering])?.context).toEqual({ 'x:y': ['5'] })
    const present = under({ ...requested, StringEquals: { 'a:b': 'v' } })
    expect(uncovered(present, [covering])).toBeUndefined()
  })
})

// IAM documents that an empty value counts as no value for `Null`; others count it as one.
it('an empty value is a value, and is none', () => {
  const absent = under({ Null: { 'a:b': true } })
  expect(uncovered(absent, [under({ StringNotEquals: { 'a:b': '' } })])?.context).toEqual({
    'a:b': [''],
  })
  const present = under({ Null: { 'a:b': false } })
  expect(uncovered(present, [under({ StringLike: { 'a:b': '?*' } })])?.context).toEqual({
    'a:b': [''],
  })
  expect(uncovered(present, [under({ StringLike: { 'a:b': '*' } })])).toBeUndefined()
})
