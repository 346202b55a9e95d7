/** OpenID tokens of a backend's users: how the backend gets them, and what they are good for. */
import { describe, expect, it } from 'vitest'
import { FRIENDS } from '../fixtures/pool-broker.ts'
import { IDENTITY_ID, POOL_ID } from '../fixtures/pool-document.ts'
import { exceptionOf, KEY_PAIR, PROVIDER, startDeveloperBroker } from './developer-broker.ts'

const MINUTE_MS = 60_000
const broker = await startDeveloperBroker()
const { backend, tokenOf, credentials, lookUp, merge, unlink } = broker

describe('GetOpenIdTokenForDeveloperIdentity', () => {
  it('gives a user one identity, and a token that gets credentials for it', async () => {
    const { IdentityId, Token } = await tokenOf('ann')
    expect(IdentityId).toMatch(IDENTITY_ID)
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ endpoint: 'cognito', outcome: 'issued', tenant: 'game', pool: POOL_ID },
      ...{ operation: 'GetOpenIdTokenForDeveloperIdentity', backendKeyId: KEY_PAIR.accessKeyId },
      identityId: IdentityId,
    })
    expect((await tokenOf('ann')).IdentityId).toBe(IdentityId)
    expect((await tokenOf('bob')).IdentityId).not.toBe(IdentityId)
    const { status, json } = await credentials(IdentityId, Token)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      IdentityId,
      Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
    })
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ outcome: 'issued', identityId: IdentityId, identityProvider: PROVIDER },
      ...{ issuer: `urn:cognito-identity:${POOL_ID}`, subject: IdentityId },
      ...{ rule: 'players', grant: 'player' },
    })
  })

  it('makes a token of 15 minutes, or of as many seconds as requested', async () => {
    for (const [more, seconds] of [
      [{}, 900],
      [{ TokenDuration: 1 }, 1],
      [{ TokenDuration: 86_400 }, 86_400],
    ] as const) {
      const { iat, exp, aud, sub, iss, amr } = claimsOf((await tokenOf('ann', more)).Token)
      expect(exp - iat).toBe(seconds)
      expect([aud, sub, iss]).toEqual([
        POOL_ID,
        (await tokenOf('ann')).IdentityId,
        'http://127.0.0.1:8787',
      ])
      expect(amr).toEqual(['authenticated', PROVIDER, `${PROVIDER}:${POOL_ID}:ann`])
    }
  })

  it('adds a public login to the identity of the user, if its token is valid', async () => {
    const token = await broker.friends.token({ sub: 'cleo', aud: 'game' })
    const Logins = { [PROVIDER]: 'cleo', [FRIENDS]: token }
    const { json } = await backend('GetOpenIdTokenForDeveloperIdentity', { Logins })
    expect(json).toEqual({
      IdentityId: expect.stringMatching(IDENTITY_ID),
      Token: expect.any(String),
    })
    expect((await tokenOf('cleo')).IdentityId).toBe(json.IdentityId)
    const expired = await broker.friends.token({ sub: 'dan', aud: 'game', exp: 1 })
    const refused = await backend('GetOpenIdTokenForDeveloperIdentity', {
      Logins: { [PROVIDER]: 'dan', [FRIENDS]: expired },
    })
    expect(exceptionOf(refused)).toBe('400 NotAuthorizedException')
    expect(exceptionOf(await lookUp({ DeveloperUserIdentifier: 'dan' }))).toBe(
      '400 ResourceNotFoundException',
    )
  })

  it('keeps the identity that the request names only where the user has it', async () => {
    const [eve, finn] = [await tokenOf('eve'), await tokenOf('finn')]
    const named = (user: string, IdentityId: string) =>
      backend('GetOpenIdTokenForDeveloperIdentity', { IdentityId, Logins: { [PROVIDER]: user } })
    expect((await named('eve', eve.IdentityId)).json.IdentityId).toBe(eve.IdentityId)
    expect(exceptionOf(await named('eve', finn.IdentityId))).toBe(
      '400 DeveloperUserAlreadyRegisteredException',
    )
    // Cognito would give a new user of the backend the identity of anybody.
    expect(exceptionOf(await named('gus', finn.IdentityId))).toBe('400 ResourceNotFoundException')
    expect(exceptionOf(await lookUp({ DeveloperUserIdentifier: 'gus' }))).toBe(
      '400 ResourceNotFoundException',
    )
  })

  it('gives a guest who signs in an identity of their own', async () => {
    const guest = await broker.guest()
    const { IdentityId } = await tokenOf('hal', { IdentityId: guest })
    expect(IdentityId).toMatch(IDENTITY_ID)
    expect(IdentityId).not.toBe(guest)
    expect((await tokenOf('hal')).IdentityId).toBe(IdentityId)
  })

  it.each<[string, string, object]>([
    ['no login', 'InvalidParameterException', { Logins: {} }],
    ['another provider', 'InvalidParameterException', { Logins: { 'login.other': 'ann' } }],
    ['tags', 'InvalidParameterException', { PrincipalTags: { team: 'red' } }],
    ['a user of no characters', 'ValidationException', { Logins: { [PROVIDER]: '' } }],
    ['a duration of 0', 'ValidationException', { TokenDuration: 0 }],
    ['a duration of a day and a second', 'ValidationException', { TokenDuration: 86_401 }],
    ['half a second', 'SerializationException', { TokenDuration: 0.5 }],
    ['an identity of another form', 'ValidationException', { IdentityId: 'x' }],
  ])('refuses %s: %s', async (_what, name, more) => {
    const body = { Logins: { [PROVIDER]: 'ann' }, ...more }
    expect(exceptionOf(await backend('GetOpenIdTokenForDeveloperIdentity', body))).toBe(
      `400 ${name}`,
    )
  })
})

describe('an OpenID token', () => {
  it.each(['cognito-identity.amazonaws.com', 'cognito-identity.cn-north-1.amazonaws.com.cn'])(
    'is a login of GetCredentialsForIdentity as %s, and never of GetId',
    async (name) => {
      const { IdentityId, Token } = await tokenOf('ann')
      const Logins = { [name]: Token }
      const { status } = await broker.call('GetCredentialsForIdentity', { IdentityId, Logins })
      expect(status).toBe(200)
      const refused = await broker.call('GetId', { IdentityPoolId: POOL_ID, Logins })
      expect(refused.json.message).toContain("Invalid login token. Can't pass in a Cognito token.")
      expect(exceptionOf(refused)).toBe('400 NotAuthorizedException')
    },
  )

  it('is for the identity that it names, and may be repeated until it expires', async () => {
    const [ann, bob] = [await tokenOf('ann'), await tokenOf('bob')]
    for (const _ of [1, 2]) expect((await credentials(ann.IdentityId, ann.Token)).status).toBe(200)
    const other = await credentials(bob.IdentityId, ann.Token)
    expect(exceptionOf(other)).toBe('400 NotAuthorizedException')
    expect(other.json.message).toContain("Logins don't match.")
    const short = await tokenOf('ann', { TokenDuration: 60 })
    broker.pass(MINUTE_MS)
    const expired = await credentials(ann.IdentityId, short.Token)
    expect(exceptionOf(expired)).toBe('400 NotAuthorizedException')
    expect(expired.json.message).toMatch(/Token expired.*token_expired/)
  })

  it('gets nothing with other logins beside it, nor as another login', async () => {
    const { IdentityId, Token } = await tokenOf('ann')
    const own = { 'cognito-identity.amazonaws.com': Token }
    for (const Logins of [
      { ...own, ...(await broker.login()) },
      { ...own, 'cognito-identity.cn-north-1.amazonaws.com.cn': Token },
      { [FRIENDS]: Token },
      { [PROVIDER]: 'ann' },
    ])
      expect((await broker.call('GetCredentialsForIdentity', { IdentityId, Logins })).status).toBe(
        400,
      )
  })

  it('of another pool with the same secret, or of another broker, gets nothing', async () => {
    const other = await startDeveloperBroker({}, { BROKER_ISSUER: 'http://127.0.0.1:8788' })
    const host = '127.0.0.1:8788'
    const body = { Logins: { [PROVIDER]: 'ann' } }
    const { json } = await other.backend('GetOpenIdTokenForDeveloperIdentity', body, { host })
    const ann = await tokenOf('ann')
    expect(json.IdentityId).toBe(ann.IdentityId)
    const refused = await credentials(ann.IdentityId, String(json.Token))
    expect(exceptionOf(refused)).toBe('400 NotAuthorizedException')
    expect(broker.audit.at(-1)?.reason).toContain('issuer')
  })

  it('gets nothing for a user who was unlinked since', async () => {
    const { IdentityId, Token } = await tokenOf('ivy')
    expect((await unlink(IdentityId, 'ivy')).status).toBe(200)
    expect((await credentials(IdentityId, Token)).status).toBe(400)
    const again = await tokenOf('ivy')
    expect(again.IdentityId).not.toBe(IdentityId)
    expect((await credentials(IdentityId, Token)).status).toBe(400)
    expect((await credentials(again.IdentityId, again.Token)).status).toBe(200)
  })

  it('of an identity that was merged since gets the one into which it was', async () => {
    const [older, younger] = [await tokenOf('jim'), await tokenOf('kim')]
    const { json } = await merge('kim', 'jim')
    const merged = String(json.IdentityId)
    const ids = [older.IdentityId, younger.IdentityId]
    expect(ids).toContain(merged)
    for (const { IdentityId, Token } of [older, younger])
      expect((await credentials(IdentityId, Token)).json.IdentityId).toBe(merged)
    const loser = [older, younger].find(({ IdentityId }) => IdentityId !== merged)
    const sdk = { 'x-amz-user-agent': 'aws-sdk-js/3.1163.0' }
    const changed = await credentials(loser?.IdentityId ?? '', loser?.Token ?? '', sdk)
    expect(exceptionOf(changed)).toBe('400 ResourceNotFoundException')
  })
})

it('lets a user copy what the guest stored that it was, for an hour', async () => {
  const statement = (Sid: string, Resource: string) => ({
    ...{
      Sid,
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::game/${Resource}/*`,
    },
  })
  const policy = [statement('Own', '{{identity}}'), statement('Copy', 'guests/{{guest}}')]
  const role = 'arn:aws:iam::111122223333:role/game'
  const upgrading = await startDeveloperBroker({
    pool: { guests: { enabled: true, grant: 'guest', newPerAddressPerHour: 9 } },
    document: {
      rules: [{ name: 'players', grant: 'player' }],
      grants: {
        player: { role, policy },
        guest: {
          role: `${role}-guest`,
          duration: '15m',
          policy: [statement('Own', '{{identity}}')],
        },
      },
    },
  })
  const guest = await upgrading.guest()
  const sidsOf = async () => {
    const { IdentityId, Token } = await upgrading.tokenOf('uma')
    expect((await upgrading.credentials(IdentityId, Token)).status).toBe(200)
    const text = upgrading.sts.calls.at(-1)?.get('Policy') ?? ''
    return [...text.matchAll(/"Sid":"(\w+)"/g)]
      .map(([, sid]) => sid)
      .concat(text.includes(guest) ? [guest] : [])
  }
  expect(await sidsOf()).toEqual(['Own'])
  await upgrading.tokenOf('uma', { IdentityId: guest })
  expect(await sidsOf()).toEqual(['Own', 'Copy', guest])
  await upgrading.tokenOf('vic', { IdentityId: guest })
  upgrading.pass(60 * MINUTE_MS)
  expect(await sidsOf()).toEqual(['Own'])
})

it('writes no secret of a key pair to a record or a message', () => {
  const all = [...broker.auditText, ...broker.errorText].join()
  expect(all).toContain(KEY_PAIR.accessKeyId)
  expect(all).not.toContain(KEY_PAIR.secretAccessKey)
})

function claimsOf(token: string) {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
