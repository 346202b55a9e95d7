/** Tenants that read one token differently: each gets the caller that its own document reads. */
import { expect, it } from 'vitest'
import { resolve, tenantOf } from './resolution.ts'

const CLAIMS = { sub: 's-1', oid: 'o-1', aud: 'app', azp: 'web', appid: 'desk' }
const bySub = tenantOf('by-sub', { audiences: ['app', 'web'] })
const byOid = tenantOf('by-oid', { audiences: ['app', 'desk'], subject: 'claims.oid' })

it.each([
  ['by-sub', 's-1'],
  ['by-oid', 'o-1'],
])('%s knows the caller as %s', async (tenant, subject) => {
  for (const tenants of [
    [bySub, byOid],
    [byOid, bySub],
  ]) {
    const { identity } = await resolve(tenants, { claims: CLAIMS, tenant })
    expect(identity?.subject).toBe(subject)
    expect(identity?.claims).toBe(CLAIMS)
  }
})

it('a tenant that no caller names reads its own claim too, although others are tried', async () => {
  const other = tenantOf('other', { audiences: ['other'] })
  for (const tenants of [
    [other, byOid],
    [byOid, other],
  ])
    expect((await resolve(tenants, { claims: CLAIMS })).identity?.subject).toBe('o-1')
})

it('a tenant’s own claim for the authorized party decides, and no other one', async () => {
  const accepts = async (authorizedPartyClaim: string | undefined, party: string) => {
    const acme = tenantOf('acme', {
      authorizedParties: [party],
      ...(authorizedPartyClaim === undefined ? {} : { authorizedPartyClaim }),
    })
    return (await resolve([acme], { claims: CLAIMS })).tenant === 'acme'
  }
  expect(await accepts(undefined, 'web')).toBe(true)
  expect(await accepts(undefined, 'desk')).toBe(false)
  expect(await accepts('appid', 'desk')).toBe(true)
  expect(await accepts('appid', 'web')).toBe(false)
  expect(await accepts('cid', 'web')).toBe(false)
})

it('finds a tenant by client_id where its document lets it take the place of aud', async () => {
  const { aud: _, ...claims } = { ...CLAIMS, client_id: 'game' }
  const plain = tenantOf('plain', { audiences: ['game'] })
  const cognito = tenantOf('cognito', { audiences: ['game'], audienceFallback: 'client_id' })
  const found = await resolve([plain, cognito], { claims, audiences: undefined })
  expect(found.tenant).toBe('cognito')
  expect(found.identity?.audiences).toEqual(['game'])
  for (const tenants of [[plain], [plain, cognito]]) {
    const { refusal } = await resolve(tenants, { claims, audiences: undefined, tenant: 'plain' })
    expect(refusal?.code).toBe('access_denied')
  }
  // Where the token has an aud, it decides alone.
  const other = await resolve([cognito], { claims, audiences: ['other'] })
  expect(other.refusal?.code).toBe('access_denied')
})

it('says which setting lets client_id take the place of a missing aud', async () => {
  const hint =
    'if its client_id is to take the place of aud, write audienceFallback: client_id in the '
  const messageFor = async (claims: object, audiences?: string[]) =>
    (await resolve([tenantOf('acme')], { claims: { ...claims }, audiences })).refusal?.message
  expect(await messageFor({ client_id: 'game' })).toContain('found none; if its client_id')
  expect(await messageFor({ client_id: 'game' })).toContain(hint)
  expect(await messageFor({})).not.toContain(hint)
  expect(await messageFor({ aud: 'other', client_id: 'game' }, ['other'])).not.toContain(hint)
})

it('a document may accept tokens for several audiences without an authorized party', async () => {
  const audiences = ['app', 'vault']
  const any = tenantOf('acme', { authorizedParties: 'any' })
  const { tenant, trace } = await resolve([any], { audiences })
  expect(tenant).toBe('acme')
  expect(trace).toContainEqual({
    ...{ stage: 'resolve', check: 'tenant acme accepts the authorized party', passed: true },
    ...{ expected: 'any', found: '(absent)' },
  })
  expect((await resolve([any], { audiences, claims: { azp: 'any app' } })).tenant).toBe('acme')
  expect((await resolve([any], { audiences: ['vault', 'other'] })).tenant).toBeUndefined()
  const named = tenantOf('acme', { authorizedPartyClaim: 'cid' })
  const refused = await resolve([named], { audiences, claims: { azp: 'web' } })
  expect(refused.tenant).toBeUndefined()
  expect(refused.trace).toContainEqual({
    ...{ stage: 'resolve', check: 'tenant acme accepts the authorized party', passed: false },
    ...{ expected: 'one where aud has several values', found: '(absent)' },
  })
})
