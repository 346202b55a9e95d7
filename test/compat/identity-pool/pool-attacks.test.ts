/** Attacks on identity pools over HTTP and with real clients, and what each attacker got. */
import { afterAll, describe, expect, it } from 'vitest'
import { exceptionOf, PROVIDER, startDeveloperBroker } from '../../endpoints/developer-broker.ts'
import { OTHER_POOL_ID, POOL_ID } from '../../fixtures/pool-document.ts'
import { createAmplifyStorage, startAmplifyApp } from './amplify-device.ts'
import { type PoolLocation, providerOf } from './pool-device.ts'
import { callPool, loginMap } from './pool-operations.ts'
import { GUEST_ROLE, OTHER_TENANTS_POOL, startRecordedPools } from './recorded-pools.ts'

const { locationOf, broker, alice, bob: tokenOf, proxy } = await startRecordedPools()
const pool = locationOf('stateless')
const otherTenants = {
  poolId: OTHER_TENANTS_POOL,
  endpoint: `${proxy.url}/cognito/${OTHER_TENANTS_POOL}`,
}
const victimThere = () => tokenOf({ sub: 'victim', aud: 'other-app' })

/** By attack. */
const gains: Record<string, string> = {}
afterAll(() => console.table(gains))

describe('without linking', () => {
  it('a stolen guest id gives the guest’s own objects, and is recorded', async () => {
    const stolen = await newGuest()
    const session = await sessionOf(stolen)
    expect(session).toEqual({
      identityId: stolen,
      role: GUEST_ROLE,
      objects: [guestObjectsOf(stolen)],
    })
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ outcome: 'issued', grant: 'guest', identityId: stolen, clientIp: '127.0.0.1' },
    })
    gains['stolen guest id'] = 'the guest’s session, for the guest’s objects only'
  })

  it('a stolen guest id does not become the identity of the thief’s login', async () => {
    const stolen = await newGuest()
    const session = await sessionOf(stolen, await tokenOf({ sub: 'thief' }))
    const own = await idOf(await tokenOf({ sub: 'thief' }))
    expect(session).toMatchObject({ identityId: own, objects: [objectsOf(own)] })
    expect((await sessionOf(stolen)).identityId).toBe(stolen)
    gains['stolen guest id, with a login'] = 'the identity of the own login, as without the id'
  })

  it('a planted guest id is not that of the victim after sign-in', async () => {
    const planted = await newGuest()
    const before = await sessionOf(planted)
    const device = createAmplifyStorage(pool, planted)
    const app = startAmplifyApp(pool, device.credentialsProvider)
    expect((await app.session()).identityId).toBe(planted)
    const victim = await app.session(await tokenOf({ sub: 'victim' }))
    expect(victim.identityId).not.toBe(planted)
    expect(device.guestId()).toBeUndefined()
    const after = await sessionOf(planted)
    for (const { objects } of [before, after]) expect(objects).toEqual([guestObjectsOf(planted)])
    gains['planted guest id (fixation)'] = 'a guest’s session, without the objects of the victim'
  })

  it.each([
    ['guest id of another tenant’s pool', () => newGuest(otherTenants)],
    ['user’s id of another tenant’s pool', async () => idOf(await victimThere(), otherTenants)],
    ['id of a user, without the login', async () => idOf(await tokenOf({ sub: 'victim' }))],
    ['made-up id', async () => `eu-west-1:${crypto.randomUUID()}`],
  ])('a %s gives a new guest', async (attack, obtain) => {
    const foreign = await obtain()
    const session = await sessionOf(foreign)
    expect(session.identityId).not.toBe(foreign)
    expect(session).toMatchObject({
      role: GUEST_ROLE,
      objects: [guestObjectsOf(session.identityId)],
    })
    const own = await idOf(await tokenOf({ sub: 'thief' }))
    expect((await sessionOf(foreign, await tokenOf({ sub: 'thief' }))).identityId).toBe(own)
    gains[attack] = 'a new guest, or with a login, the identity of the own login'
  })

  it('one user has different ids in the pools of two tenants', async () => {
    const here = await idOf(await tokenOf({ sub: 'victim' }))
    expect(await idOf(await victimThere(), otherTenants)).not.toBe(here)
  })

  it('a login under the name of another provider is refused', async () => {
    const refused = await callPool(pool, 'GetId', {
      IdentityPoolId: pool.poolId,
      Logins: { [providerOf(await alice())]: await tokenOf({ sub: 'thief' }) },
    })
    expect(refused).toMatchObject({ status: 400, body: { __type: 'NotAuthorizedException' } })
    gains['login under another provider’s name'] = 'NotAuthorizedException'
  })
})

describe('with linking', () => {
  it.each(['separate', 'adopt'] as const)(
    'a planted guest id is of no use after the victim’s sign-in (%s)',
    async (name) => {
      const at = locationOf(name)
      const planted = await newGuest(at)
      const before = await sessionOf(planted, undefined, at)
      const victim = await sessionOf(planted, await tokenOf({ sub: `victim of ${name}` }), at)
      const after = await sessionOf(planted, undefined, at)
      expect(after.identityId).not.toBe(planted)
      expect(before.objects).toEqual([guestObjectsOf(planted)])
      expect(victim.objects[0]).toBe(objectsOf(victim.identityId))
      gains[`planted guest id (fixation), ${name}`] =
        'a new guest; the session of before has guests’ objects only'
    },
  )

  it('a stolen guest id shows the thief’s login the guest’s objects for an hour', async () => {
    const at = locationOf('separate')
    const stolen = await newGuest(at)
    const session = await sessionOf(stolen, await tokenOf({ sub: 'new thief' }), at)
    expect(session.identityId).not.toBe(stolen)
    expect(session.objects).toEqual([objectsOf(session.identityId), guestObjectsOf(stolen)])
    gains['stolen guest id, claimed by a login, separate'] =
      'its own identity, and for an hour what a thief without a login gets: to read as the guest'
  })

  it('a stolen guest id becomes the thief’s where guests are adopted, as at Cognito', async () => {
    const at = locationOf('adopt')
    const stolen = await newGuest(at)
    const thief = await sessionOf(stolen, await tokenOf({ sub: 'adopting thief' }), at)
    expect(thief.identityId).toBe(stolen)
    const owner = await sessionOf(stolen, await tokenOf({ sub: 'real owner' }), at)
    expect(owner.identityId).not.toBe(stolen)
    gains['stolen guest id, claimed by a login, adopt'] =
      'the guest’s identity (documented); the owner gets another one'
  })

  it.each(['separate', 'adopt'] as const)(
    'one login claimed on two devices at once has one identity (%s)',
    async (name) => {
      const at = locationOf(name)
      for (let round = 0; round < 5; round++) {
        const guests = await Promise.all([newGuest(at), newGuest(at)])
        const token = await tokenOf({ sub: `twice ${name} ${round}` })
        const ids = await Promise.all(guests.map((guest) => identityIdOf(guest, token, at)))
        expect(new Set([...ids, await idOf(token, at)]).size).toBe(1)
      }
      gains[`one login claimed twice at once, ${name}`] = 'one identity on both devices'
    },
  )

  it('a guest whom two logins claim at once is shown to one of them', async () => {
    const at = locationOf('separate')
    for (let round = 0; round < 5; round++) {
      const guest = await newGuest(at)
      const tokens = await Promise.all(
        ['a', 'b'].map((one) => tokenOf({ sub: `claims ${one} ${round}` })),
      )
      const before = broker.sts.calls.length
      const ids = await Promise.all(tokens.map((token) => identityIdOf(guest, token, at)))
      expect(new Set([...ids, guest]).size).toBe(3)
      const shown = broker.sts.calls
        .slice(before)
        .filter((call) => call.get('Policy')?.includes(guestObjectsOf(guest)))
      expect(shown).toHaveLength(1)
    }
    gains['one guest claimed by two logins at once'] = 'two identities; one may copy from the guest'
  })

  it('a guest of another pool of the tenant is unknown', async () => {
    const foreign = await newGuest()
    const { identityId } = await sessionOf(foreign, undefined, locationOf('separate'))
    expect(identityId).not.toBe(foreign)
    gains['guest id of another pool of the tenant'] = 'a new guest'
  })
})

describe('at the operations of backends', () => {
  it('a key pair of another pool is unknown', async () => {
    const { addKeyPair, backend } = await startDeveloperBroker()
    const foreign = await addKeyPair(OTHER_POOL_ID, 'TBPKFFFFGGGGHHHHJJJJ')
    const operation = 'GetOpenIdTokenForDeveloperIdentity'
    const refused = await backend(operation, { Logins: { [PROVIDER]: 'ann' } }, { by: foreign })
    expect(exceptionOf(refused)).toBe('400 UnrecognizedClientException')
    gains['foreign developer key'] = 'UnrecognizedClientException'
  })

  it('an OpenID token is of use for its identity, until it expires', async () => {
    const { tokenOf: open, credentials, call, pass } = await startDeveloperBroker()
    const ann = await open('ann', { TokenDuration: 60 })
    const bob = await open('bob', { TokenDuration: 60 })
    const replayed = await credentials(ann.IdentityId, ann.Token)
    expect([replayed.status, replayed.json.IdentityId]).toEqual([200, ann.IdentityId])
    const refused = {
      'for another identity': await credentials(bob.IdentityId, ann.Token),
      'at GetId': await call('GetId', {
        IdentityPoolId: POOL_ID,
        Logins: { 'cognito-identity.amazonaws.com': ann.Token },
      }),
      'after it expired': await (async () => {
        pass(5 * 60_000)
        return credentials(ann.IdentityId, ann.Token)
      })(),
    }
    for (const [how, response] of Object.entries(refused)) {
      expect([how, exceptionOf(response)]).toEqual([how, '400 NotAuthorizedException'])
      gains[`replayed OpenID token, ${how}`] = 'NotAuthorizedException'
    }
  })
})

const objectsOf = (identityId: string) => `arn:aws:s3:::game/players/${identityId}/*`
const guestObjectsOf = (identityId: string) => `arn:aws:s3:::game/guests/${identityId}/*`

async function newGuest({ endpoint, poolId }: PoolLocation = pool): Promise<string> {
  const { body } = await callPool({ endpoint }, 'GetId', { IdentityPoolId: poolId })
  return body.IdentityId ?? ''
}

async function idOf(token: string, { endpoint, poolId }: PoolLocation = pool): Promise<string> {
  const input = { IdentityPoolId: poolId, ...loginMap(token) }
  return (await callPool({ endpoint }, 'GetId', input)).body.IdentityId ?? ''
}

/** @returns the identity, and what STS was asked for: the role and the objects of the policy */
async function sessionOf(IdentityId: string, token?: string, { endpoint } = pool) {
  const input = { IdentityId, ...loginMap(token) }
  const { status, body } = await callPool({ endpoint }, 'GetCredentialsForIdentity', input)
  expect([status, body.message]).toEqual([200, undefined])
  const call = broker.sts.calls.at(-1)
  const { Statement } = JSON.parse(call?.get('Policy') ?? '')
  const objects: unknown[] = Statement.map(({ Resource }: { Resource: unknown }) => Resource)
  return { identityId: body.IdentityId ?? '', role: call?.get('RoleArn'), objects }
}

async function identityIdOf(
  IdentityId: string,
  token: string,
  { endpoint }: PoolLocation,
): Promise<string> {
  const input = { IdentityId, ...loginMap(token) }
  const { body } = await callPool({ endpoint }, 'GetCredentialsForIdentity', input)
  return body.IdentityId ?? ''
}
