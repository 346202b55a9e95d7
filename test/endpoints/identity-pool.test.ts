/** Identity pools without linking: which identity, and which credentials, each caller gets. */
import { describe, expect, it } from 'vitest'
import { SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/index.ts'
import { FRIENDS, POOL_SECRET, startPoolBroker } from '../fixtures/pool-broker.ts'
import { IDENTITY_ID, OTHER_POOL_ID, POOL_ID, UNKNOWN_ID } from '../fixtures/pool-document.ts'

const broker = await startPoolBroker()
const { getId } = broker
const SDK_V3 = { 'x-amz-user-agent': 'aws-sdk-js/3.1163.0' }

const getCredentials = (IdentityId: string, Logins?: object, headers = {}) =>
  broker.call('GetCredentialsForIdentity', { IdentityId, Logins }, headers)
const idOf = async (subject: string) =>
  String((await getId(await broker.login(subject))).json.IdentityId)

describe('GetId', () => {
  it('returns the same identity for each login of a user, without calling STS', async () => {
    const calls = broker.sts.calls.length
    const { status, json, headers } = await getId(await broker.login())
    expect([status, json]).toEqual([200, { IdentityId: expect.stringMatching(IDENTITY_ID) }])
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'cache-control': 'no-store',
      'x-amzn-requestid': broker.audit.at(-1)?.requestId,
    })
    expect((await getId(await broker.login())).json).toEqual(json)
    expect(broker.sts.calls).toHaveLength(calls)
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ endpoint: 'cognito', outcome: 'identified', tenant: 'game', pool: POOL_ID },
      ...{ identityId: json.IdentityId, identityProvider: 'players.example', subject: 'alice' },
    })
    expect(broker.audit.at(-1)).not.toHaveProperty('grant')
  })

  it('gives other users, and the same name at another provider, other identities', async () => {
    const friend = { [FRIENDS]: await broker.friends.token({ sub: 'alice', aud: 'game' }) }
    const ids = [await idOf('alice'), await idOf('bob'), (await getId(friend)).json.IdentityId]
    expect(new Set(ids).size).toBe(3)
  })

  it('makes a new guest of each caller without logins', async () => {
    const [first, second] = [await getId(), await getId({})]
    expect([first.status, second.status]).toEqual([200, 200])
    expect(first.json.IdentityId).toMatch(IDENTITY_ID)
    expect(first.json.IdentityId).not.toBe(second.json.IdentityId)
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ outcome: 'identified', issuer: `urn:cognito-identity:${POOL_ID}` },
      ...{ subject: second.json.IdentityId, identityId: second.json.IdentityId },
    })
    expect(broker.audit.at(-1)).not.toHaveProperty('identityProvider')
    expect(broker.audit.at(-1)).not.toHaveProperty('subjectTokenSha256')
  })

  it('decides by the first provider of the document, whatever the order of Logins', async () => {
    const friend = { [FRIENDS]: await broker.friends.token({ sub: 'carol', aud: 'game' }) }
    const alice = await idOf('alice')
    for (const Logins of [
      { ...friend, ...(await broker.login()) },
      { ...(await broker.login()), ...friend },
    ])
      expect((await getId(Logins)).json.IdentityId).toBe(alice)
    expect(broker.audit.at(-1)).toMatchObject({
      identityProvider: 'players.example',
      issuer: broker.players.url,
      subject: 'alice',
    })
  })
})

describe('GetCredentialsForIdentity', () => {
  it('returns credentials of the grant that the rules give to the login', async () => {
    const id = await idOf('alice')
    const { status, json } = await getCredentials(id, await broker.login())
    expect(status).toBe(200)
    expect(json).toEqual({
      IdentityId: id,
      Credentials: {
        AccessKeyId: 'ASIA0123456789ABCDEF',
        SecretKey: SECRET_ACCESS_KEY,
        SessionToken: SESSION_TOKEN,
        Expiration: Date.parse('2030-01-01T00:00:00Z') / 1000,
      },
    })
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ outcome: 'issued', rule: 'players', grant: 'player', identityId: id, pool: POOL_ID },
    })
  })

  it('lets CustomRoleArn select among the grants that rules give', async () => {
    const id = await idOf('alice')
    const wanted = { IdentityId: id, CustomRoleArn: 'arn:aws:iam::111122223333:role/game-admin' }
    const credentials = (Logins: object) =>
      broker.call('GetCredentialsForIdentity', { ...wanted, Logins })
    expect((await credentials(await broker.login('alice', { groups: ['admins'] }))).status).toBe(
      200,
    )
    expect(broker.audit.at(-1)?.grant).toBe('admin')
    const { status, json } = await credentials(await broker.login())
    expect([status, json.__type]).toEqual([400, 'NotAuthorizedException'])
  })

  it('gives guests their own grant, and no rule’s', async () => {
    const guest = await broker.guest()
    expect((await getCredentials(guest)).json).toMatchObject({ IdentityId: guest })
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ outcome: 'issued', rule: `guests of ${POOL_ID}`, grant: 'guest' },
      ...{ durationSeconds: 900, subject: guest, identityId: guest },
    })
    const CustomRoleArn = 'arn:aws:iam::111122223333:role/game'
    const player = await broker.call('GetCredentialsForIdentity', {
      ...{ IdentityId: guest, CustomRoleArn },
    })
    expect([player.status, player.json.__type]).toEqual([400, 'NotAuthorizedException'])
  })
})

describe('what an identity that the client has stored leads to', () => {
  it.each([
    ['its own', (id: string) => id],
    ['a free guest’s', () => broker.guest()],
    ['an unknown one', () => UNKNOWN_ID],
    ['another user’s', () => idOf('bob')],
  ])('a login gets its own identity with %s', async (_, stored) => {
    const own = await idOf('alice')
    const { status, json } = await getCredentials(await stored(own), await broker.login())
    expect([status, json.IdentityId]).toEqual([200, own])
  })

  it.each([
    ['an unknown one', () => UNKNOWN_ID],
    ['a user’s', () => idOf('bob')],
    [
      'one of another Region',
      async () => (await broker.guest()).replace('eu-central-1', 'eu-west-1'),
    ],
    ['one in another spelling', async () => moveDash(await broker.guest())],
  ])('a guest with %s becomes a new guest', async (_, stored) => {
    const sent = await stored()
    const { status, json } = await getCredentials(sent)
    expect([status, json.IdentityId]).toEqual([200, expect.stringMatching(IDENTITY_ID)])
    expect(json.IdentityId).not.toBe(sent)
    expect(broker.audit.at(-1)).toMatchObject({ grant: 'guest', subject: json.IdentityId })
  })

  it.each([
    ['a login', () => broker.login()],
    ['a guest', async () => undefined],
  ])('SDK v3, which stores no other id: %s gets ResourceNotFoundException', async (_, logins) => {
    const stored = await idOf('bob')
    const { status, json, headers } = await getCredentials(stored, await logins(), SDK_V3)
    const message = `Identity '${stored}' not found.`
    expect([status, json]).toEqual([400, { __type: 'ResourceNotFoundException', message }])
    expect(headers).toMatchObject({
      'x-amzn-errortype': 'ResourceNotFoundException',
      'x-amzn-errormessage': message,
    })
  })

  it('SDK v3 gets credentials for the identity that it has', async () => {
    const [own, guest] = [await idOf('alice'), await broker.guest()]
    expect((await getCredentials(own, await broker.login(), SDK_V3)).json.IdentityId).toBe(own)
    expect((await getCredentials(guest, undefined, SDK_V3)).json.IdentityId).toBe(guest)
  })
})

describe('ids', () => {
  const start = (secret: string, id = POOL_ID) =>
    startPoolBroker({ pool: { id } }, { environment: { BROKER_SECRET_POOL: secret } })

  it('are the same in another deployment with the same secret, and no other', async () => {
    const [same, other] = [await start(POOL_SECRET), await start(`${POOL_SECRET}2`)]
    const guest = await broker.guest()
    const at = async ({ call, login }: typeof same) => {
      const user = await call('GetId', { IdentityPoolId: POOL_ID, Logins: await login() })
      const known = await call('GetCredentialsForIdentity', { IdentityId: guest })
      return [user.json.IdentityId === (await idOf('alice')), known.json.IdentityId === guest]
    }
    expect([await at(same), await at(other)]).toEqual([
      [true, true],
      [false, false],
    ])
  })

  it('of users stay, and of guests are accepted, when a secret is added', async () => {
    const rotated = await start(`${POOL_SECRET}\nthe-second-secret-of-the-pool-0123456789`)
    const Logins = await rotated.login()
    const { json } = await rotated.call('GetId', { IdentityPoolId: POOL_ID, Logins })
    expect(json.IdentityId).toBe(await idOf('alice'))
    const [old, young] = [await broker.guest(), await rotated.guest()]
    const idAt = async ({ call }: typeof broker, IdentityId: string) =>
      (await call('GetCredentialsForIdentity', { IdentityId })).json.IdentityId
    expect(await idAt(rotated, old)).toBe(old)
    expect(await idAt(rotated, young)).toBe(young)
    expect(await idAt(broker, young)).not.toBe(young)
  })

  it('of another pool with the same secret are unknown', async () => {
    const other = await start(POOL_SECRET, OTHER_POOL_ID)
    const guest = await broker.guest()
    const call = (operation: string, body: object) => other.call(operation, body, {}, OTHER_POOL_ID)
    const known = await call('GetCredentialsForIdentity', { IdentityId: guest })
    expect(known.json.IdentityId).not.toBe(guest)
    const user = await call('GetId', { IdentityPoolId: OTHER_POOL_ID, Logins: await other.login() })
    expect(user.json.IdentityId).not.toBe(await idOf('alice'))
  })

  it('need a secret of 32 characters or more', async () => {
    for (const secret of ['short', `${POOL_SECRET} short`]) {
      const { json } = await (await start(secret)).call('GetId', { IdentityPoolId: POOL_ID })
      expect(json.__type).toBe('InvalidIdentityPoolConfigurationException')
      expect(json.message).not.toContain('short')
    }
  })
})

it('returns no identity that could not be recorded', async () => {
  broker.failAudit(true)
  const { status, json } = await getId(await broker.login())
  broker.failAudit(false)
  expect([status, json.__type]).toEqual([500, 'InternalErrorException'])
  expect(json).not.toHaveProperty('IdentityId')
})

it('never writes the secret of a pool or a token to the audit log', async () => {
  const Logins = await broker.login()
  await getId(Logins)
  const log = broker.auditText.join('')
  expect(log).not.toContain(POOL_SECRET)
  expect(log).not.toContain(Object.values(Logins)[0])
})

function moveDash(id: string): string {
  return id.replace(/:(.{8})-(.)/, ':$1$2-')
}
