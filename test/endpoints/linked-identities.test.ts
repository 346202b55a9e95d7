/** Identity pools with linking: which identity a caller gets, in every case. */
import { describe, expect, it } from 'vitest'
import { FRIENDS, PLAYERS, type PoolBroker, startPoolBroker } from '../fixtures/pool-broker.ts'
import { POOL_ID } from '../fixtures/pool-document.ts'

const SDK_V3 = { 'x-amz-user-agent': 'aws-sdk-js/3.1163.0' }
const separate = linkedClient(await startPoolBroker({ pool: { linking: true } }))
const merging = linkedClient(await startPoolBroker({ pool: { linking: true, merging: true } }))
const adopting = linkedClient(
  await startPoolBroker({ pool: { linking: true, upgrade: 'adopt', adoptWithin: '7d' } }),
)

describe('a guest', () => {
  it('keeps a free identity, and its creation is in the id', async () => {
    const guest = await separate.guest()
    expect(await separate.credentials(guest)).toMatchObject({ status: 200, id: guest })
  })

  it('gets a fresh identity where the old one is used, or is unknown', async () => {
    const guest = await separate.guest()
    await separate.credentials(guest, await separate.player('used'))
    const unknown = 'eu-central-1:80000000-1111-4222-8333-444455556666'
    for (const id of [guest, unknown]) {
      const found = await separate.credentials(id)
      expect(found.status).toBe(200)
      expect(found.id).not.toBe(id)
      expect(await separate.credentials(found.id)).toMatchObject({ status: 200, id: found.id })
    }
  })

  it('is not found by a client that would keep the old id', async () => {
    const guest = await separate.guest()
    await separate.credentials(guest, await separate.player('sdk'))
    expect(await separate.credentials(guest, undefined, SDK_V3)).toMatchObject({
      status: 400,
      json: { __type: 'ResourceNotFoundException', message: `Identity '${guest}' not found.` },
    })
  })
})

describe('a login', () => {
  it('keeps its identity, whichever id comes with it', async () => {
    const [alice, bob] = [await separate.idOf('alice'), await separate.idOf('bob')]
    expect(alice).not.toBe(bob)
    for (const hint of [alice, bob])
      expect(await separate.credentials(hint, await separate.player('alice'))).toMatchObject({
        status: 200,
        id: alice,
      })
  })

  it('gets its own identity in place of the guest that it was', async () => {
    const guest = await separate.guest()
    const { id } = await separate.credentials(guest, await separate.player('new'))
    expect(id).not.toBe(guest)
    expect(await separate.idOf('new')).toBe(id)
  })

  it('gets the identity of the guest that it was, where the pool lets it', async () => {
    const guest = await adopting.guest()
    const found = await adopting.credentials(guest, await adopting.player('new'))
    expect(found).toMatchObject({ status: 200, id: guest })
    expect(await adopting.idOf('new')).toBe(guest)
    expect((await adopting.credentials(guest)).id).not.toBe(guest)
  })

  it('keeps the identity that it has where it was a guest too, and the guest is used', async () => {
    const id = await adopting.idOf('old')
    const guest = await adopting.guest()
    expect((await adopting.credentials(guest, await adopting.player('old'))).id).toBe(id)
    expect((await adopting.credentials(guest)).id).not.toBe(guest)
  })
})

describe('two logins', () => {
  it('have one identity once they were presented together', async () => {
    const id = await separate.idOf('pair')
    expect(await separate.idOf(undefined, 'pair')).not.toBe(id)
    const both = await separate.idOf('pair two', 'pair two')
    expect(await separate.idOf('pair two')).toBe(both)
    expect(await separate.idOf(undefined, 'pair two')).toBe(both)
  })

  it('are refused together where each has an identity', async () => {
    await separate.idOf('apart')
    await separate.idOf(undefined, 'apart')
    expect(await separate.getId('apart', 'apart')).toMatchObject({
      status: 400,
      json: { __type: 'ResourceConflictException' },
    })
  })

  it('become one identity where the pool merges, and the older one remains', async () => {
    const older = await merging.idOf(undefined, 'merge')
    const younger = await merging.idOf('merge')
    const { json } = await merging.getId('merge', 'merge')
    expect([older, younger]).toContain(json.IdentityId)
    expect(await merging.idOf('merge')).toBe(json.IdentityId)
    expect(await merging.idOf(undefined, 'merge')).toBe(json.IdentityId)
  })

  it('of one provider never share an identity', async () => {
    await separate.idOf('first', 'shared')
    expect(await separate.getId('second', 'shared')).toMatchObject({
      status: 400,
      json: { __type: 'ResourceConflictException' },
    })
  })
})

describe('UnlinkIdentity', () => {
  it('separates a login, which gets a new identity when it returns', async () => {
    const id = await separate.idOf('unlink', 'unlink')
    const response = await separate.unlink(id, await separate.logins('unlink', 'unlink'), [FRIENDS])
    expect([response.status, response.json]).toEqual([200, {}])
    expect(await separate.idOf('unlink')).toBe(id)
    const returned = await separate.idOf(undefined, 'unlink')
    expect(returned).not.toBe(id)
    expect(await separate.idOf(undefined, 'unlink')).toBe(returned)
  })

  it.each([
    ['the identity of another user', ['victim', undefined], PLAYERS],
    ['an identity, with a login that is not its own', ['stranger', 'stranger'], FRIENDS],
  ] as const)('refuses to change %s', async (_, [player, friend], removed) => {
    const victim = await separate.idOf('owner', 'owner')
    const logins = await separate.logins(player, friend)
    expect(await separate.unlink(victim, logins, [removed])).toMatchObject({
      status: 400,
      json: { __type: 'NotAuthorizedException' },
    })
    expect(await separate.idOf(undefined, 'owner')).toBe(victim)
  })

  it('refuses the OpenID token of a backend, which proves no login of the user', async () => {
    const pool = { linking: true, developerProvider: 'login.game' }
    const { broker, idOf } = linkedClient(await startPoolBroker({ pool }))
    const id = await idOf('token')
    const Logins = { 'cognito-identity.amazonaws.com': 'eyJ.eyJ.sig' }
    const body = { IdentityId: id, Logins, LoginsToRemove: [PLAYERS] }
    const { status, json } = await broker.call('UnlinkIdentity', body)
    expect([status, json.__type]).toEqual([400, 'NotAuthorizedException'])
    expect(json.message).toContain("Can't pass in a Cognito token")
    expect(await idOf('token')).toBe(id)
  })

  it('refuses guests, and pools without linking', async () => {
    const guest = await separate.guest()
    const refused = { status: 400, json: { __type: 'NotAuthorizedException' } }
    expect(await separate.unlink(guest, {}, [PLAYERS])).toMatchObject(refused)
    const stateless = linkedClient(await startPoolBroker())
    const id = await stateless.idOf('alice')
    const logins = await stateless.logins('alice')
    expect(await stateless.unlink(id, logins, [PLAYERS])).toMatchObject(refused)
  })

  it.each([
    [undefined, 'ValidationException'],
    ['players.example', 'SerializationException'],
    [[''], 'ValidationException'],
    [[5], 'SerializationException'],
  ])('refuses %j as LoginsToRemove', async (LoginsToRemove, exception) => {
    const id = await separate.idOf('form')
    expect(
      await separate.broker.call('UnlinkIdentity', {
        ...{ IdentityId: id, Logins: await separate.logins('form'), LoginsToRemove },
      }),
    ).toMatchObject({ status: 400, json: { __type: exception } })
  })
})

function linkedClient(broker: PoolBroker) {
  const logins = async (player: string | undefined, friend?: string) => ({
    ...(player === undefined ? {} : await broker.login(player)),
    ...(friend === undefined
      ? {}
      : { [FRIENDS]: await broker.friends.token({ sub: friend, aud: 'game' }) }),
  })
  const getId = async (player: string | undefined, friend?: string) =>
    broker.call('GetId', { IdentityPoolId: POOL_ID, Logins: await logins(player, friend) })
  return {
    broker,
    logins,
    getId,
    player: (subject: string) => logins(subject),
    guest: () => broker.guest(),
    idOf: async (player: string | undefined, friend?: string) => {
      const { status, json } = await getId(player, friend)
      expect(status).toBe(200)
      return String(json.IdentityId)
    },
    credentials: async (IdentityId: string, Logins?: object, headers = {}) => {
      const body = { IdentityId, Logins }
      const { status, json } = await broker.call('GetCredentialsForIdentity', body, headers)
      return { status, json, id: String(json.IdentityId) }
    },
    unlink: (IdentityId: string, Logins: object, LoginsToRemove: readonly string[]) =>
      broker.call('UnlinkIdentity', { IdentityId, Logins, LoginsToRemove }),
  }
}
