/** What one request costs does not depend on how many tenants share its issuer. */
import { expect, it } from 'vitest'
import {
  acceptedAudiences,
  acceptingTenants,
  candidateTenants,
} from '../../../packages/core/src/decide/candidate-tenants.ts'
import { trustsByIssuer } from '../../../packages/core/src/document/index.ts'
import type { IssuerTrust } from '../../../packages/core/src/model/tenant-store.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { ISSUER, resolve, type TenantOptions, tenantOf } from './resolution.ts'

it('names at most one candidate more than are evaluated', async () => {
  const trusts = trustsOf(40, (index) => ({ member: `claims.mail.endsWith("@${index}")` }))
  expect(await candidatesOf(trusts)).toHaveLength(17)
  const byValue = trustsOf(40, (index) => ({
    member: index < 20 ? 'claims.plan == "pro"' : 'claims.org == "x"',
  }))
  expect(await candidatesOf(byValue, { plan: 'pro', org: 'x' })).toHaveLength(17)
})

it('lists at most one audience more than is shown', () => {
  const trusts = trustsOf(10, (index) => ({ audiences: [`a${index}`] }))
  expect(acceptedAudiences(identityOf(trusts))).toEqual(['a0', 'a1', 'a2', 'a3'])
  expect(acceptedAudiences(identityOf(trusts.slice(0, 0)))).toEqual([])
})

it('finds tenants by at most 16 different claims', async () => {
  const trusts = trustsOf(20, (index) => ({ member: `claims.c${index} == "x"` }))
  const [accepting] = await acceptingTenants(identityOf(trusts))
  expect(accepting?.claims).toEqual(Array.from({ length: 16 }, (_, index) => [`c${index}`]))
})

it('reads the tenants of a trust for the first request only', async () => {
  let reads = 0
  const [trust] = trustsOf(20, (index) => ({ member: `claims.org == "${index}"` }))
  if (trust === undefined) throw new Error('no trust')
  const counted = {
    profile: trust.profile,
    get tenants() {
      reads++
      return trust.tenants
    },
  }
  expect(await candidatesOf([counted], { org: '1' })).toEqual(['t1'])
  const readsOfFirst = reads
  for (const org of ['2', '3']) expect(await candidatesOf([counted], { org })).toEqual([`t${org}`])
  expect(reads).toBe(readsOfFirst)
})

it('evaluates 16 tenants for each refusal of a named one, up to their conditions', async () => {
  let reads = 0
  const countReads = () => {
    reads++
    return 'other'
  }
  // Not enumerable, so that only conditions read it.
  const claims = Object.defineProperty({}, 'org', { get: countReads })
  const tenants = tenantsOf(30, (index) => ({ member: `claims.org == "${index}"` }))
  for (const tenant of ['t3', 't29', 'nobody']) {
    reads = 0
    expect((await resolve(tenants, { claims, tenant })).tenant).toBeUndefined()
    // Each is read once more for its reason, of which at most one is used. The trace, which is
    // shown here, reads it again for the tenant that it contains.
    expect(reads).toBe(tenant === 'nobody' ? 32 : 33)
  }
})

it('refuses as before if a decoy cannot be evaluated', async () => {
  const tenants = tenantsOf(3, () => ({ maxTokenAge: '1h' }))
  // Their profile was not tried, and verifying again fails with a defect.
  const refused = await resolve(tenants, { tenant: 'nobody', trusts: trustsOf(3, () => ({})) })
  expect(refused.refusal).toMatchObject({ code: 'access_denied', message: UNKNOWN })
  expect(refused.loaded).toHaveLength(3)
})

it('evaluates 16 tenants for each refusal without a named one, whatever it claims', async () => {
  const member = (index: number) => ({ member: `claims.org == "${index}"` })
  for (const count of [30, 16, 3])
    for (const request of [
      ...[{ claims: { org: 'other' } }, { claims: {} }],
      ...[{ audiences: ['other'] }, { audiences: [] }],
    ]) {
      const { refusal, loaded } = await resolve(tenantsOf(count, member), request)
      expect([refusal?.code, loaded.length]).toEqual(['access_denied', Math.min(16, count)])
    }
})

it('refuses as before if the closest tenants cannot be loaded or evaluated', async () => {
  const tenants = tenantsOf(3, () => ({ maxTokenAge: '1h' }))
  const request = { audiences: ['other'] }
  const none = await resolve(tenants, { ...request, stored: [] })
  expect(none.refusal).toMatchObject({
    ...{ code: 'access_denied', message: 'No tenant accepts this token.' },
  })
  const stale = await resolve(tenants, { ...request, trusts: trustsOf(3, () => ({})) })
  expect(stale.refusal).toMatchObject({
    code: 'access_denied',
    message:
      'No tenant accepts this token; the closest: tenant t0 has no issuer "https://id.example" ' +
      'under whose settings the token is valid; check the issuers of the tenant document, and ' +
      'deploy it again.',
  })
})

const UNKNOWN =
  'No such tenant trusts the issuer "https://id.example": expected one of "t0", "t1", "t2", ' +
  'found "nobody"; check the tenant that the request names, and that its document is deployed.'

it('finds the issuer among several of a tenant', async () => {
  const tenant = tenantOf('acme')
  const [issuer] = tenant.issuers
  if (issuer === undefined) throw new Error('no issuer')
  const other = { ...issuer, profile: { ...issuer.profile, issuer: 'https://other.example' } }
  const several = { ...tenant, issuers: [{ ...other, audiences: ['x'] }, issuer] }
  expect((await resolve([tenant], { stored: [several] })).tenant).toBe('acme')
  const refused = await resolve([tenant], { stored: [{ ...tenant, issuers: [other] }] })
  expect(refused.tenant).toBeUndefined()
  expect(refused.trace[0]).toEqual({
    ...{ stage: 'resolve', check: 'tenant acme trusts the issuer', passed: false },
    expected: ISSUER,
  })
})

function tenantsOf(count: number, options: (index: number) => TenantOptions) {
  return Array.from({ length: count }, (_, index) => tenantOf(`t${index}`, options(index)))
}

function trustsOf(count: number, options: (index: number) => TenantOptions) {
  return trustsByIssuer(tenantsOf(count, options)).get(ISSUER) ?? []
}

async function candidatesOf(trusts: readonly IssuerTrust[], claims: object = {}) {
  const identity = identityOf(trusts, claims)
  return candidateTenants(await acceptingTenants(identity), identity)
}

/** In place of an identity that only its stage can create. */
function identityOf(trusts: readonly IssuerTrust[], claims: object = {}): VerifiedIdentity {
  const parties = { audiences: ['app'] }
  const passed = trusts.map((trust) => ({ trust, parties }))
  return { issuer: ISSUER, ...parties, trusts: passed, claims } as unknown as VerifiedIdentity
}
