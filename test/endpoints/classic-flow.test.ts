/** The classic flow of identity pools: who gets a token for STS, and which. */
import { describe, expect, it } from 'vitest'
import { FRIENDS, startPoolBroker } from '../fixtures/pool-broker.ts'
import { GUEST_ROLE, POOL_ID, POOL_ROLE } from '../fixtures/pool-document.ts'

const AUDIENCE = 'game-classic'
const policy = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::game/shared/*' }]
const grants = {
  player: { role: POOL_ROLE, policy, releasedAudience: 'game-player' },
  admin: { role: `${POOL_ROLE}-admin`, policy },
  guest: { role: GUEST_ROLE, duration: '15m', policy },
}
const rules = [
  { name: 'admins', when: '"admins" in claims.groups', grant: 'admin' },
  { name: 'players', grant: 'player' },
]
const pool = { classicFlow: { audience: AUDIENCE } }
const broker = await startPoolBroker({ pool, document: { grants, rules } })
const idOf = async (Logins: object) =>
  String((await broker.call('GetId', { IdentityPoolId: POOL_ID, Logins })).json.IdentityId)
const open = (IdentityId: string, Logins: object) =>
  broker.call('GetOpenIdToken', { IdentityId, Logins })

describe('GetOpenIdToken', () => {
  it('returns a token that is bound to the grant, for the audience of the pool', async () => {
    const Logins = await broker.login('alice')
    const id = await idOf(Logins)
    const calls = broker.sts.calls.length
    const { status, json } = await open(id, Logins)
    expect([status, json]).toEqual([200, { IdentityId: id, Token: expect.any(String) }])
    const claims = claimsOf(String(json.Token))
    expect(claims).toMatchObject({
      ...{ iss: 'http://127.0.0.1:8787', aud: AUDIENCE },
      sub: expect.stringMatching(/^game\/player\/[\w-]{43}$/),
    })
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300)
    expect(broker.sts.calls).toHaveLength(calls)
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ outcome: 'issued', releasedAudience: AUDIENCE, pool: POOL_ID, identityId: id },
      ...{ grant: 'player', tenant: 'game' },
    })
    expect(broker.audit.at(-1)).not.toHaveProperty('policySha256')
  })

  it('returns none for a grant that releases no token', async () => {
    const Logins = await broker.login('root', { groups: ['admins'] })
    const { status, json } = await open(await idOf(Logins), Logins)
    expect([status, json.__type]).toEqual([400, 'NotAuthorizedException'])
    expect(json.message).toMatch(
      /^The grant does not release its web identity token; .* \(access_denied, request \S+\)$/,
    )
    expect(broker.audit.at(-1)).toMatchObject({ code: 'access_denied', grant: 'admin' })
  })

  it('returns none for guests, who would choose how long their sessions last', async () => {
    const { status, json } = await open(await broker.guest(), {})
    expect([status, json.__type]).toEqual([400, 'NotAuthorizedException'])
    expect(json.message).toContain('Guests have no classic flow')
  })

  it.each([
    ['an expired token', async () => broker.login('alice', { exp: 1 })],
    ['a token of another issuer', async () => ({ [FRIENDS]: await broker.players.token() })],
  ])('returns none for %s', async (_what, login) => {
    const id = await idOf(await broker.login('alice'))
    const { status, json } = await open(id, await login())
    expect([status, json.__type]).toEqual([400, 'NotAuthorizedException'])
  })
})

it('is off unless the document says otherwise', async () => {
  const off = await startPoolBroker({ document: { grants, rules } })
  const Logins = await off.login('alice')
  const body = { IdentityId: await idOf(await broker.login('alice')), Logins }
  const { status, json } = await off.call('GetOpenIdToken', body)
  expect([status, json.__type]).toEqual([400, 'InvalidParameterException'])
  expect(json.message).toContain('Basic (classic) flow is not enabled, please use enhanced flow.')
})

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
