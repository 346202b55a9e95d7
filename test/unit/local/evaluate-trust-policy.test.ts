/** Trust policies of the local STS: what matches, and that nothing unknown does. */
import { describe, expect, test } from 'vitest'
import type { TrustStatement } from '../../../packages/core/src/policy/trust-policy.ts'
import {
  refusedAction,
  type WebIdentityFacts,
  wildcardMatches,
} from '../../../packages/local/src/local-sts/evaluate-trust-policy.ts'
import { rolesForTenants } from '../../../packages/local/src/local-sts/roles.ts'
import { sampleTenant } from './sample-tenant.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/acme-app`
const ASSUME = 'sts:AssumeRoleWithWebIdentity'
const FACTS: WebIdentityFacts = {
  issuer: 'https://id.example/a',
  audience: 'web',
  subject: 'acme/alice',
  amr: ['mfa', 'pwd'],
  sessionTags: { team: 'red' },
  transitiveTagKeys: [],
  sourceIdentity: undefined,
}

function refused(
  statement: Partial<TrustStatement>,
  facts: Partial<WebIdentityFacts> = {},
): string | undefined {
  const allow: TrustStatement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/id.example/a` },
    Action: [ASSUME, 'sts:TagSession'],
    ...statement,
  }
  return refusedAction(
    { Version: '2012-10-17', Statement: [allow] },
    ACCOUNT,
    { ...FACTS, ...facts },
    'alice-1',
  )
}

describe('conditions', () => {
  const cases: [string, NonNullable<TrustStatement['Condition']>, boolean][] = [
    ['audience equal', { StringEquals: { 'id.example/a:aud': ['mobile', 'web'] } }, true],
    ['audience other', { StringEquals: { 'id.example/a:aud': 'mobile' } }, false],
    ['subject like', { StringLike: { 'id.example/a:sub': 'acme/*' } }, true],
    ['StringEquals knows no wildcard', { StringEquals: { 'id.example/a:sub': 'acme/*' } }, false],
    ['any amr', { 'ForAnyValue:StringEquals': { 'id.example/a:amr': 'mfa' } }, true],
    ['no such amr', { 'ForAnyValue:StringLike': { 'id.example/a:amr': 'otp*' } }, false],
    ['request tag', { StringEquals: { 'aws:RequestTag/team': 'red' } }, true],
    ['request tag other', { StringEquals: { 'aws:RequestTag/team': 'blue' } }, false],
    ['tag keys', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } }, true],
    ['subject not equal', { StringNotEquals: { 'id.example/a:sub': 'acme/bob' } }, true],
    [
      'subject not equal, yet equal',
      { StringNotEquals: { 'id.example/a:sub': ['acme/bob', 'acme/alice'] } },
      false,
    ],
    ['an absent key is not equal', { StringNotEquals: { 'aws:RequestTag/cost': 'a' } }, true],
    ['an absent key is not like', { StringLike: { 'aws:RequestTag/cost': '*' } }, false],
    ['session name', { StringLike: { 'sts:RoleSessionName': 'alice-*' } }, true],
    ['source identity, absent', { StringLike: { 'sts:SourceIdentity': '*' } }, false],
    [
      'several conditions, one false',
      { StringEquals: { 'id.example/a:aud': 'web', 'aws:RequestTag/team': 'x' } },
      false,
    ],
    ['unknown key', { StringLike: { 'aws:SourceIp': '*' } }, false],
    ['unknown operator', { StringEqualsIfExists: { 'id.example/a:aud': 'web' } }, false],
    ["another provider's key", { StringEquals: { 'other.example:aud': 'web' } }, false],
  ]
  test.each(cases)('%s', (_, Condition, allowed) => {
    expect(refused({ Condition })).toBe(allowed ? undefined : ASSUME)
  })
})

test('another account, issuer or action is refused, and so is what a Deny names', () => {
  expect(
    refused({ Principal: { Federated: 'arn:aws:iam::999999999999:oidc-provider/id.example/a' } }),
  ).toBe(ASSUME)
  expect(refused({}, { issuer: 'https://id.example/b' })).toBe(ASSUME)
  expect(refused({ Action: ASSUME })).toBe('sts:TagSession')
  expect(refused({}, { sourceIdentity: 'alice' })).toBe('sts:SetSourceIdentity')
  expect(refused({ Effect: 'Deny' })).toBe(ASSUME)
})

test('a Deny beats an Allow, also where its condition is not known here', () => {
  const denied = (Condition: NonNullable<TrustStatement['Condition']>) => {
    const Principal = { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/id.example/a` }
    const Action = [ASSUME, 'sts:TagSession']
    const Statement: TrustStatement[] = [
      { Effect: 'Allow', Principal, Action },
      { Effect: 'Deny', Principal, Action, Condition },
    ]
    return (
      refusedAction({ Version: '2012-10-17', Statement }, ACCOUNT, FACTS, 'alice-1') !== undefined
    )
  }
  expect(denied({ StringEquals: { 'id.example/a:sub': 'acme/alice' } })).toBe(true)
  expect(denied({ StringEquals: { 'id.example/a:sub': 'acme/bob' } })).toBe(false)
  expect(denied({ StringNotEquals: { 'id.example/a:aud': 'web' } })).toBe(false)
  expect(denied({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })).toBe(true)
  expect(denied({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } })).toBe(true)
})

test('wildcards', () => {
  expect(wildcardMatches('a*c?', 'abbcd')).toBe(true)
  expect(wildcardMatches('a*c?', 'abbc')).toBe(false)
  expect(wildcardMatches('*', '')).toBe(true)
})

test('a minted grant trusts the broker for the tenant alone; a shared role trusts what each grant needs', () => {
  const roles = rolesForTenants(
    [sampleTenant(ROLE), sampleTenant(ROLE, 'pass-through')],
    'http://127.0.0.1:8787',
  )
  const trust = roles[ROLE]?.trustPolicy
  expect(trust?.Statement).toHaveLength(2)
  expect(trust?.Statement[0]?.Condition).toEqual({
    StringEquals: { '127.0.0.1:8787:aud': 'sts.amazonaws.com' },
    StringLike: { '127.0.0.1:8787:sub': 'acme/*' },
  })
  expect(trust?.Statement[1]?.Principal.Federated).toBe(
    `arn:aws:iam::${ACCOUNT}:oidc-provider/id.acme.example`,
  )
})
