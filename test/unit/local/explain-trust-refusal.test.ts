/** Which statement and which condition of a trust policy the local STS names, and with what. */
import type { TrustStatement } from '@token-broker/core/trust-policy'
import { describe, expect, it } from 'vitest'
import {
  findTrustRefusal,
  type WebIdentityClaims,
} from '../../../packages/local/src/local-sts/evaluate-trust-policy.ts'
import { explainTrustRefusal } from '../../../packages/local/src/local-sts/explain-trust-refusal.ts'

const ACCOUNT = '111122223333'
const ASSUME = 'sts:AssumeRoleWithWebIdentity'
const IDENTITY: WebIdentityClaims = {
  issuer: 'http://127.0.0.1:8787',
  audience: 'sts.amazonaws.com',
  subject: 'orchard/pickers/digest',
  amr: [],
  sessionTags: { tenant: 'orchard' },
  transitiveTagKeys: [],
  sourceIdentity: 'alice',
}
const HOST = '127.0.0.1:8787'

function statement(change: Partial<TrustStatement> = {}): TrustStatement {
  return {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}` },
    Action: [ASSUME, 'sts:TagSession', 'sts:SetSourceIdentity'],
    ...change,
  }
}

function explain(Statement: readonly TrustStatement[], claims: Partial<WebIdentityClaims> = {}) {
  const policy = { Version: '2012-10-17' as const, Statement }
  const refusal = findTrustRefusal(policy, ACCOUNT, { ...IDENTITY, ...claims }, 'alice-1')
  return refusal && explainTrustRefusal(refusal)
}

describe('a condition that does not pass is named', () => {
  it.each<[string, NonNullable<TrustStatement['Condition']>, string]>([
    [
      'a request tag',
      { StringEquals: { 'aws:RequestTag/tenant': 'packers' } },
      'StringEquals aws:RequestTag/tenant: expected "packers", found "orchard"',
    ],
    [
      'one of several',
      { StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: ['a/x', 'b'] } },
      `StringEquals ${HOST}:sub: expected "a/x" or "b", found "orchard/pickers/digest"`,
    ],
    [
      'an absent key',
      { StringLike: { 'aws:RequestTag/team': '*' } },
      'StringLike aws:RequestTag/team: expected "*", found nothing',
    ],
    [
      'an unknown key',
      { StringEquals: { 'other.example:aud': 'x' } },
      'StringEquals other.example:aud is not supported here',
    ],
    [
      'an unknown operator',
      { StringEqualsIfExists: { [`${HOST}:aud`]: 'x' } },
      `StringEqualsIfExists ${HOST}:aud is not supported here`,
    ],
    [
      'two of them',
      { StringEquals: { [`${HOST}:aud`]: 'x' }, StringLike: { [`${HOST}:sub`]: 'y' } },
      `StringEquals ${HOST}:aud: expected "x", found "sts.amazonaws.com"; ` +
        `StringLike ${HOST}:sub: expected "y", found "orchard/pickers/digest"`,
    ],
  ])('%s', (_, Condition, text) => {
    expect(explain([statement({ Condition })])).toBe(`${ASSUME}: statement 1: ${text}`)
  })

  it('for each action: that of the tags has a statement of its own', () => {
    const tags = { StringEquals: { 'aws:RequestTag/tenant': 'packers' } }
    expect(
      explain([
        statement({ Action: ASSUME }),
        statement({ Sid: 'Tags', Action: 'sts:TagSession', Condition: tags }),
      ]),
    ).toBe(
      'sts:TagSession: statement 2 (Tags): StringEquals aws:RequestTag/tenant: ' +
        'expected "packers", found "orchard"',
    )
  })

  it('of the statement that is closest', () => {
    const far = { StringEquals: { [`${HOST}:aud`]: 'x', [`${HOST}:sub`]: 'y' } }
    const near = { StringEquals: { [`${HOST}:aud`]: 'z' } }
    expect(explain([statement({ Condition: far }), statement({ Condition: near })])).toContain(
      `statement 2: StringEquals ${HOST}:aud: expected "z"`,
    )
  })
})

it('names a provider or an action that no statement has, and a Deny', () => {
  const Federated = `arn:aws:iam::${ACCOUNT}:oidc-provider/id.example`
  expect(explain([statement({ Principal: { Federated } })])).toBe(
    `${ASSUME}: no statement allows the provider arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}; ` +
      `found "${Federated}"`,
  )
  expect(explain([statement({ Action: [ASSUME, 'sts:TagSession'] })])).toBe(
    'sts:SetSourceIdentity: no statement for this provider has the action; add it to statement 1',
  )
  expect(explain([statement(), statement({ Effect: 'Deny' })])).toBe(
    `${ASSUME}: statement 2 denies it, which overrides every Allow; ` +
      'remove it, or narrow its conditions',
  )
  const denied = explain([statement({ Effect: 'Deny', Principal: { Federated } })])
  expect(denied).toContain('found no statement that allows anything')
  expect(explain([statement()])).toBeUndefined()
})

it('says which operator has wildcards', () => {
  const exact = { StringEquals: { [`${HOST}:sub`]: 'acme/files/*' } }
  const wildcards = 'are wildcards with StringLike only'
  expect(explain([statement({ Condition: exact })])).toContain(wildcards)
  const like = { StringLike: { [`${HOST}:sub`]: 'other/*' } }
  expect(explain([statement({ Condition: like })])).not.toContain(wildcards)
})

it('shows values that are printable and short', () => {
  const Condition = { StringEquals: { [`${HOST}:sub`]: 'x'.repeat(81) } }
  const expected = `expected "${'x'.repeat(80)}…"`
  expect(explain([statement({ Condition })], { subject: 'a\u001b[2J' })).toBe(
    `${ASSUME}: statement 1: StringEquals ${HOST}:sub: ${expected}, found "a?[2J"`,
  )
})
