/** Planned roles: contradictions between documents are refused before the deployment. */
import type { CompiledGrant, CompiledTenant } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { planTenants, trustPolicyOf } from '../../../stacks/tenant-roles.ts'
import { sampleTenant } from '../local/sample-tenant.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/acme-app`
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/tenant-boundary`
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'
const SETTINGS = {
  account: ACCOUNT,
  region: 'eu-west-1',
  permissionsBoundaries: [BOUNDARY],
}

describe('planTenants refuses to create a role', () => {
  it.each<[string, CompiledTenant[], string]>([
    [
      'in another account',
      [tenantWith('acme', { roleArn: 'arn:aws:iam::444455556666:role/r' })],
      "not in the stage's account",
    ],
    [
      'in another partition',
      [tenantWith('acme', { roleArn: `arn:aws-cn:iam::${ACCOUNT}:role/r` })],
      "not in the stage's account",
    ],
    [
      'that two tenants name',
      [tenantWith('acme', {}), tenantWith('beta', {})],
      'several tenants name it: acme, beta',
    ],
    [
      'under a boundary that the stage does not accept',
      [tenantWith('acme', { permissionsBoundaryArn: `${BOUNDARY}2` })],
      `its boundary ${BOUNDARY}2 is not in the stage's permissionsBoundaries`,
    ],
    [
      'under a boundary of AWS that the stage does not accept',
      [tenantWith('acme', { permissionsBoundaryArn: ADMINISTRATOR })],
      "AdministratorAccess is not in the stage's permissionsBoundaries",
    ],
    [
      'that two grants create',
      [tenantWith('acme', {}, {})],
      '2 grants of acme use it; give each its own role',
    ],
    [
      'that a grant uses which does not create it',
      [withOtherGrant(tenantWith('acme', {}))],
      '2 grants of acme use it; give each its own role',
    ],
    [
      'that another grant names in a different case',
      [withOtherGrant(tenantWith('acme', {}), { roleArn: ROLE.replace('acme-app', 'Acme-App') })],
      '2 grants of acme use it; give each its own role',
    ],
    [
      'to which tokens are passed through',
      [tenantWith('acme', { webIdentity: 'pass-through' })],
      'without the broker',
    ],
    [
      'for which tokens are released',
      [tenantWith('acme', { releasedAudience: 'x' })],
      'without the broker',
    ],
    [
      'whose policy has a slot that is not a tag',
      [
        tenantWith('acme', {
          sessionTags: { team: '{{team}}' },
          statements: [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::d/{{user}}/*' }],
        }),
      ],
      'its policy has slots that are not tags',
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
    expect(() => planTenants(tenants, SETTINGS)).toThrow(message)
  })

  it('whose trust policy is too large', () => {
    const sessionTags = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`a-long-key-of-a-tag-${index}`, 'x']),
    )
    const tenants = [tenantWith('acme', { sessionTags })]
    const [role] = planTenants(tenants, SETTINGS).roles
    expect(() => role && trustPolicyOf(role, tenants, 'https://broker.example')).toThrow(
      'IAM allows 2048',
    )
  })
})

it('creates a role that allows each caller what the grant allows this caller', () => {
  const [role, ...others] = planTenants(
    [
      tenantWith('acme', {
        roleArn: `arn:aws:iam::${ACCOUNT}:role/tenants/acme-app`,
        maxDurationSeconds: 7200,
        managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
        sessionTags: { user: '{{user}}' },
        statements: [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::d/{{user}}/*' }],
      }),
    ],
    SETTINGS,
  ).roles
  expect(others).toEqual([])
  expect(role).toEqual({
    roleArn: `arn:aws:iam::${ACCOUNT}:role/tenants/acme-app`,
    name: 'acme-app',
    path: '/tenants/',
    tenant: 'acme',
    maxSessionDurationSeconds: 7200,
    permissionsBoundaryArn: BOUNDARY,
    managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    policy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:*',
          Resource: 'arn:aws:s3:::d/${aws:PrincipalTag/user}/*',
        },
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { Null: { 'aws:PrincipalTag/user': 'true' } },
        },
      ],
    },
  })
})

it('creates a role under a boundary of AWS that the stage accepts', () => {
  const [role] = planTenants([tenantWith('acme', { permissionsBoundaryArn: ADMINISTRATOR })], {
    ...SETTINGS,
    permissionsBoundaries: [ADMINISTRATOR],
  }).roles
  expect(role?.permissionsBoundaryArn).toBe(ADMINISTRATOR)
})

it('creates a role in the partition of the stage', () => {
  const boundary = BOUNDARY.replace('arn:aws:', 'arn:aws-eusc:')
  const roleArn = ROLE.replace('arn:aws:', 'arn:aws-eusc:')
  const [role] = planTenants([tenantWith('acme', { roleArn, permissionsBoundaryArn: boundary })], {
    account: ACCOUNT,
    region: 'eusc-de-east-1',
    permissionsBoundaries: [boundary],
  }).roles
  expect(role?.roleArn).toBe(roleArn)
})

it('gives a created role at least the session duration that IAM requires', () => {
  const [role] = planTenants([tenantWith('acme', { maxDurationSeconds: 900 })], SETTINGS).roles
  expect(role?.maxSessionDurationSeconds).toBe(3600)
})

it('does not create a role without createRole, nor providers for it', () => {
  const plan = planTenants([sampleTenant(ROLE)], SETTINGS)
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
  expect(planTenants([first, { ...second, issuers: other }], SETTINGS).passedThrough).toEqual([
    { issuer: 'https://id.acme.example', audiences: ['web', 'mobile', 'kiosk'] },
  ])
})

it('refuses more audiences than a provider accepts', () => {
  const tenant = sampleTenant(ROLE, 'pass-through')
  const [issuer] = tenant.issuers
  const audiences = Array.from({ length: 101 }, (_, index) => `app-${index}`)
  const issuers = issuer ? [{ ...issuer, audiences }] : []
  expect(() => planTenants([{ ...tenant, issuers }], SETTINGS)).toThrow(
    'id.acme.example has 101 audiences',
  )
})

/** With a second grant, which uses the role and does not create it. */
function withOtherGrant(
  tenant: CompiledTenant,
  change: Partial<CompiledGrant> = {},
): CompiledTenant {
  const { grant0 } = tenant.grants
  if (!grant0) throw new Error('The tenant has no grant.')
  const { permissionsBoundaryArn: _, ...other } = grant0
  return { ...tenant, grants: { other: { ...other, ...change }, grant0 } }
}

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
