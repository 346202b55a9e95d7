/** Of grants with `reuse`, no caller gets the session of another one, or learns that it exists. */
import { issueProofNonce } from '@token-broker/core'
import { expect, it } from 'vitest'
import { accessKeyOf, reusedDocument, startReuseBroker } from '../endpoints/reuse-broker.ts'
import { createDpopKey, type DpopKey } from '../fixtures/dpop-key.ts'
import { poolClient, startPoolBroker } from '../fixtures/pool-broker.ts'
import { GUEST_ROLE, POOL_ID, POOL_ROLE } from '../fixtures/pool-document.ts'
import { issueSessions } from '../fixtures/sts-sessions.ts'
import { CLASS_TIMEOUT } from './attack.ts'
import { ENDPOINTS } from './endpoint-requests.ts'
import { startTenancy, UNKNOWN_TENANT } from './tenancy.ts'
import { comparable, createPairRequests, pairsOf } from './tenant-pairs.ts'

const HOUR_SECONDS = 3_600

it('each tenant, grant and endpoint has sessions of its own', CLASS_TIMEOUT, async () => {
  const tenancy = await startTenancy({ reuse: '5m' })
  const { broker, members, sts } = tenancy
  issueSessions(sts, HOUR_SECONDS)
  const { request } = await createPairRequests(tenancy)
  const issuing = ENDPOINTS.filter((name) => name !== 'release')
  const all = members.flatMap((caller) =>
    caller.grants.flatMap((grant) =>
      issuing.map((endpoint) => ({ caller, foreign: caller, grant, endpoint })),
    ),
  )
  const keysOf = async () => {
    const keys = []
    for (const one of all) {
      const { status } = await request(one, one.caller.tenant)
      expect(status).toBe(200)
      keys.push(broker.audit.at(-1)?.accessKeyId)
    }
    return keys
  }
  const keys = await keysOf()
  expect(new Set(keys).size).toBe(all.length)
  expect(sts.calls).toHaveLength(all.length)
  expect(await keysOf()).toEqual(keys)
  expect(sts.calls).toHaveLength(all.length)
  // Sessions are kept of all of them now; to others, no tenant is different from an unknown one.
  for (const pair of pairsOf(tenancy)) {
    const foreign = await request(pair, pair.foreign.tenant)
    const unknown = await request(pair, UNKNOWN_TENANT)
    expect(comparable(foreign, pair.foreign.tenant)).toBe(comparable(unknown, UNKNOWN_TENANT))
    expect(broker.audit.at(-1)?.accessKeyId).toBeUndefined()
  }
  expect(sts.calls).toHaveLength(all.length)
  console.log(`isolation of sessions: ${all.length} decisions, none shares a session with another`)
})

it('a token that is bound to a key has sessions of its own', async () => {
  const nameKey = 'a secret of the deployment, for tests of bound tokens'
  const broker = await startReuseBroker({ environment: { BROKER_SESSION_NAME_KEY: nameKey } })
  const path = '/v1/credentials'
  const request = async (key: DpopKey | undefined) => {
    const token = await broker.token(key && { cnf: key.cnf })
    const now = Date.now()
    const url = `http://127.0.0.1:8787${path}`
    const nonce = issueProofNonce(nameKey, now)
    const proof = key && (await key.proof({ token, url, nonce, iat: now / 1000 }))
    const headers = proof ? { authorization: `DPoP ${token}`, dpop: proof } : undefined
    const { body } = await broker.post(path, token, undefined, headers)
    return JSON.parse(body).credentials?.accessKeyId
  }
  const [one, other] = [await createDpopKey(), await createDpopKey()]
  const keys = []
  for (const key of [one, other, undefined, one, other, undefined]) keys.push(await request(key))
  expect(keys).toEqual([1, 2, 3, 1, 2, 3].map(accessKeyOf))
})

it('a user and each party that acts for it have sessions of their own', async () => {
  const broker = await startReuseBroker({
    documents: (url) => [
      reusedDocument('acme', url)
        .replace('authorizedParties: any', 'authorizedParties: any\n    delegatedTokens: accept')
        .replace("when: 'claims.blocked", `when: 'actor.subject != "x" || claims.blocked`),
    ],
  })
  const keys = []
  const agents = [undefined, { sub: 'a' }, { sub: 'b' }, { sub: 'a', act: { sub: 'b' } }]
  for (const act of [...agents, ...agents]) {
    const { body } = await broker.post('/v1/credentials', await broker.token(act && { act }))
    keys.push(JSON.parse(body).credentials?.accessKeyId)
  }
  expect(keys).toEqual([1, 2, 3, 4, 1, 2, 3, 4].map(accessKeyOf))
})

it('each guest and each user of an identity pool has sessions of its own', async () => {
  const statements = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::game/a' }]
  const document = {
    grants: {
      player: { role: POOL_ROLE, policy: statements, reuse: '5m' },
      admin: { role: `${POOL_ROLE}-admin`, policy: statements, reuse: '5m' },
      guest: { role: GUEST_ROLE, policy: statements, reuse: '5m' },
    },
  }
  const broker = await startPoolBroker({ document })
  issueSessions(broker.sts, HOUR_SECONDS)
  const guests = [await broker.guest(), await broker.guest()]
  const getId = async (Logins: object) =>
    String((await broker.call('GetId', { IdentityPoolId: POOL_ID, Logins })).json.IdentityId)
  const logins = [await broker.login('alice'), await broker.login('bob')]
  const users = await Promise.all(logins.map(getId))
  const keysFrom = async (clientIp: string) => {
    const client = poolClient({ send: (request) => broker.send({ ...request, clientIp }) })
    const keys = []
    for (const [at, IdentityId] of [...guests, ...users].entries()) {
      const Logins = at < guests.length ? {} : { Logins: logins[at - guests.length] }
      const { json } = await client.call('GetCredentialsForIdentity', { IdentityId, ...Logins })
      keys.push(Reflect.get(Object(json.Credentials), 'AccessKeyId'))
    }
    return keys
  }
  const keys = await keysFrom('203.0.113.7')
  expect(new Set(keys).size).toBe(4)
  expect(await keysFrom('203.0.113.7')).toEqual(keys)
  // Anyone who knows the id of a guest can act as the guest, but not with its session.
  const elsewhere = await keysFrom('203.0.113.8')
  expect(new Set([...keys, ...elsewhere]).size).toBe(8)
})
