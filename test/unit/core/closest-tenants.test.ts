/** A token that no tenant accepts, and whose caller names none: what the operator reads. */
import { expect, it } from 'vitest'
import { resolve, type TenantOptions, tenantOf } from './resolution.ts'

const OWN = { member: 'claims.org == "own"' }

it.each<[what: string, tenants: Record<string, TenantOptions>, request: object, reason: string]>([
  [
    'whose audience is misspelt',
    { other: { audiences: ['orchard-pos'] }, own: { audiences: ['orchard-backoffice'] } },
    { audiences: ['orchard-back-office'] },
    'tenant own does not accept the audience (aud): expected "orchard-backoffice", found ' +
      '"orchard-back-office", which differs from "orchard-backoffice" in few characters; add the ' +
      'audience to audiences of the issuer in the tenant document, or get a token for an ' +
      'accepted one.',
  ],
  [
    'whose audience has a slash',
    { other: { audiences: ['x'] }, own: { audiences: ['https://api.example'] } },
    { audiences: ['https://api.example/'] },
    'tenant own does not accept the audience (aud): expected "https://api.example", found ' +
      '"https://api.example/", which differs from "https://api.example" only by a slash at the ' +
      'end; add the audience to audiences of the issuer in the tenant document, or get a token ' +
      'for an accepted one.',
  ],
  [
    'that meets most conditions',
    { other: { audiences: ['app'], member: 'claims.org == "other"' }, own: { ...OWN } },
    { audiences: ['app-2'], claims: { org: 'own' } },
    'tenant own does not accept the audience (aud): expected "app", found "app-2"; add the ' +
      'audience to audiences of the issuer in the tenant document, or get a token for an ' +
      'accepted one.',
  ],
  [
    'that fails at a later condition',
    { other: { audiences: ['ap'] }, own: { ...OWN } },
    { claims: { org: 'owner' } },
    'the subject is not a member of tenant own: expected claims.org == "own", found claims.org = ' +
      '"owner"; correct the claim at the issuer, or member in the tenant document.',
  ],
  [
    'without an authorized party',
    { own: {} },
    { audiences: ['app', 'other'] },
    'tenant own needs an authorized party, because aud has several values: expected azp or ' +
      'client_id, found none; let the issuer name the app, or write authorizedParties: any.',
  ],
  [
    'of another authorized party',
    { own: { authorizedParties: ['web'] } },
    { claims: { azp: 'mobile' } },
    'tenant own does not accept the authorized party: expected "web", found "mobile"; add it to ' +
      'authorizedParties of the issuer in the tenant document, or let an accepted app request ' +
      'the token.',
  ],
])('names the tenant closest to a token %s', async (_, tenants, request, reason) => {
  const documents = Object.entries(tenants).map(([name, options]) => tenantOf(name, options))
  const { refusal } = await resolve(documents, request)
  expect(refusal).toMatchObject({
    ...{ code: 'access_denied', callerMessage: undefined },
    message: `No tenant accepts this token; the closest: ${reason}`,
  })
})

it('lists each tenant with all its checks, the closest first, and at most five', async () => {
  const tenants = Array.from({ length: 20 }, (_, index) =>
    tenantOf(`t${index}`, {
      ...{ audiences: [`app-${'x'.repeat(index)}`], authorizedParties: ['web'] },
      member: index === 3 ? 'claims.org == "own"' : 'claims.org == "other"',
    }),
  )
  const request = { audiences: ['unlike'], claims: { org: 'own', azp: 'web' } }
  const { trace } = await resolve(tenants, request)
  const checks = trace.map(({ check, passed }) => [check, passed])
  expect(checks.slice(0, 6)).toEqual([
    ['a tenant accepts the audience', false],
    ['tenant t3 trusts the issuer', true],
    ['tenant t3 accepts the audience', false],
    ['tenant t3 accepts the authorized party', true],
    ['identity is a member of tenant t3', true],
    ['tenant t0 trusts the issuer', true],
  ])
  expect(checks.filter(([check]) => /trusts the issuer/.test(String(check)))).toHaveLength(5)
  expect(checks).toHaveLength(1 + 5 * 4 + 1)
})

it('evaluates 16 tenants in all, those that may accept the token included', async () => {
  const member = 'claims.org == "own"'
  const candidates = ['c0', 'c1', 'c2'].map((name) => tenantOf(name, { member }))
  const others = Array.from({ length: 30 }, (_, index) =>
    tenantOf(`t${index}`, { audiences: ['other'] }),
  )
  const { loaded } = await resolve([...others, ...candidates], { claims: { org: 'else' } })
  expect(loaded.slice(0, 3)).toEqual(['c0', 'c1', 'c2'])
  expect(new Set(loaded).size).toBe(16)
  expect(loaded).toHaveLength(16)
})

it('shows of a claim’s value 64 characters, escaped, and five claims', async () => {
  const member = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `claims.${name} == "x"`).join(' && ')
  const claims = { a: `\u202e\n${'v'.repeat(1_000)}`, b: { secret: 'HIDDEN' }, c: ['1', ['2']] }
  const { refusal } = await resolve([tenantOf('own', { member })], { claims })
  expect(refusal?.message).toContain(
    `found claims.a = "\\u202e\\n${'v'.repeat(61)}…", claims.b = an object, claims.c = "1", ` +
      'a list, claims.d is absent, claims.e is absent; correct',
  )
  expect(refusal?.message).not.toContain('HIDDEN')
})

it('says why a condition cannot be evaluated', async () => {
  const { refusal } = await resolve([tenantOf('own', { member: 'claims.n.startsWith("x")' })], {
    claims: { n: 7 },
  })
  expect(refusal?.message).toMatch(
    /expected claims\.n\.startsWith\("x"\), found .{5,120}; correct the claim at the issuer/,
  )
})
