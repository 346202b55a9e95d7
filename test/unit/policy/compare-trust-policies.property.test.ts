/** What a comparison of trust policies finds, beside what AWS STS decides by each of them. */
import type { TrustPolicy } from '@token-broker/core/trust-policy'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findTrustRefusal } from '../../../packages/local/src/local-sts/evaluate-trust-policy.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import {
  ACCOUNT,
  changedPolicy,
  differencesOf,
  ISSUER,
  NEEDED,
  setCondition,
} from './needed-trust-policy.ts'

const SUBJECTS = ['acme/files/abc', 'acme/files/', 'acme/other/x', 'other/files/x', 'acme/']
const VALUES = ['acme/files/*', 'acme/*', '*', 'acme/files/?*', 'acme', 'sts.amazonaws.com', 'x']

it('says nothing only where both policies trust the same tokens', () => {
  const values = fc.oneof(fc.constantFrom(...VALUES), fc.subarray(VALUES, { minLength: 1 }))
  const change = fc.record({
    operator: fc.constantFrom('StringEquals', 'StringLike', 'ForAllValues:StringEquals'),
    key: fc.constantFrom(
      ...['broker.example:sub', 'broker.example:aud', 'aws:RequestTag/tenant'],
      ...['aws:RequestTag/team', 'aws:TagKeys'],
    ),
    values: fc.option(values),
  })
  const claims = fc.record({
    issuer: fc.constant(ISSUER),
    audience: fc.constantFrom('sts.amazonaws.com', 'x', 'acme'),
    subject: fc.constantFrom(...SUBJECTS),
    amr: fc.constant([]),
    sessionTags: fc.dictionary(
      fc.constantFrom('tenant', 'team', 'more'),
      fc.constantFrom('acme', 'red', 'x'),
    ),
    transitiveTagKeys: fc.constant([]),
    sourceIdentity: fc.constant(undefined),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 2 }), claims, (changes, token) => {
      const existing = changedPolicy(({ Condition }) => {
        for (const { operator, key, values: given } of changes) {
          for (const keys of Object.values(Condition)) delete keys[key]
          if (given !== null) setCondition(Condition, operator, key, given)
        }
      }) as TrustPolicy
      const accepts = (policy: TrustPolicy) =>
        findTrustRefusal(policy, ACCOUNT, token, 'session') === undefined
      const kinds = differencesOf(existing).map(({ kind }) => kind)
      if (accepts(NEEDED) && !accepts(existing))
        expect(kinds.filter((kind) => kind !== 'too-wide')).not.toEqual([])
      if (!accepts(NEEDED) && accepts(existing))
        expect(kinds.filter((kind) => kind !== 'refuses')).not.toEqual([])
    }),
    PROPERTY_RUNS,
  )
})
