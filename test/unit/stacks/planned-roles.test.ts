/** Planned roles: contradictions between documents are refused before the deployment. */
import type { CompiledGrant, CompiledTenant } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { planTenants, trustPolicyOf } from '../../../stacks/tenant-roles.ts'
import { sampleTenant } from '../local/sample-tenant.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/acme-app`
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/tenant-boundary`

describe('planTenants refuses to create a role', () => {
  it.each<[string, CompiledTenant[], string]>([
    [
      'in another account',
      [tenantWith('acme', { roleArn: 'arn:aws:iam::444455556666:role/r' })],
      "not in the stage's account",
    ],
    [
      'that two tenants name',
      [tenantWith('acme', {}), tenantWith('beta', {})],
      'several tenants name it: acme, beta',
    ],
    [
      'under two boundaries',
      [tenantWith('acme', {}, { permissionsBoundaryArn: `${BOUNDARY}2` })],
      'several permissions boundaries',
    ],
    [
      'to which another grant passes tokens through',
      [tenantWith('acme', {}, { webIdentity: 'pass-through' })],
      'without the broker',
    ],
    [
      'for which another grant releases tokens',
      [tenantWith('acme', {}, { releasedAudience: 'x' })],
      'without the broker',
    ],
    [
      'whose policy is too large',
      [
        tenantWith('acme', {
          statements: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'x'.repeat(10_240) }],
        }),
      ],
      'IAM allows 10240',
    ],
  ])('%s', (_, tenants, message) => {
    expect(() => planTenants(tenants, ACCOUNT)).toThrow(message)
  })

  it('whose trust policy is too large', () => {
    const sessionTags = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`a-long-key-of-a-tag-${index}`, 'x']),
    )
    const tenants = [tenantWith('acme', { sessionTags })]
    const [role] = planTenants(tenants, ACCOUNT).roles
    expect(() => role && trustPolicyOf(role, tenants, 'https://broker.example')).toThrow(
      'IAM allows 2048',
    )
  })
})

it('does not create a role without createRole, nor providers for it', () => {
  const plan = planTenants([sampleTenant(ROLE)], ACCOUNT)
  expect(plan).toEqual({
    passedThrough: [],
    brokerAudiences: ['sts.amazonaws.com'],
    roles: [],
    otherRoleArns: [ROLE],
  })
})

it('plans one provider for an issuer, with the audiences of every tenant', () => {
  const tenants = ['acme', 'beta'].map((tenant) => ({
    ...sampleTenant(`${ROLE}-${tenant}`, 'pass-through'),
    tenant,
  }))
  const [first, second] = tenants
  if (!first || !second) throw new Error('There must be two tenants.')
  const [issuer] = second.issuers
  const other = issuer ? [{ ...issuer, audiences: ['web', 'kiosk'] }] : []
  expect(planTenants([first, { ...second, issuers: other }], ACCOUNT).passedThrough).toEqual([
    { issuer: 'https://id.acme.example', audiences: ['web', 'mobile', 'kiosk'] },
  ])
})

it('refuses more audiences than a provider accepts', () => {
  const tenant = sampleTenant(ROLE, 'pass-through')
  const [issuer] = tenant.issuers
  const audiences = Array.from({ length: 101 }, (_, index) => `app-${index}`)
  const issuers = issuer ? [{ ...issuer, audiences }] : []
  expect(() => planTenants([{ ...tenant, issuers }], ACCOUNT)).toThrow(
    'id.acme.example has 101 audiences',
  )
})

/** A tenant whose grants all create the role, each with one change. */
function tenantWith(tenant: string, ...grants: Partial<CompiledGrant>[]): CompiledTenant {
  const sample = sampleTenant(ROLE)
  const { only } = sample.grants
  if (!only) throw new Error('The sample tenant has no grant.')
  const named = grants.map((grant, index) => [
    `grant${index}`,
    { ...only, permissionsBoundaryArn: BOUNDARY, ...grant },
  ])
  return { ...sample, tenant, grants: Object.fromEntries(named) }
}
