/** Requests to an identity pool: which logins are read, what the pool is asked, and refusals. */
import { BrokerError } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { GUEST_ROLE, POOL_ID, POOL_ROLE, poolDocument } from '../../fixtures/pool-document.ts'
import { GUEST, ISSUER, loginWith, PLAYER, PROVIDER, poolPath } from './pool-path.ts'

const GOOGLE = 'accounts.google.com'
const GOOGLE_LOGIN = loginWith({ iss: `https://${GOOGLE}`, sub: 'g-1' }, GOOGLE)
const OWN_PROVIDERS = [
  'cognito-identity.amazonaws.com',
  'cognito-identity.cn-north-1.amazonaws.com.cn',
]

describe('the pool is asked', () => {
  it('with the subject of each login, in the order of the document', async () => {
    const { issue, asked, records } = poolPath()
    const issued = await issue({ logins: [loginWith(), GOOGLE_LOGIN] })
    expect(issued).toMatchObject({ tenant: 'game', grant: 'player', poolIdentity: PLAYER })
    // Strictly: a member with the value undefined is one too many.
    expect(asked).toStrictEqual([
      {
        pool: expect.objectContaining({ id: POOL_ID }),
        logins: [
          { provider: GOOGLE, subject: 'g-1' },
          { provider: PROVIDER, subject: 'alice' },
        ],
        ...{ adoptsChangedIds: true, clientIp: '203.0.113.7' },
      },
    ])
    expect(records).toMatchObject([{ issuer: `https://${GOOGLE}`, subject: 'g-1' }])
  })

  it('with what the client stored, what is to leave, and no slash at an end', async () => {
    const { issue, asked } = poolPath()
    const stored = { identityId: 'id-1', loginsToRemove: [`${GOOGLE}/`], adoptsChangedIds: false }
    await issue({ logins: [loginWith({}, `${PROVIDER}/`)], ...stored })
    expect(asked).toMatchObject([
      { ...stored, loginsToRemove: [GOOGLE], logins: [{ provider: PROVIDER, subject: 'alice' }] },
    ])
  })

  it('with the tokens themselves only where there is a former pool', async () => {
    const formerPool = 'eu-central-1:11111111-2222-4333-8444-555555555555'
    const { issue, asked } = poolPath({}, {}, poolDocument({ linking: true, formerPool }))
    const login = loginWith({}, `${PROVIDER}/`)
    await issue({ logins: [login] })
    expect(asked[0]?.logins).toEqual([{ provider: PROVIDER, subject: 'alice', presented: login }])
  })

  it('for a guest without a login, who gets the grant of guests', async () => {
    const { issue, assumedWith } = poolPath({ identify: async () => GUEST })
    const issued = await issue({})
    expect(issued).toMatchObject({
      ...{ grant: 'guest', identity: { subject: GUEST.id, audiences: [], claims: {} } },
      poolIdentity: GUEST,
    })
    expect(assumedWith).toMatchObject([{ roleArn: GUEST_ROLE }])
  })
})

describe('a backend’s user', () => {
  const USER = { ...PLAYER, provider: 'login.game', logins: ['login.game'] }
  const document = poolDocument({ linking: true, developerProvider: 'login.game' })
  const developers = {
    ...{ verify: fail, run: fail },
    identify: async (presented: object) => ({ identity: USER, claims: { presented } }),
  }

  it.each(OWN_PROVIDERS)('presents the token of %s', async (provider) => {
    const { issue, calls } = poolPath({ developers }, {}, document)
    const logins = [{ provider, token: 'of-the-pool' }]
    const issued = await issue({ logins, identityId: 'id-1', adoptsChangedIds: false })
    expect(issued).toMatchObject({ grant: 'player', poolIdentity: USER })
    expect(Reflect.get(issued, 'identity').claims).toStrictEqual({
      presented: {
        pool: expect.objectContaining({ id: POOL_ID }),
        ...{ token: 'of-the-pool', identityId: 'id-1', adoptsChangedIds: false },
      },
    })
    expect(calls).toEqual(['sign', 'assume', 'audit'])
  })

  it('is only read where a decision is explained', async () => {
    const asked: object[] = []
    const identify = async (presented: object) => {
      asked.push(presented)
      return { identity: USER, claims: {} }
    }
    const { explain } = poolPath({ developers: { ...developers, identify } }, {}, document)
    await explain({
      logins: [{ provider: OWN_PROVIDERS[0] ?? '', token: 'x' }],
      identityId: 'id-1',
    })
    expect(asked).toMatchObject([{ readOnly: true }])
  })

  const own = { provider: OWN_PROVIDERS[0] ?? '', token: 'x' }
  it.each([
    {
      what: 'of a pool without backends',
      fields: { logins: [own], identityId: 'id-1' },
      of: poolDocument(),
      code: 'issuer_untrusted',
      message: 'Token is not from a supported provider of this identity pool.',
    },
    {
      what: 'without an identity',
      fields: { logins: [own] },
      of: document,
      code: 'invalid_token',
      message: "Invalid login token. Can't pass in a Cognito token.",
    },
    {
      what: 'to unlink a login',
      fields: { logins: [own], identityId: 'id-1', loginsToRemove: [GOOGLE] },
      of: document,
      code: 'invalid_token',
      message: "Invalid login token. Can't pass in a Cognito token.",
    },
    {
      what: 'beside another login',
      fields: { logins: [own, loginWith()], identityId: 'id-1' },
      of: document,
      code: 'invalid_request',
      message: 'Send the OpenID token of the pool as the only login.',
    },
  ])('is refused $what', async ({ fields, of, code, message }) => {
    const { issue } = poolPath({ developers }, {}, of)
    expect(await issue(fields)).toMatchObject({ code, callerMessage: message })
  })
})

describe('a login is refused', () => {
  const google = { issuer: `https://${GOOGLE}`, audiences: ['game'] }
  const WITH_PARTIES = poolDocument(
    {},
    { issuers: [google, { issuer: ISSUER, audiences: ['game'], authorizedParties: ['app'] }] },
  )
  const NO_JWT = 'Invalid login token. Not a valid OpenId Connect identity token.'
  it.each([
    {
      what: 'of a provider that is named twice',
      logins: [loginWith(), loginWith({}, `${PROVIDER}/`)],
      code: 'invalid_request',
      message: 'A provider is named twice in Logins.',
      callerMessage: 'Send one login per provider in Logins.',
    },
    {
      what: 'of a provider that the pool lacks',
      logins: [loginWith(), loginWith({}, 'other'), loginWith({}, 'another')],
      code: 'issuer_untrusted',
      message:
        'Logins has a provider that the pool lacks: expected accounts.google.com, ' +
        'id.game.example, found other, another; add it to logins of the pool, or correct its ' +
        'name in the app.',
      callerMessage: 'Token is not from a supported provider of this identity pool.',
    },
    {
      what: 'of another issuer',
      logins: [loginWith({}, GOOGLE)],
      code: 'issuer_untrusted',
      message:
        "Invalid login token. Issuer doesn't match providerName: expected " +
        '"https://accounts.google.com", found "https://id.game.example"',
      callerMessage: "Invalid login token. Issuer doesn't match providerName",
    },
    {
      what: 'that is no JWT',
      logins: [{ provider: PROVIDER, token: 'no-jwt' }],
      ...{ code: 'invalid_token', message: NO_JWT, callerMessage: NO_JWT },
    },
    {
      what: 'whose issuer is no text',
      logins: [loginWith({ iss: 7 })],
      ...{ code: 'invalid_token', message: NO_JWT, callerMessage: NO_JWT },
    },
  ])('$what', async ({ logins, code, message, callerMessage }) => {
    const { issue, asked, calls } = poolPath()
    expect(await issue({ logins })).toMatchObject({ code, message, callerMessage })
    expect([asked, calls]).toEqual([[], ['audit']])
  })

  it.each<[string, object, string, string]>([
    ['for another app', { aud: 'other' }, 'access_denied', 'The audience (aud) is not one that'],
    ['without an audience', { aud: undefined }, 'access_denied', 'Missing a required claim: aud'],
    ['for another party', { azp: 'x' }, 'access_denied', 'The authorized party (azp) is not one'],
    ['after its end', { exp: 1200 }, 'token_expired', 'Token expired. '],
  ])('%s, with the reason', async (_what, claims, code, reason) => {
    const { issue, asked } = poolPath({}, {}, WITH_PARTIES)
    const refusal = await issue({ logins: [loginWith(claims), GOOGLE_LOGIN] })
    expect(refusal).toMatchObject({
      ...{ code, callerMessage: expect.stringContaining(`Invalid login token. ${reason}`) },
      cause: expect.any(BrokerError),
    })
    expect(asked).toEqual([])
  })

  it('of a user for whom another party acts', async () => {
    const own = { issuer: ISSUER, audiences: ['game'], delegatedTokens: 'accept' }
    const rules = [{ name: 'acted', when: 'actor.subject == "bot"', grant: 'player' }]
    const document = poolDocument({}, { issuers: [google, own], rules })
    const { issue, asked } = poolPath({}, {}, document)
    expect(
      await issue({ logins: [loginWith({ act: { iss: ISSUER, sub: 'bot' } })] }),
    ).toMatchObject({
      code: 'invalid_token',
      message:
        'The token of the login has the claim act: another party acts for its subject; send a ' +
        'token of the user itself.',
    })
    expect(asked).toEqual([])
  })

  it('as any other refusal, where the tenant’s own conditions say nothing', async () => {
    const verifier = {
      verify: () =>
        Promise.reject(new BrokerError('invalid_token', 'forged', { callerMessage: 'no' })),
    }
    const { issue } = poolPath({}, { verifier })
    const refusal = await issue({ logins: [loginWith()] })
    expect(refusal).toMatchObject({ code: 'invalid_token', callerMessage: 'no' })
  })
})

describe('the pool refuses', () => {
  it('guests where it has none', async () => {
    const { guests: _, ...pool } = (poolDocument().identityPools as { guests: object }[])[0] ?? {}
    const { issue, asked } = poolPath({}, {}, poolDocument({}, { identityPools: [pool] }))
    expect(await issue({})).toMatchObject({
      ...{
        code: 'access_denied',
        message: 'The request has no login, and the pool has no guests.',
      },
      callerMessage: 'Unauthenticated access is not supported for this identity pool.',
    })
    expect(asked).toEqual([])
  })

  it('the classic flow where it is off, before anything is asked', async () => {
    const { release, asked } = poolPath()
    expect(await release({ logins: [loginWith()], isClassic: true })).toMatchObject({
      ...{ code: 'invalid_request', message: expect.stringContaining('is not enabled') },
      callerMessage: 'Basic (classic) flow is not enabled, please use enhanced flow.',
    })
    expect(asked).toEqual([])
  })

  it('the classic flow for guests', async () => {
    const released = (role: string) => ({
      ...{ role, releasedAudience: `${role.split('/').at(-1)}-released` },
      policy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::game/*' }],
    })
    const document = poolDocument(
      { classicFlow: { audience: 'game-pool' } },
      { grants: { player: released(POOL_ROLE), guest: released(GUEST_ROLE) } },
    )
    const guests = poolPath({ identify: async () => GUEST }, {}, document)
    const message = 'Guests have no classic flow, please use enhanced flow.'
    expect(await guests.release({ isClassic: true })).toMatchObject({
      ...{ code: 'access_denied', message, callerMessage: message },
    })
    const players = poolPath({}, {}, document)
    expect(await players.release({ logins: [loginWith()], isClassic: true })).toMatchObject({
      token: { audience: 'game-pool' },
    })
  })

  it('a pool that no tenant has', async () => {
    const { issue, records } = poolPath(
      {},
      {
        tenants: {
          findTrusts: async () => [],
          findPool: async () => undefined,
          load: async () => undefined,
        },
      },
    )
    expect(await issue({ logins: [loginWith()] })).toMatchObject({
      ...{ problem: 'not-found', callerMessage: `IdentityPool '${POOL_ID}' not found.` },
      message: expect.stringContaining('no tenant document has it; add it to identityPools'),
    })
    expect(records).toMatchObject([{ tenant: undefined, code: 'access_denied' }])
  })
})

function fail(): Promise<never> {
  return Promise.reject(new Error('no operation of a backend is one of these requests'))
}
