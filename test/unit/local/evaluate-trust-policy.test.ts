/** Trust policies in the local STS: what matches; an unknown condition never grants access. */
import { describe, expect, it } from 'vitest'
import type { TrustStatement } from '../../../packages/core/src/policy/trust-policy.ts'
import {
  findTrustRefusal,
  type WebIdentityClaims,
  wildcardMatches,
} from '../../../packages/local/src/local-sts/evaluate-trust-policy.ts'
import { rolesForTenants } from '../../../packages/local/src/local-sts/roles.ts'
import { sampleTenant } from './sample-tenant.ts'

const ACCOUNT = '111122223333'
const ASSUME = 'sts:AssumeRoleWithWebIdentity'

describe('conditions', () => {
  it.each<[string, NonNullable<TrustStatement['Condition']>, boolean]>([
    ['equal audience', { StringEquals: { 'id.example/a:aud': ['mobile', 'web'] } }, true],
    ['another audience', { StringEquals: { 'id.example/a:aud': 'mobile' } }, false],
    ['subject with a wildcard', { StringLike: { 'id.example/a:sub': 'acme/*' } }, true],
    ['StringEquals has no wildcards', { StringEquals: { 'id.example/a:sub': 'acme/*' } }, false],
    ['any amr', { 'ForAnyValue:StringEquals': { 'id.example/a:amr': 'mfa' } }, true],
    ['no such amr', { 'ForAnyValue:StringLike': { 'id.example/a:amr': 'otp*' } }, false],
    ['request tag', { StringEquals: { 'aws:RequestTag/team': 'red' } }, true],
    ['another request tag', { StringEquals: { 'aws:RequestTag/team': 'blue' } }, false],
    ['tag keys', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } }, true],
    ['subject not equal', { StringNotEquals: { 'id.example/a:sub': 'acme/bob' } }, true],
    [
      'subject not equal to a list that contains it',
      { StringNotEquals: { 'id.example/a:sub': ['acme/bob', 'acme/alice'] } },
      false,
    ],
    ['an absent key is not equal', { StringNotEquals: { 'aws:RequestTag/cost': 'a' } }, true],
    ['an absent key is not like', { StringLike: { 'aws:RequestTag/cost': '*' } }, false],
    ['session name', { StringLike: { 'sts:RoleSessionName': 'alice-*' } }, true],
    ['absent source identity', { StringLike: { 'sts:SourceIdentity': '*' } }, false],
    [
      'several conditions, one of them false',
      { StringEquals: { 'id.example/a:aud': 'web', 'aws:RequestTag/team': 'x' } },
      false,
    ],
    ['unknown key', { StringLike: { 'aws:SourceIp': '*' } }, false],
    ['unknown operator', { StringEqualsIfExists: { 'id.example/a:aud': 'web' } }, false],
    ["another provider's key", { StringEquals: { 'other.example:aud': 'web' } }, false],
  ])('%s', (_, Condition, allowed) => {
    expect(refused({ Condition })).toBe(allowed ? undefined : ASSUME)
  })
})

it('refuses another account, issuer or action, and what a Deny names', () => {
  expect(
    refused({ Principal: { Federated: 'arn:aws:iam::999999999999:oidc-provider/id.example/a' } }),
  ).toBe(ASSUME)
  expect(refused({}, { issuer: 'https://id.example/b' })).toBe(ASSUME)
  expect(refused({ Action: ASSUME })).toBe('sts:TagSession')
  expect(refused({}, { sourceIdentity: 'alice' })).toBe('sts:SetSourceIdentity')
  expect(refused({ Effect: 'Deny' })).toBe(ASSUME)
})

it('a Deny overrides an Allow, also if its condition is not supported', () => {
  const denied = (Condition: NonNullable<TrustStatement['Condition']>) =>
    refusedBy([allow(), allow({ Effect: 'Deny', Condition })]) !== undefined
  expect(denied({ StringEquals: { 'id.example/a:sub': 'acme/alice' } })).toBe(true)
  expect(denied({ StringEquals: { 'id.example/a:sub': 'acme/bob' } })).toBe(false)
  expect(denied({ StringNotEquals: { 'id.example/a:aud': 'web' } })).toBe(false)
  expect(denied({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })).toBe(true)
  expect(denied({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } })).toBe(true)
})

it('matches wildcards', () => {
  expect(wildcardMatches('a*c?', 'abbcd')).toBe(true)
  expect(wildcardMatches('a*c?', 'abbc')).toBe(false)
  expect(wildcardMatches('*', '')).toBe(true)
})

it('a minted grant trusts the broker for itself; a shared role trusts both issuers', () => {
  const ROLE = `arn:aws:iam::${ACCOUNT}:role/acme-app`
  const roles = rolesForTenants(
    [sampleTenant(ROLE), sampleTenant(ROLE, 'pass-through')],
    'http://127.0.0.1:8787',
  )
  const trust = roles[ROLE]?.trustPolicy
  expect(trust?.Statement).toHaveLength(2)
  expect(trust?.Statement[0]?.Condition).toEqual({
    StringEquals: { '127.0.0.1:8787:aud': 'sts.amazonaws.com' },
    StringLike: { '127.0.0.1:8787:sub': 'acme/only/*' },
  })
  expect(trust?.Statement[1]?.Principal.Federated).toBe(
    `arn:aws:iam::${ACCOUNT}:oidc-provider/id.acme.example`,
  )
})

function refused(
  statement: Partial<TrustStatement>,
  claims: Partial<WebIdentityClaims> = {},
): string | undefined {
  return refusedBy([allow(statement)], claims)
}

/** The first action that the statements refuse to alice's web identity. */
function refusedBy(
  Statement: readonly TrustStatement[],
  claims: Partial<WebIdentityClaims> = {},
): string | undefined {
  const identity: WebIdentityClaims = {
    issuer: 'https://id.example/a',
    audience: 'web',
    subject: 'acme/alice',
    amr: ['mfa', 'pwd'],
    sessionTags: { team: 'red' },
    transitiveTagKeys: [],
    sourceIdentity: undefined,
    ...claims,
  }
  return findTrustRefusal({ Version: '2012-10-17', Statement }, ACCOUNT, identity, 'alice-1')
    ?.action
}

function allow(change: Partial<TrustStatement> = {}): TrustStatement {
  return {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/id.example/a` },
    Action: [ASSUME, 'sts:TagSession'],
    ...change,
  }
}
