/** Small storms: no client and no request is lost, and each request has exactly one record. */
import { expect, it } from 'vitest'
import type { StormResult } from '../bench/storms/storm-stage.ts'
import { STORMS, type StormSize } from '../bench/storms/storms.ts'

const SIZE: StormSize = {
  ...{ clients: 40, perSecond: 20, seconds: 2, identities: 1_000_000, stsPerSecond: 10 },
  stage: { processes: 2 },
}

function expectNothingLost(result: StormResult): void {
  expect(result.lost).toBe(0)
  expect(result.issued + result.refused + result.throttled).toBe(result.requests)
}

it('serves all clients that start at the same time', async () => {
  const result = await STORMS.start.run(SIZE)

  expectNothingLost(result)
  expect(result).toMatchObject({ served: 40, requests: 40, issued: 40, stsCalls: 40 })
  // One fetch for each process, however many requests wait for the keys.
  expect(result.keyFetches).toBe(2)
})

it('calls STS once for each identity and process where sessions are reused', async () => {
  const stage = { processes: 2, grant: { reuse: '5m' } }
  const result = await STORMS.start.run({ ...SIZE, identities: 5, stage })

  expectNothingLost(result)
  expect(result).toMatchObject({ served: 40, issued: 40, stsCalls: 10, reused: 30 })
})

it('serves all clients in the end where a limit admits few of them at once', async () => {
  const limits = { subject: { requestsPerSecond: 5, burst: 2 } }
  const stage = { processes: 2, limits }
  const result = await STORMS.start.run({ ...SIZE, identities: 4, stage })

  expectNothingLost(result)
  expect(result).toMatchObject({ served: 40, issued: 40, refused: 0, stsCalls: 40 })
  expect(result.throttled).toBeGreaterThan(0)
})

it('serves all clients whose sessions expire at the same moment', async () => {
  const result = await STORMS.expiry.run(SIZE)

  expectNothingLost(result)
  // The first sessions, and one refresh each.
  expect(result).toMatchObject({ served: 40, requests: 80, issued: 80 })
})

it('serves all while STS throttles, with the retries of the SDK and ours', async () => {
  const result = await STORMS.throttle.run(SIZE)

  expectNothingLost(result)
  expect(result).toMatchObject({ served: 40, issued: 40, refused: 0 })
  expect(result.stsThrottled).toBeGreaterThan(0)
  expect(result.stsCalls).toBe(40 + result.stsThrottled)
})

it('serves with known keys during an outage, and others when the provider is back', async () => {
  const result = await STORMS.outage.run(SIZE)

  expectNothingLost(result)
  expect(result).toMatchObject({ served: 40, issued: 40, throttled: 0 })
  // Those of the process that started during the outage, which had no keys.
  expect(Object.keys(result.codes)).toEqual(['issuer_unavailable'])
  // Not one for each request: two at the start, then at most one for each process and step.
  expect(result.keyFetches).toBeLessThanOrEqual(16)
})

it('accepts tokens of both keys during a rotation', async () => {
  const result = await STORMS.rotation.run(SIZE)

  expectNothingLost(result)
  const { clients } = result
  expect(clients).toBeGreaterThanOrEqual(40)
  expect(result).toMatchObject({ served: clients, requests: clients, issued: clients })
  expect(result.keyFetches).toBe(4)
})

it('has all its tokens accepted by STS while its own key rotates', async () => {
  const result = await STORMS.signing.run(SIZE)

  expectNothingLost(result)
  const { clients } = result
  expect(clients).toBeGreaterThanOrEqual(40)
  expect(result).toMatchObject({ served: clients, requests: clients, issued: clients })
})

it('has tokens refused where the next key was not announced', async () => {
  const result = await STORMS.unannounced.run(SIZE)

  expectNothingLost(result)
  expect(Object.keys(result.codes)).toEqual(['sts_rejected'])
  expect(result.issued).toBeGreaterThanOrEqual(40)
})

it('goes from one version of a document to the next without a refusal', async () => {
  const result = await STORMS.publish.run(SIZE)

  expectNothingLost(result)
  const { clients } = result
  expect(result).toMatchObject({ served: clients, requests: clients, issued: clients })
  expect(result.documents).toBe(2)
})
