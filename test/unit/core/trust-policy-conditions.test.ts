/** Conditions of trust policies: fixed tags are compared exactly, templates as patterns. */
import { expect, it } from 'vitest'
import { providerName, trustPolicies } from '../../../packages/core/src/policy/trust-policy.ts'
import { sampleTenant } from '../local/sample-tenant.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'

it('compare a fixed tag exactly and a template as a pattern, each only once', () => {
  const tags = { tenant: 'acme', team: 'team-{{team}}' }
  const policy = trustPolicies([sampleTenant(ROLE, 'minted', tags)], 'https://broker.example')[ROLE]
  expect(policy).toMatchObject({ Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] })
  const [{ Condition = {} } = {}, ...others] = policy?.Statement ?? []
  expect(others).toEqual([])
  expect(Object.keys(Condition).sort()).toEqual([
    'ForAllValues:StringEquals',
    'StringEquals',
    'StringLike',
  ])
  expect(Object.keys(Condition.StringEquals ?? {}).sort()).toEqual([
    'aws:RequestTag/tenant',
    'broker.example:aud',
  ])
  expect(Object.keys(Condition.StringLike ?? {}).sort()).toEqual([
    'aws:RequestTag/team',
    'broker.example:sub',
  ])
})

it('allow a grant without tags exactly its subjects, and nothing else', () => {
  const tenant = sampleTenant(ROLE)
  const { only } = tenant.grants
  if (!only) throw new Error('The sample tenant has no grant.')
  const withIdentity = { ...tenant, grants: { only: { ...only, sourceIdentity: '{{user}}' } } }
  const allow = (Action: string) => ({
    Effect: 'Allow',
    Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/broker.example' },
    Action,
    Condition: {
      StringEquals: { 'broker.example:aud': 'sts.amazonaws.com' },
      StringLike: { 'broker.example:sub': 'acme/only/*' },
    },
  })
  expect(trustPolicies([withIdentity], 'https://broker.example')).toEqual({
    [ROLE]: {
      Version: '2012-10-17',
      Statement: [allow('sts:AssumeRoleWithWebIdentity'), allow('sts:SetSourceIdentity')],
    },
  })
})

it('name a provider by its issuer without the scheme', () => {
  expect(providerName('https://id.example/a')).toBe('id.example/a')
  expect(providerName('http://127.0.0.1:8788')).toBe('127.0.0.1:8788')
  expect(providerName('https://id.example/https://b')).toBe('id.example/https://b')
  expect(providerName('id.example/https://b')).toBe('id.example/https://b')
})
