/** Attacks on pools with linking: what the attacker gets, and what the user keeps. */
import { describe, expect, it } from 'vitest'
import { FRIENDS, type PoolBroker, startPoolBroker } from '../../fixtures/pool-broker.ts'
import { OTHER_POOL_ID, POOL_ID } from '../../fixtures/pool-document.ts'

const ROLE = 'arn:aws:iam::111122223333:role/game'
const OWN = statementOn('Own', '{{identity}}')
const document = documentWith([OWN, statementOn('Guest', '{{guest}}')])
const separate = await startPoolBroker({ pool: { linking: true }, document })
const adopting = await startPoolBroker({
  pool: { linking: true, upgrade: 'adopt', adoptWithin: '7d' },
  document: documentWith([OWN]),
})

describe('a stolen guest id', () => {
  it('never gives the thief the identity of the user', async () => {
    const guest = await separate.guest()
    const owner = await session(separate, guest, 'owner')
    const thief = await session(separate, guest, 'thief')
    const asGuest = await session(separate, guest)

    expect(new Set([guest, owner.id, thief.id, asGuest.id]).size).toBe(4)
    expect(owner.reads).toEqual([owner.id, guest])
    expect(thief.reads).toEqual([thief.id])
    expect(asGuest.reads).toEqual([asGuest.id])
  })

  it('gives a thief who is first what the guest stored, and nothing of the user', async () => {
    const guest = await separate.guest()
    const thief = await session(separate, guest, 'first thief')
    const owner = await session(separate, guest, 'second owner')

    expect(thief.reads).toEqual([thief.id, guest])
    expect(owner.reads).toEqual([owner.id])
  })

  it('is claimed once where three logins come at the same time', async () => {
    const guest = await separate.guest()
    const ids = await Promise.all(
      ['racer 1', 'racer 2', 'racer 3'].map((name) => idWith(separate, guest, name)),
    )
    const sessions = []
    for (const [index, id] of ids.entries())
      sessions.push(await session(separate, id, `racer ${index + 1}`))

    expect(sessions.filter(({ reads }) => reads.includes(guest))).toHaveLength(1)
  })
})

describe('a planted guest id', () => {
  it('reaches nothing of the user who signs in with it', async () => {
    const planted = await separate.guest()
    const attacker = await session(separate, planted)
    const victim = await session(separate, planted, 'victim')

    expect(attacker.reads).toEqual([planted])
    expect(victim.id).not.toBe(planted)
    expect((await session(separate, planted)).reads).not.toContain(victim.id)
  })

  it('is no longer a guest where the pool adopts guests', async () => {
    const planted = await adopting.guest()
    const victim = await session(adopting, planted, 'victim')
    const attacker = await session(adopting, planted)

    expect(victim.id).toBe(planted)
    expect(attacker.reads).toEqual([attacker.id])
    expect(attacker.id).not.toBe(planted)
  })

  it('is not adopted by a second login', async () => {
    const planted = await adopting.guest()
    const first = await session(adopting, planted, 'first')
    const second = await session(adopting, planted, 'second')

    expect(first.id).toBe(planted)
    expect(second.reads).toEqual([second.id])
    expect(second.id).not.toBe(planted)
  })
})

it('one login on three devices at the same time has one identity', async () => {
  const guests = [await adopting.guest(), await adopting.guest(), await adopting.guest()]
  const ids = await Promise.all(guests.map((id) => idWith(adopting, id, 'three devices')))

  expect(new Set(ids).size).toBe(1)
})

it('a login that was unlinked gets neither the identity nor its guest again', async () => {
  const guest = await separate.guest()
  const before = await session(separate, guest, 'unlinked', 'stays')
  expect(before.reads).toEqual([before.id, guest])
  const unlinking = await separate.call('UnlinkIdentity', {
    IdentityId: before.id,
    Logins: await loginsOf(separate, 'unlinked', 'stays'),
    LoginsToRemove: ['players.example'],
  })
  expect(unlinking.status).toBe(200)

  for (const hint of [guest, before.id]) {
    const after = await session(separate, hint, 'unlinked')
    expect(after.id).not.toBe(before.id)
    expect(after.reads).toEqual([after.id])
  }
})

it('the id of an identity of another pool, of another tenant, is nothing here', async () => {
  const other = await startPoolBroker({ pool: { id: OTHER_POOL_ID, linking: true }, document })
  const { json } = await other.call('GetId', { IdentityPoolId: OTHER_POOL_ID }, {}, OTHER_POOL_ID)
  const foreign = String(json.IdentityId)
  const asGuest = await session(separate, foreign)
  const asUser = await session(separate, foreign, 'visitor')

  expect(asGuest.reads).toEqual([asGuest.id])
  expect(asUser.reads).toEqual([asUser.id])
  expect([asGuest.id, asUser.id]).not.toContain(foreign)
})

it('the pool of another endpoint is not found', async () => {
  const { status, json } = await separate.call(
    'GetId',
    { IdentityPoolId: POOL_ID },
    {},
    OTHER_POOL_ID,
  )
  expect([status, json.__type]).toEqual([400, 'ResourceNotFoundException'])
})

/** Requests one after another: the last call of STS is that of the session. */
async function session(broker: PoolBroker, id: string, player?: string, friend?: string) {
  const found = await idWith(broker, id, player, friend)
  const { Statement } = JSON.parse(broker.sts.calls.at(-1)?.get('Policy') ?? '{}')
  const resources: unknown[] = Statement.map((statement: { Resource: unknown }) => [
    statement.Resource,
  ])
  const reads = resources.flat(2).map((arn) => String(arn).split('/')[1])
  return { id: found, reads }
}

async function idWith(broker: PoolBroker, id: string, player?: string, friend?: string) {
  const body = { IdentityId: id, Logins: await loginsOf(broker, player, friend) }
  const { status, json } = await broker.call('GetCredentialsForIdentity', body)
  expect(status).toBe(200)
  return String(json.IdentityId)
}

async function loginsOf(broker: PoolBroker, player?: string, friend?: string) {
  return {
    ...(player === undefined ? {} : await broker.login(player)),
    ...(friend === undefined
      ? {}
      : { [FRIENDS]: await broker.friends.token({ sub: friend, aud: 'game' }) }),
  }
}

function documentWith(policy: readonly object[]): object {
  return {
    rules: [{ name: 'players', grant: 'player' }],
    grants: {
      player: { role: ROLE, policy },
      guest: { role: `${ROLE}-guest`, duration: '15m', policy: [OWN] },
    },
  }
}

function statementOn(Sid: string, slot: string): object {
  const Resource = `arn:aws:s3:::game/${slot}/*`
  return { Sid, Effect: 'Allow', Action: 's3:GetObject', Resource }
}
