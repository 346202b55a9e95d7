/** Identity pools without linking: which logins and guests they accept, and which they refuse. */
import { describe, expect, it } from 'vitest'
import { startFacebook } from '../fixtures/facebook-server.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { FRIENDS, PLAYERS, POOL_SECRET, startPoolBroker } from '../fixtures/pool-broker.ts'
import { IDENTITY_ID, POOL_ID, UNKNOWN_ID } from '../fixtures/pool-document.ts'

const broker = await startPoolBroker()
const { getId } = broker

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
    expect(limited.IdentityId).toMatch(IDENTITY_ID)
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
    const Logins = await broker.login('alice', { status: 'suspended' })
    const wanted = { IdentityId: UNKNOWN_ID, Logins }
    const { json } = await broker.call('GetCredentialsForIdentity', wanted)
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
    const unknown = await limited.call('GetCredentialsForIdentity', { IdentityId: UNKNOWN_ID })
    expect(unknown.status).toBe(429)
    const Logins = await limited.login()
    const user = await limited.call('GetId', { IdentityPoolId: POOL_ID, Logins })
    expect(user.status).toBe(200)
  })
})

it('writes no secret of a pool and no token to the audit log', async () => {
  const Logins = await broker.login()
  await getId(Logins)
  const log = broker.auditText.join('')
  expect(log).toContain(POOL_ID)
  expect(log).not.toContain(POOL_SECRET)
  expect(log).not.toContain(Object.values(Logins)[0])
})
