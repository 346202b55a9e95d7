/** A session policy sent by the caller never allows more than the grant. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import { narrowToCallerPolicy } from '../../../packages/core/src/session/caller-policy.ts'
import { CallerPolicyRefusal } from '../../../packages/core/src/session/caller-policy-refusal.ts'
import { parseCallerPolicy } from '../../../packages/core/src/session/parse-caller-policy.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { allows, grantAndCallerPolicy, REQUESTS, RESOURCE_MATCHERS } from './generated-policies.ts'

const narrow = (statements: readonly PolicyStatement[], requested: readonly PolicyStatement[]) =>
  narrowToCallerPolicy({ statements, sessionTags: {} }, requested, createTrace())

/** S3 lists buckets, and never objects. */
const isMade = ({ action, resource }: (typeof REQUESTS)[number]) =>
  action !== 's3:ListBucket' || !resource.startsWith('arn:aws:s3:::')

describe('a caller’s session policy', () => {
  it('never allows more than the grant', () => {
    let accepted = 0
    fc.assert(
      fc.property(grantAndCallerPolicy, ({ granted, wanted }) => {
        let narrowed: readonly PolicyStatement[]
        try {
          narrowed = narrow(granted, wanted)
        } catch (error) {
          expect(error).toBeInstanceOf(CallerPolicyRefusal)
          return
        }
        accepted++
        for (const matches of RESOURCE_MATCHERS) {
          for (const request of REQUESTS.filter(isMade)) {
            if (allows(narrowed, request, matches))
              expect(allows(granted, request, matches), JSON.stringify(request)).toBe(true)
          }
        }
      }),
      PROPERTY_RUNS,
    )
    // If nearly all policies were refused, the property would prove nearly nothing.
    expect(accepted).toBeGreaterThan(PROPERTY_RUNS.numRuns / 20)
  }, 600_000)

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
  const narrowTo = (statement: object) => () =>
    narrow(
      GRANTED,
      parseCallerPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement })),
    )

  it('is accepted if it allows less, and every Deny of the grant stays', () => {
    const less = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: ['arn:aws:s3:::data/red/2026/*'],
    }
    expect(narrowTo(less)()).toEqual([less, GRANTED[2]])
    expect(
      narrowTo({ Effect: 'Deny', NotAction: 's3:*', NotResource: 'arn:aws:s3:::x' })(),
    ).toEqual([])
    expect(
      narrowTo({
        ...GRANTED[1],
        Condition: { ...GRANTED[1]?.Condition, IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
      }),
    ).not.toThrow()
  })

  it.each([
    { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::data/red/*' },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/re?/*' },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/${aws:username}/*' },
    { Effect: 'Allow', NotAction: 's3:PutObject', Resource: 'arn:aws:s3:::data/red/*' },
    { Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::data/red/*' },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::data' },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::data',
      Condition: { StringLike: { 's3:prefix': '*' } },
    },
  ])('is refused if it allows more: %j', (statement) => {
    expect(narrowTo(statement)).toThrow(expect.objectContaining({ code: 'access_denied' }))
  })

  it.each([
    'nothing',
    '[]',
    '{}',
    '{"Statement":[]}',
    '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"}}',
    '{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
    '{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}',
    '{"Statement":{"Effect":"Deny","Action":[],"Resource":"*"}}',
    JSON.stringify({
      Statement: {
        ...{ Effect: 'Deny', Action: '*', Resource: '*' },
        Condition: { StringLike: { 'a:b': 'x', 'A:B': '*' } },
      },
    }),
    `{"Statement":{"Effect":"Deny","Action":"*","Resource":"${'x'.repeat(2048)}"}}`,
  ])('is refused if it is malformed: %s', (text) => {
    expect(() => parseCallerPolicy(text)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })
})
