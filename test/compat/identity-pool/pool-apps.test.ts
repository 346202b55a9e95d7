/** Apps of unmodified clients in everyday use: several requests, users and devices at once. */
import { describe, expect, it } from 'vitest'
import { createAmplifyStorage, startAmplifyApp } from './amplify-device.ts'
import type { PoolSession } from './pool-device.ts'
import { startRecordedPools } from './recorded-pools.ts'
import type { RecordedRequest } from './recorded-requests.ts'
import { startSdkV2App } from './sdk-v2-device.ts'
import { startPoolProviderApp } from './sdk-v3-devices.ts'

const { proxy, locationOf, broker, bob, table } = await startRecordedPools()
const location = locationOf('stateless')
const DEAD = 'eu-west-1:99999999-2222-4333-8444-555555555555'

describe('Amplify', () => {
  it('gets guests that work, if five parts of an app start at the same time', async () => {
    const storage = createAmplifyStorage(location)
    const app = startAmplifyApp(location, storage.credentialsProvider)
    const { result, sent } = await observe(() =>
      Promise.all(Array.from({ length: 5 }, () => app.session())),
    )
    // Amplify does not wait for its own first call (measured); the last guest is the stored one.
    expect(sent.filter((operation) => operation === 'GetId')).toHaveLength(5)
    expect(result.every(({ accessKeyId }) => accessKeyId !== '')).toBe(true)
    const [next] = (await observe(() => app.session())).sent
    expect(next).toBe('GetCredentialsForIdentity')
    expect(result.map(({ identityId }) => identityId)).toContain(storage.guestId())
  })

  it('replaces the stored id of a guest that does not exist', async () => {
    const storage = createAmplifyStorage(location, DEAD)
    const app = startAmplifyApp(location, storage.credentialsProvider)
    const { result, sent } = await observe(() => app.session())
    expect(sent).toEqual(['GetCredentialsForIdentity'])
    expect(result.identityId).not.toBe(DEAD)
    expect(storage.guestId()).toBe(result.identityId)
    expect((await app.session()).identityId).toBe(result.identityId)
  })

  it('signs a second user in on a device that the first one left signed in', async () => {
    const app = startAmplifyApp(location, createAmplifyStorage(location).credentialsProvider)
    const first = await app.session(await bob({ sub: 'first' }))
    const second = await app.session(await bob({ sub: 'second' }))
    expect(second.identityId).not.toBe(first.identityId)
    const other = startAmplifyApp(location, createAmplifyStorage(location).credentialsProvider)
    expect((await other.session(await bob({ sub: 'second' }))).identityId).toBe(second.identityId)
  })

  it('gets an error with the name of the exception, and the code and request id', async () => {
    const app = startAmplifyApp(location, createAmplifyStorage(location).credentialsProvider)
    const refused = app.session(await bob({ exp: 1 }))
    await expect(refused).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: expect.stringMatching(/\(token_expired, request request-\d+\)$/),
    })
  })
})

it('the SDK v3 forgets the id of a guest that does not exist, and gets another one', async () => {
  const app = startPoolProviderApp(location, DEAD)
  const first = await observe(() => app.session().catch((error) => error.name))
  expect(first).toEqual({
    result: 'ResourceNotFoundException',
    sent: ['GetCredentialsForIdentity'],
  })
  const second = await observe(() => app.session())
  expect(second.sent).toEqual(['GetId', 'GetCredentialsForIdentity'])
  expect((await app.session()).identityId).toBe(second.result.identityId)
})

it('devices with different clients and one login have one identity', async () => {
  const devices = [
    startAmplifyApp(location, createAmplifyStorage(location).credentialsProvider),
    startPoolProviderApp(location),
    startSdkV2App(location),
  ]
  const sessions: PoolSession[] = []
  for (const device of devices) sessions.push(await device.session(await bob({ sub: 'one' })))
  expect(new Set(sessions.map(({ identityId }) => identityId)).size).toBe(1)
  const other = await startSdkV2App(location).session(await bob({ sub: 'another' }))
  expect(other.identityId).not.toBe(sessions[0]?.identityId)
  expect(broker.audit.at(-1)).toMatchObject({ identityId: other.identityId, outcome: 'issued' })
})

it('guests need no items, and a user of a pool without linking neither', async () => {
  const linked = locationOf('separate')
  for (let guests = 0; guests < 20; guests++) await startPoolProviderApp(linked).session()
  await startPoolProviderApp(location).session(await bob({ sub: 'no item' }))
  expect(await table.scan()).toEqual([])
  await startPoolProviderApp(linked).session(await bob({ sub: 'two items' }))
  expect(await table.scan()).toHaveLength(2)
})

async function observe<Result>(work: () => Promise<Result>) {
  proxy.received.length = 0
  const result = await work()
  return { result, sent: proxy.received.map(operationOf) }
}

function operationOf({ headers }: RecordedRequest): string | undefined {
  return String(headers['x-amz-target']).split('.')[1]
}
