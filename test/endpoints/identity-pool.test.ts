/** Identity pools without linking: which identity, and which credentials, each caller gets. */
import { describe, expect, it } from 'vitest'
import { startFacebook } from '../fixtures/facebook-server.ts'
import { closeAfterTests, SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/index.ts'
import { FRIENDS, PLAYERS, POOL_SECRET, startPoolBroker } from '../fixtures/pool-broker.ts'
import { OTHER_POOL_ID, POOL_ID } from '../fixtures/pool-document.ts'

const broker = await startPoolBroker()
const UNKNOWN = 'eu-central-1:80000000-1111-4222-8333-444455556666'
const ID = /^eu-central-1:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const SDK_V3 = { 'x-amz-user-agent': 'aws-sdk-js/3.1163.0' }

const getId = (Logins?: object) => broker.call('GetId', { IdentityPoolId: POOL_ID, Logins })
const getCredentials = (IdentityId: string, Logins?: object, headers = {}) =>
  broker.call('GetCredentialsForIdentity', { IdentityId, Logins }, headers)
const idOf = async (subject: string) =>
  String((await getId(await broker.login(subject))).json.IdentityId)

describe('GetId', () => {
  it('returns the same identity for each login of a user, without calling STS', async () => {
    const calls = broker.sts.calls.length
    const { status, json, headers } = await getId(await broker.login())
    expect([status, json]).toEqual([200, { IdentityId: expect.stringMatching(ID) }])
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
    expect(first.json.IdentityId).toMatch(ID)
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
    ['an unknown one', () => UNKNOWN],
    ['another user’s', () => idOf('bob')],
  ])('a login gets its own identity with %s', async (_, stored) => {
    const own = await idOf('alice')
    const { status, json } = await getCredentials(await stored(own), await broker.login())
    expect([status, json.IdentityId]).toEqual([200, own])
  })

  it.each([
    ['an unknown one', () => UNKNOWN],
    ['a user’s', () => idOf('bob')],
    [
      'one of another Region',
      async () => (await broker.guest()).replace('eu-central-1', 'eu-west-1'),
    ],
    ['one in another spelling', async () => moveDash(await broker.guest())],
  ])('a guest with %s becomes a new guest', async (_, stored) => {
    const sent = await stored()
    const { status, json } = await getCredentials(sent)
    expect([status, json.IdentityId]).toEqual([200, expect.stringMatching(ID)])
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

describe('all logins of a request', () => {
  it('must verify: one that fails refuses the request', async () => {
    const good = await broker.login()
    const bad = { [FRIENDS]: await broker.players.token({ iss: broker.friends.url, aud: 'game' }) }
    const { status, json } = await getId({ ...good, ...bad })
    expect([status, json.__type]).toEqual([400, 'NotAuthorizedException'])
    expect(broker.audit.at(-1)).toMatchObject({ code: 'invalid_token', tenant: 'game' })
  })

  it.each([
    [
      'a provider that the pool lacks',
      async () => ({ 'other.example': await broker.players.token() }),
      'Token is not from a supported provider of this identity pool.',
      'issuer_untrusted',
    ],
    [
      'a token of another provider',
      async () => ({ [FRIENDS]: await broker.players.token({ aud: 'game' }) }),
      "Invalid login token. Issuer doesn't match providerName",
      'issuer_untrusted',
    ],
    [
      'a token that is not a JWT',
      async () => ({ [FRIENDS]: 'ya29.opaque' }),
      'Invalid login token. Not a valid OpenId Connect identity token.',
      'invalid_token',
    ],
    [
      'a token for another app',
      () => broker.login('alice', { aud: 'other' }),
      'Invalid login token. The audience (aud) is not one that this identity pool accepts.',
      'access_denied',
    ],
    [
      'a token for no app',
      () => broker.login('alice', { aud: undefined }),
      'Invalid login token. Missing a required claim: aud',
      'access_denied',
    ],
    [
      'a token for several apps, of none of them',
      () => broker.login('alice', { aud: ['game', 'other'] }),
      'Invalid login token. The authorized party (azp) is not one that this identity pool accepts.',
      'access_denied',
    ],
    [
      'a provider in two spellings',
      async () => ({ 'players.example': 'a', [PLAYERS]: 'b' }),
      'Send one login per provider in Logins.',
      'invalid_request',
    ],
  ])('%s is refused', async (_, logins, message, code) => {
    const { json } = await getId(await logins())
    const { requestId } = broker.audit.at(-1) ?? {}
    expect(json.message).toBe(`${message} (${code}, request ${requestId})`)
    expect(broker.audit.at(-1)).toMatchObject({ code, pool: POOL_ID, tenant: 'game' })
  })

  it('that has expired is refused in the words of Amazon Cognito, with its time', async () => {
    const { json } = await getId(
      await broker.login('alice', { exp: Math.floor(Date.now() / 1000) - 60 }),
    )
    expect(json.message).toMatch(
      /^Invalid login token\. Token expired\. The token has expired: exp \S+Z is 1 min ago, and/,
    )
    expect(broker.audit.at(-1)).toMatchObject({ code: 'token_expired', tenant: 'game' })
  })

  it('are of the user itself, and not of a party that acts for the user', async () => {
    const acting = await startPoolBroker({ issuer: { delegatedTokens: 'accept' } })
    const Logins = await acting.login('alice', { act: { sub: 'agent' } })
    const { json } = await acting.call('GetId', { IdentityPoolId: POOL_ID, Logins })
    expect(json.__type).toBe('NotAuthorizedException')
    expect(acting.audit.at(-1)).toMatchObject({
      code: 'invalid_token',
      reason: expect.stringContaining('login is of the user itself'),
    })
  })
})

describe('a provider with several issuers', async () => {
  const facebook = await closeAfterTests(startFacebook('secret-canary-of-the-app-0123456789'))
  const ISSUER = 'graph.facebook.com'
  const opaque = {
    ...{ issuer: ISSUER, audiences: ['acme-app'] },
    verify: { kind: 'facebook', url: facebook.url, clientId: 'acme-app', clientSecret: 'app' },
  }
  const social = await startPoolBroker(
    { issuers: [opaque], pool: (players: string) => ({ logins: { [ISSUER]: [ISSUER, players] } }) },
    { environment: { BROKER_SECRET_APP: 'secret-canary-of-the-app-0123456789' } },
  )
  const idOfToken = async (token: string) => {
    const Logins = { [ISSUER]: token }
    return (await social.call('GetId', { IdentityPoolId: POOL_ID, Logins })).json
  }

  it('verifies each token by the issuer that it names, or else by the opaque one', async () => {
    const token = await social.players.token({ sub: '10215241773831025', aud: 'game' })
    const limited = await idOfToken(token)
    expect(limited.IdentityId).toMatch(ID)
    expect(social.audit.at(-1)).toMatchObject({ issuer: social.players.url })
    const classic = await idOfToken(facebook.token())
    expect(social.audit.at(-1)).toMatchObject({ issuer: ISSUER, subject: '10215241773831025' })
    expect(classic).toEqual(limited)
  })

  it('accepts no token of another one', async () => {
    const foreign = await social.friends.token({ sub: '10215241773831025', aud: 'game' })
    expect((await idOfToken(foreign)).__type).toBe('NotAuthorizedException')
    expect((await idOfToken('EAAB-unknown')).__type).toBe('NotAuthorizedException')
    expect(social.audit.at(-1)).toMatchObject({ code: 'invalid_token', issuer: ISSUER })
  })
})

describe('deny rules', () => {
  it('apply to users of a pool', async () => {
    const { json } = await getCredentials(
      UNKNOWN,
      await broker.login('alice', { status: 'suspended' }),
    )
    expect(json.__type).toBe('NotAuthorizedException')
  })

  it('apply to guests, also where they lead to another grant', async () => {
    const denying = await startPoolBroker({
      document: {
        rules: [
          { name: 'everybody', deny: true, when: 'issuer.startsWith("urn:")', grant: 'player' },
          { name: 'players', grant: 'player' },
        ],
      },
    })
    const IdentityId = await denying.guest()
    const { json } = await denying.call('GetCredentialsForIdentity', { IdentityId })
    expect(json.__type).toBe('NotAuthorizedException')
    expect(denying.audit.at(-1)).toMatchObject({ code: 'access_denied' })
  })
})

describe('guests', () => {
  it('are refused where the pool has none, or has switched them off', async () => {
    for (const guests of [undefined, { enabled: false, grant: 'guest' }]) {
      const closed = await startPoolBroker({ pool: { guests } })
      const guest = await broker.guest()
      for (const [operation, body] of [
        ['GetId', { IdentityPoolId: POOL_ID }],
        ['GetCredentialsForIdentity', { IdentityId: guest }],
      ] as const) {
        const { json } = await closed.call(operation, body)
        expect([json.__type, json.message]).toEqual([
          'NotAuthorizedException',
          expect.stringMatching(
            /^Unauthenticated access is not supported for this identity pool\./,
          ),
        ])
      }
    }
  })

  it('are limited per network and pool; known ones are not', async () => {
    const limited = await startPoolBroker({
      pool: { guests: { enabled: true, grant: 'guest', newPerAddressPerHour: 2 } },
    })
    const [first] = [await limited.guest(), await limited.guest()]
    const { status, json, headers } = await limited.call('GetId', { IdentityPoolId: POOL_ID })
    expect([status, json.__type, headers['retry-after']]).toEqual([
      ...[429, 'TooManyRequestsException', '1800'],
    ])
    expect(limited.audit.at(-1)).toMatchObject({ code: 'throttled', tenant: 'game' })
    const known = await limited.call('GetCredentialsForIdentity', { IdentityId: first })
    expect([known.status, known.json.IdentityId]).toEqual([200, first])
    const unknown = await limited.call('GetCredentialsForIdentity', { IdentityId: UNKNOWN })
    expect(unknown.status).toBe(429)
    const Logins = await limited.login()
    const user = await limited.call('GetId', { IdentityPoolId: POOL_ID, Logins })
    expect(user.status).toBe(200)
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
