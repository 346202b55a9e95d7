/** POST /v1/explain for callers of identity pools: the real decision, and nothing is changed. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { closeAfterTests, makeTemporaryFolder, startServer } from '../fixtures/index.ts'
import { FRIENDS, type PoolBroker, startPoolBroker } from '../fixtures/pool-broker.ts'
import { GUEST_ROLE, POOL_ID, POOL_ROLE } from '../fixtures/pool-document.ts'
import { PROVIDER, startDeveloperBroker } from './developer-broker.ts'
import {
  credentialsIn,
  explainIn,
  NO_ID,
  ORIGIN,
  startExplainingBroker,
} from './explaining-broker.ts'

const FILE = `${makeTemporaryFolder()}/identities.jsonl`

const pools = {
  linked: await startExplainingBroker(FILE),
  merging: await startPoolBroker({ pool: { linking: true, merging: true } }),
  stateless: await startPoolBroker(),
}
const { linked } = pools

describe('an explained request', () => {
  it.each(['linked', 'stateless'] as const)(
    'of a user shows what STS gets for the real one, in the pool %s',
    async (name) => {
      const broker = pools[name]
      const logins = await broker.login('alice')
      const explained = await explainIn(broker, { logins })
      const real = await credentialsIn(broker, logins)
      expect(explained).toMatchObject({
        ...{ outcome: 'would-issue', tenant: 'game', rule: 'players', grant: 'player' },
        identity: { id: real.id, guest: false, provider: 'players.example' },
      })
      expect(explained.plan.sessionPolicy).toEqual(sentPolicy(broker))
      expect(explained.plan.roleSessionName).toBe(sentParameter(broker, 'RoleSessionName'))
      expect(explained.plan.durationSeconds).toBe(Number(sentParameter(broker, 'DurationSeconds')))
    },
  )

  it('of a known guest shows what STS gets for the real one', async () => {
    const guest = await linked.guest()
    const explained = await explainIn(linked, { identityId: guest })
    await credentialsIn(linked, {}, guest)
    expect(explained).toMatchObject({
      ...{ outcome: 'would-issue', rule: `guests of ${POOL_ID}`, grant: 'guest' },
      identity: { id: guest, guest: true },
    })
    expect(explained.identity).not.toHaveProperty('change')
    expect(explained.plan.sessionPolicy).toEqual(sentPolicy(linked))
  })

  it('of a guest who signs in shows the statements for the guest, and claims nothing', async () => {
    const guest = await linked.guest()
    const logins = await linked.login('claims')
    const explained = await explainIn(linked, { identityId: guest, logins })
    expect(explained.identity).toMatchObject({ claimedGuest: guest, change: 'would-create' })
    expect(JSON.stringify(explained.plan.sessionPolicy)).toContain(`players/${guest}/*`)
    expect((await credentialsIn(linked, {}, guest)).id).toBe(guest)
    await credentialsIn(linked, logins, guest)
    expect(explained.plan.sessionPolicy).toEqual(sentPolicy(linked))
    expect((await credentialsIn(linked, {}, guest)).id).not.toBe(guest)
  })

  it('says that a new login would get an identity, which is the one that it gets', async () => {
    const logins = await linked.login('new')
    const before = readFileSync(FILE, 'utf8')
    const first = await explainIn(linked, { logins })
    expect(first.identity.change).toBe('would-create')
    expect((await explainIn(linked, { logins })).identity).toEqual(first.identity)
    expect(readFileSync(FILE, 'utf8')).toBe(before)
    expect((await credentialsIn(linked, logins)).id).toBe(first.identity.id)
    expect((await explainIn(linked, { logins })).identity).not.toHaveProperty('change')
  })

  it('says that a second login would be linked, and does not link it', async () => {
    const alone = await linked.login('pair')
    const { id } = await credentialsIn(linked, alone)
    const other = { [FRIENDS]: await linked.friends.token({ sub: 'pair', aud: 'game' }) }
    const before = readFileSync(FILE, 'utf8')
    const { identity } = await explainIn(linked, { logins: { ...alone, ...other } })
    expect(identity).toMatchObject({ id, change: 'would-link' })
    expect(readFileSync(FILE, 'utf8')).toBe(before)
    expect((await explainIn(linked, { logins: other })).identity.id).not.toBe(id)
  })

  it('does not merge identities', async () => {
    const { merging } = pools
    const one = await merging.login('merge')
    const two = { [FRIENDS]: await merging.friends.token({ sub: 'merge', aud: 'game' }) }
    const ids = [await credentialsIn(merging, one), await credentialsIn(merging, two)]
    const { identity } = await explainIn(merging, { logins: { ...one, ...two } })
    expect(identity.change).toBe('would-link')
    expect(await credentialsIn(merging, two)).toEqual(ids[1])
  })

  it.each(['linked', 'stateless'] as const)('creates no guest in the pool %s', async (name) => {
    const broker = pools[name]
    for (let count = 0; count < 101; count++) {
      const { outcome, identity } = await explainIn(broker, {})
      expect([outcome, identity]).toEqual([
        'would-issue',
        { id: NO_ID, guest: true, change: 'would-create' },
      ])
    }
    // 100 guests per hour and address: no explanation has counted.
    expect(await broker.guest()).toMatch(/^eu-central-1:[89a-f]/)
    expect((await credentialsIn(broker, {}, NO_ID)).id).not.toBe(NO_ID)
  })

  it('does not ask a former pool, in which that would create an identity', async () => {
    const calls: string[] = []
    const cognito = await closeAfterTests(
      startServer((request, response) => {
        calls.push(request.url ?? '')
        response.writeHead(500).end()
      }),
    )
    const broker = await startPoolBroker(
      { pool: { linking: true, formerPool: 'us-west-2:11111111-2222-4333-8444-555555555555' } },
      { environment: { BROKER_FORMER_POOL_ENDPOINT: cognito.url } },
    )
    const { identity } = await explainIn(broker, { logins: await broker.login('old') })
    expect(identity).toMatchObject({ id: NO_ID, change: 'would-create' })
    expect(calls).toEqual([])
  })

  it('has a record of its own, and the conditions of the endpoint for pools', async () => {
    const broker = await startPoolBroker({
      document: {
        rules: [{ name: 'by pools', when: 'request.endpoint == "cognito"', grant: 'player' }],
      },
    })
    const explained = await explainIn(broker, { logins: await broker.login('alice') })
    expect(explained).toMatchObject({ outcome: 'would-issue', rule: 'by pools' })
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ endpoint: 'explain', outcome: 'explained', requestId: explained.requestId },
      ...{ pool: POOL_ID, identityProvider: 'players.example' },
    })
    expect(broker.sts.calls).toEqual([])
  })
})

describe('a page', () => {
  const from = async (origin: string, logins: object) => {
    const body = { pool: POOL_ID, logins }
    const { headers } = await linked.post('/v1/explain', undefined, body, { origin })
    return headers['access-control-allow-origin']
  }

  it('of the tenant may read the explanation, and no other page may', async () => {
    for (const logins of [{}, await linked.login('alice'), { 'other.example': 'x' }]) {
      expect(await from(ORIGIN, logins)).toBe(ORIGIN)
      expect(await from('https://evil.example', logins)).toBeUndefined()
    }
  })

  it('may not read explanations of other requests', async () => {
    const [token] = Object.values(await linked.login('alice'))
    const { headers } = await linked.post('/v1/explain', token, {}, { origin: ORIGIN })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
})

it('explains a user of a backend, whose token the pool itself verifies', async () => {
  const broker = await startDeveloperBroker()
  const { IdentityId, Token } = await broker.tokenOf('ann')
  const logins = { 'cognito-identity.amazonaws.com': Token }
  expect(await explainIn(broker, { identityId: IdentityId, logins })).toMatchObject({
    ...{ outcome: 'would-issue', grant: 'player' },
    identity: { id: IdentityId, provider: PROVIDER, guest: false },
  })
  const forged = { 'cognito-identity.amazonaws.com': `${Token}x` }
  const { code, tenant } = await explainIn(broker, { identityId: IdentityId, logins: forged })
  expect([code, tenant]).toEqual(['invalid_token', undefined])
})

it('lets no page of another tenant read what would be issued', async () => {
  const guests = {
    ...{ tenant: 'game', allowedOrigins: [ORIGIN], issuers: [], rules: [] },
    grants: { guest: { role: GUEST_ROLE, policy: [] } },
    identityPools: [{ id: POOL_ID, secret: 'pool', guests: { enabled: true, grant: 'guest' } }],
  }
  const other = {
    ...{ tenant: 'other', allowedOrigins: ['https://other.example'] },
    issuers: [{ issuer: 'https://id.other.example', audiences: ['other'] }],
    rules: [{ name: 'all', grant: 'none' }],
    grants: { none: { role: POOL_ROLE } },
  }
  const broker = await startPoolBroker(
    {},
    { documents: [guests, other].map((document) => JSON.stringify(document)) },
  )
  const allowed = [ORIGIN, 'https://other.example'].map(async (origin) => {
    const body = { pool: POOL_ID }
    const { headers } = await broker.post('/v1/explain', undefined, body, { origin })
    return headers['access-control-allow-origin']
  })
  expect(await Promise.all(allowed)).toEqual([ORIGIN, undefined])
})

it('is not there unless the operator turns it on', async () => {
  const broker = await startPoolBroker({}, { environment: { BROKER_EXPLAIN: 'off' } })
  const { status } = await broker.post('/v1/explain', undefined, { pool: POOL_ID })
  expect(status).toBe(404)
})

it('explains a request without a pool whose body has the word', async () => {
  const { body } = await linked.post('/v1/explain', undefined, { token: 'x', tenant: '"pool"' })
  expect(JSON.parse(body)).toMatchObject({ code: 'invalid_token' })
})

function sentParameter(broker: PoolBroker, name: string): string {
  return broker.sts.calls.at(-1)?.get(name) ?? ''
}

function sentPolicy(broker: PoolBroker): unknown {
  return JSON.parse(sentParameter(broker, 'Policy'))
}
