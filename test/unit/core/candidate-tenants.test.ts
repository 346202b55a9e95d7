/** Tenants of a shared issuer are found by claim values: few are evaluated, and none is missed. */
import { expect, it } from 'vitest'
import { resolve, type TenantOptions, tenantOf } from './resolution.ts'

const LIMIT = 16

it('loads one of a thousand tenants', async () => {
  const tenants = tenantsOf(1_000, (index) => ({ member: `claims.org == "org-${index}"` }))
  const { tenant, loaded } = await resolve(tenants, { claims: { org: 'org-700' } })
  expect([tenant, loaded]).toEqual(['t700', ['t700']])
})

it.each<[what: string, claims: object, tenant: string | undefined]>([
  ['an element of a list', { groups: ['x', 'g7'] }, 't7'],
  ['a key of a map', { groups: { g7: 1 } }, 't7'],
  ['the name of an inherited member', { groups: ['constructor', '__proto__'] }, undefined],
  ['a number', { groups: [7] }, undefined],
  ['no claim', {}, undefined],
])('finds tenants by `in`: %s', async (_, claims, expected) => {
  const tenants = tenantsOf(LIMIT + 1, (index) => ({ member: `"g${index}" in claims.groups` }))
  const { tenant, loaded } = await resolve(tenants, { claims: { ...claims } })
  // Where no tenant is found, some are loaded to say why.
  expect([tenant, loaded.length]).toEqual([expected, expected === undefined ? LIMIT : 1])
})

it('says which claims were found where no member condition can pass', async () => {
  const tenants = tenantsOf(LIMIT + 1, (index) => ({
    member: `claims.org == "org-${index}" && claims.email_verified`,
  }))
  const { refusal, trace, loaded } = await resolve(tenants, { claims: { org: 'other' } })
  expect(loaded).toHaveLength(LIMIT)
  expect(refusal).toMatchObject({
    ...{ code: 'access_denied', callerMessage: undefined },
    message:
      'No tenant accepts this token; the closest: the subject is not a member of tenant t0: ' +
      'expected claims.org == "org-0" && claims.email_verified, found claims.org = "other", ' +
      'claims.email_verified is absent; correct the claim at the issuer, or member in the tenant ' +
      'document.',
  })
  expect(trace[0]).toEqual({
    ...{ stage: 'resolve', check: 'a member condition can pass', passed: false },
    expected: 'a value that the member condition of a tenant requires',
    found: '{"claims.org":"other"}',
  })
  // Of the 16 tenants, the trace shows the five that are closest.
  expect(trace.filter(({ check }) => check.startsWith('identity is a member'))).toHaveLength(5)
})

it('evaluates all tenants where they are few, so that the trace shows each', async () => {
  const tenants = tenantsOf(LIMIT, (index) => ({ member: `claims.org == "org-${index}"` }))
  const { loaded, trace } = await resolve(tenants, { claims: { org: 'other' } })
  expect(loaded).toHaveLength(LIMIT)
  expect(trace.filter(({ check }) => check.startsWith('identity is a member'))).toHaveLength(LIMIT)
})

it('refuses where more than 16 tenants could accept the token, and loads none', async () => {
  const byDomain = (index: number) => ({ member: `claims.email.endsWith("@${index}.example")` })
  const claims = { email: 'alice@3.example' }
  expect((await resolve(tenantsOf(LIMIT, byDomain), { claims })).tenant).toBe('t3')
  const { refusal, trace, loaded } = await resolve(tenantsOf(LIMIT + 1, byDomain), { claims })
  expect(loaded).toEqual([])
  expect(refusal).toMatchObject({
    code: 'access_denied',
    message:
      'More than 16 tenants could accept this token, and none is evaluated; name the tenant in ' +
      'the request, or write member conditions of the form claims.org == "name".',
  })
  expect(trace).toEqual([
    {
      ...{ stage: 'resolve', check: 'few tenants can accept the token', passed: false },
      ...{ expected: 'at most 16', found: 'more' },
    },
  ])
  const named = await resolve(tenantsOf(LIMIT + 1, byDomain), { claims, tenant: 't3' })
  expect(named.tenant).toBe('t3')
})

it('counts candidates by value and those of every request together', async () => {
  const conditionOf = (always: number) => (index: number) => ({
    member: index < always ? `claims.plan.startsWith("${index}")` : `claims.org == "${index}"`,
  })
  const claims = { org: '40', plan: '' }
  expect((await resolve(tenantsOf(50, conditionOf(15)), { claims })).loaded).toHaveLength(16)
  expect((await resolve(tenantsOf(50, conditionOf(16)), { claims })).loaded).toEqual([])
})

it('refuses where a value is required by more tenants than are evaluated', async () => {
  const tenants = tenantsOf(40, (index) => ({
    member: `claims.plan == "${index < 20 ? 'pro' : index}" && claims.org == "${index}"`,
  }))
  expect((await resolve(tenants, { claims: { plan: '30', org: '30' } })).tenant).toBe('t30')
  const { refusal } = await resolve(tenants, { claims: { plan: 'pro', org: '3' } })
  expect(refusal?.message).toContain('More than 16 tenants')
})

it('counts tenants of other audiences and of no audience of the token for nothing', async () => {
  const tenants = tenantsOf(1_000, (index) => ({ audiences: [`aud-${index}`] }))
  const { tenant, loaded } = await resolve(tenants, { audiences: ['aud-5', 'other'], claims: AZP })
  expect([tenant, loaded]).toEqual(['t5', ['t5']])
})

it('uses the index where the audiences of a token have many tenants only together', async () => {
  const tenants = tenantsOf(20, (index) => ({
    audiences: [index < 10 ? 'a' : 'b'],
    member: `claims.org == "${index}"`,
  }))
  const request = { audiences: ['a', 'b'], claims: { ...AZP, org: '15' } }
  const { tenant, loaded } = await resolve(tenants, request)
  expect([tenant, loaded]).toEqual(['t15', ['t15']])
})

it('finds the tenants of each verification profile', async () => {
  const tenants = tenantsOf(40, (index) => ({
    maxTokenAge: index % 2 === 0 ? '1h' : '2h',
    member: `claims.org == "${index}"`,
  }))
  for (const org of ['4', '5']) {
    const { tenant, loaded } = await resolve(tenants, { claims: { org } })
    expect([tenant, loaded]).toEqual([`t${org}`, [`t${org}`]])
  }
})

it('treats tenants of more than 16 different claims as candidates of every request', async () => {
  const tenants = tenantsOf(LIMIT + 4, (index) => ({ member: `claims.c${index} == "x"` }))
  const { tenant, loaded } = await resolve(tenants, { claims: { c2: 'x' } })
  expect(tenant).toBe('t2')
  expect(loaded).toEqual(['t2', 't16', 't17', 't18', 't19'])
  expect((await resolve(tenants, { claims: { c18: 'x' } })).tenant).toBe('t18')
})

const AZP = { azp: 'web' }

function tenantsOf(count: number, options: (index: number) => TenantOptions) {
  return Array.from({ length: count }, (_, index) => tenantOf(`t${index}`, options(index)))
}
