/** A caller's session policy never gives more than the grant: generated policies against a brute-force evaluator of its own. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import {
  narrowToCallerPolicy,
  parseCallerPolicy,
} from '../../../packages/core/src/session/caller-policy.ts'
import { iamMatches } from '../../fixtures/iam-match.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const ACTIONS = [
  's3:GetObject',
  's3:GetObjectTagging',
  's3:PutObject',
  's3:ListBucket',
  'sqs:SendMessage',
]
const RESOURCES = ['a', 'b', 'ab', 'a/a', 'a/b', 'a/b/a', 'b:a', ''].flatMap((key) => [
  `arn:aws:s3:::data/${key}`,
  `arn:aws:s3:eu::data/${key}`,
])
const PREFIXES = [undefined, 'x', 'y', 'xy']

interface Asked {
  readonly action: string
  readonly resource: string
  readonly prefix: string | undefined
}
const REQUESTS: Asked[] = ACTIONS.flatMap((action) =>
  RESOURCES.flatMap((resource) => PREFIXES.map((prefix) => ({ action, resource, prefix }))),
)

const actionPattern = fc.constantFrom(
  ...ACTIONS,
  '*',
  's3:*',
  's3:Get*',
  's3:?etObject',
  'S3:GETOBJECT',
  '*:*',
  's3:*Object',
)
const resourcePattern = fc.oneof(
  fc.constantFrom(
    '*',
    'arn:aws:s3:*',
    'arn:*:*:*:*:*',
    'arn:aws:s3:*::data/*',
    'arn:aws:s3:::${aws:username}/*',
  ),
  fc
    .array(fc.constantFrom('a', 'b', '/', '*', '?', ':'), { maxLength: 5 })
    .map((p) => `arn:aws:s3:::data/${p.join('')}`),
)
const condition = fc.option(
  fc.dictionary(
    fc.constantFrom('StringEquals', 'StringLike', 'StringNotEquals'),
    fc.dictionary(
      fc.constantFrom('s3:prefix', 'S3:Prefix'),
      fc.oneof(fc.constantFrom('x', 'y', '*', 'x?'), fc.subarray(['x', 'y'], { minLength: 1 })),
      { minKeys: 1, maxKeys: 2 },
    ),
    { minKeys: 1, maxKeys: 2 },
  ),
  { nil: undefined },
)
const statement = (effects: readonly ('Allow' | 'Deny')[]) =>
  fc
    .record({
      Effect: fc.constantFrom(...effects),
      Action: fc.oneof(actionPattern, fc.array(actionPattern, { minLength: 1, maxLength: 3 })),
      Resource: fc.oneof(
        resourcePattern,
        fc.array(resourcePattern, { minLength: 1, maxLength: 3 }),
      ),
      Condition: condition,
    })
    .map(({ Condition, ...rest }): PolicyStatement => (Condition ? { ...rest, Condition } : rest))
const grant = fc.array(statement(['Allow', 'Allow', 'Deny']), { minLength: 1, maxLength: 4 })

/** What a caller would send: made up, or a statement of the grant with a part of it narrowed or changed. */
const scenario = grant.chain((granted) =>
  fc.record({
    granted: fc.constant(granted),
    wanted: fc.array(
      fc.oneof(
        statement(['Allow', 'Deny']),
        fc
          .tuple(fc.constantFrom(...granted), statement(['Allow']), fc.integer({ min: 0, max: 7 }))
          .map(([base, other, mask]): PolicyStatement => {
            const { Condition, ...rest } = { ...base }
            const kept = mask & 4 ? { ...Condition, ...other.Condition } : Condition
            return {
              ...rest,
              ...(mask & 1 && other.Action ? { Action: other.Action } : {}),
              ...(mask & 2 && other.Resource ? { Resource: other.Resource } : {}),
              ...(kept ? { Condition: kept } : {}),
            }
          }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
)

type Matches = (pattern: string, arn: string) => boolean
/** IAM's documentation leaves it open whether a `*` reaches past a colon, so the property must hold either way. */
const SEGMENT_WISE: Matches = (pattern, arn) => {
  if (pattern === '*') return true
  const [wide, narrow] = [pattern.split(':'), arn.split(':')]
  const last = (parts: string[]) => [...parts.slice(0, 5), parts.slice(5).join(':')]
  return (
    wide.length >= 6 &&
    last(wide).every((part, index) => iamMatches(part, last(narrow)[index] ?? ''))
  )
}

function allows(statements: readonly PolicyStatement[], asked: Asked, matches: Matches): boolean {
  const applies = (effect: string) =>
    statements.some(
      (one) =>
        one.Effect === effect &&
        [one.Action ?? []]
          .flat()
          .some((pattern) => iamMatches(pattern.toLowerCase(), asked.action.toLowerCase())) &&
        [one.Resource ?? []].flat().some((pattern) => matches(pattern, asked.resource)) &&
        conditionsHold(one.Condition ?? {}, asked.prefix),
    )
  return applies('Allow') && !applies('Deny')
}

function conditionsHold(
  conditions: NonNullable<PolicyStatement['Condition']>,
  found: string | undefined,
): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.values(keys).every((expected) => {
      const values = [expected].flat().map(String)
      if (found === undefined) return operator === 'StringNotEquals'
      if (operator === 'StringNotEquals') return !values.includes(found)
      return values.some((value) =>
        operator === 'StringLike' ? iamMatches(value, found) : value === found,
      )
    }),
  )
}

describe('a caller’s session policy', () => {
  it('is never once wider than the grant', () => {
    let taken = 0
    fc.assert(
      fc.property(scenario, ({ granted, wanted }) => {
        let narrowed: readonly PolicyStatement[]
        try {
          narrowed = narrowToCallerPolicy(granted, wanted)
        } catch (error) {
          expect(error).toBeInstanceOf(BrokerError)
          return
        }
        taken++
        for (const matches of [iamMatches, SEGMENT_WISE]) {
          for (const asked of REQUESTS) {
            if (allows(narrowed, asked, matches))
              expect(allows(granted, asked, matches), JSON.stringify(asked)).toBe(true)
          }
        }
      }),
      PROPERTY_RUNS,
    )
    // Were next to nothing taken, the property would say next to nothing.
    expect(taken).toBeGreaterThan(PROPERTY_RUNS.numRuns / 10)
  })

  const GRANTED: PolicyStatement[] = [
    { Effect: 'Allow', Action: ['s3:Get*'], Resource: 'arn:aws:s3:::data/red/*' },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::data',
      Condition: { StringLike: { 's3:prefix': 'red/*' } },
    },
    { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
  ]
  const wants = (one: object) => () =>
    narrowToCallerPolicy(GRANTED, parseCallerPolicy(JSON.stringify({ Statement: one })))

  it('is taken where it is less, and keeps every Deny', () => {
    const less = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: ['arn:aws:s3:::data/red/2026/*'],
    }
    expect(wants(less)()).toEqual([{ ...less, Action: ['s3:GetObject'] }, GRANTED[2]])
    expect(wants({ Effect: 'Deny', NotAction: 's3:*', NotResource: 'x' })()).toEqual([])
    expect(
      wants({
        ...GRANTED[1],
        Condition: { ...GRANTED[1]?.Condition, IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
      }),
    ).not.toThrow()
  })

  it.each([
    { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::data/red/*' },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/re?/*' },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/red/${aws:username}' },
    { Effect: 'Allow', NotAction: 's3:PutObject', Resource: 'arn:aws:s3:::data/red/*' },
    { Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::data/red/*' },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::data' },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::data',
      Condition: { StringLike: { 's3:prefix': '*' } },
    },
  ])('is refused where it is more: %j', (one) => {
    expect(wants(one)).toThrow(expect.objectContaining({ code: 'access_denied' }))
  })

  it.each([
    'nothing',
    '[]',
    '{}',
    '{"Statement":[]}',
    '{"Version":"2008-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}',
    '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"},"Id":"x"}',
    '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"}}',
    '{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
    '{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}',
    '{"Statement":{"Effect":"Deny","Action":[],"Resource":"*"}}',
    '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"a:b":"x","A:B":"*"}}}}',
    `{"Statement":{"Effect":"Deny","Action":"*","Resource":"${'x'.repeat(2048)}"}}`,
  ])('is refused where its grammar is not: %s', (text) => {
    expect(() => parseCallerPolicy(text)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })
})
