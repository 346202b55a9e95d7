/** The simulation of a stage gives what queueing theory predicts, where theory has a formula. */
import { expect, it } from 'vitest'
import { createEventQueue } from '../../bench/simulate/event-queue.ts'
import { createRandom, sampleMs } from '../../bench/simulate/random.ts'
import { simulateStage } from '../../bench/simulate/simulate-stage.ts'
import { quantile, type StageModel } from '../../bench/simulate/stage-model.ts'
import { createZipf } from '../../bench/simulate/zipf.ts'

const NOTHING = { kind: 'constant', ms: 0 } as const
const UNBOUNDED = { entries: 1e9, freshMs: 1e12, refreshAfter: 1 }
const UNLIMITED = { perSecond: 1e9, burst: 1e9 }

/** A stage that takes only the time of STS, with caches that never forget. */
function stage(more: Partial<StageModel>): StageModel {
  return {
    ...{ seed: 7, perSecond: 100, tenants: 1, zipfExponent: 0, issuers: 1, subjects: 1 },
    ...{ minted: 0, concurrency: 1e6, scaling: UNLIMITED, whenFull: 'refuse', idleMs: 1e12 },
    caches: { table: UNBOUNDED, keys: UNBOUNDED, sessions: undefined },
    durations: {
      ...{ cold: NOTHING, work: NOTHING, reusedWork: NOTHING, tableRead: NOTHING },
      ...{ keyFetch: NOTHING, kms: NOTHING, pause: NOTHING },
      sts: { kind: 'exponential', meanMs: 80 },
    },
    ...{ attempts: 1, limits: {}, warmUpMs: 50_000, countedMs: 1_000_000 },
    ...more,
  }
}

/** Erlang's loss formula: part of the requests that find all servers busy and are refused. */
function erlangB(servers: number, load: number): number {
  let blocked = 1
  for (let server = 1; server <= servers; server++)
    blocked = (load * blocked) / (server + load * blocked)
  return blocked
}

it('refuses as many requests as Erlang’s loss formula says (M/M/c/c)', () => {
  const { steady } = simulateStage(stage({ concurrency: 10 }))

  expect(steady.lambdaThrottled / steady.requests).toBeCloseTo(erlangB(10, 8), 2)
  expect(steady.issued + steady.lambdaThrottled).toBe(steady.requests)
})

it('lets requests wait as long as Erlang’s delay formula says (M/M/c)', () => {
  const { steady } = simulateStage(stage({ concurrency: 10, whenFull: 'wait' }))

  const [servers, load, meanMs] = [10, 8, 80]
  const blocked = erlangB(servers, load)
  const waits = blocked / (1 - (load / servers) * (1 - blocked))
  const expectedMs = meanMs + (waits * meanMs) / (servers - load)
  const meanLatency = steady.latencies.reduce((sum, ms) => sum + ms, 0) / steady.latencies.length
  expect(Math.abs(meanLatency / expectedMs - 1)).toBeLessThan(0.03)
})

it('has as many requests at the same time as Little’s law says', () => {
  const { steady } = simulateStage(stage({}))

  expect(Math.abs(steady.busyMs / 1_000_000 / 8 - 1)).toBeLessThan(0.02)
})

it('has the hit rate of Che’s approximation where the cache is bounded by entries', () => {
  const [tenants, entries] = [2_000, 200]
  const table = { entries, freshMs: 1e12, refreshAfter: 1 }
  const caches = { table, keys: UNBOUNDED, sessions: undefined }
  // One environment, because each request ends before the next.
  const durations = { ...stage({}).durations, sts: NOTHING }
  const shared = { tenants, issuers: tenants, zipfExponent: 0.9, caches, durations }
  const { steady } = simulateStage(stage({ ...shared, concurrency: 1 }))

  const zipf = createZipf(tenants, 0.9)
  const chances = Array.from({ length: tenants }, (_, index) => zipf.probabilityOf(index))
  const kept = (age: number) => chances.reduce((sum, part) => sum + 1 - Math.exp(-part * age), 0)
  let [low, high] = [0, 1e7]
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2
    if (kept(middle) < entries) low = middle
    else high = middle
  }
  const expected = chances.reduce((sum, part) => sum + part * (1 - Math.exp(-part * low)), 0)
  expect(steady.tableHits / steady.tableLookups).toBeCloseTo(expected, 2)
})

it('has the hit rate of a renewal process where entries expire', () => {
  const tenants = 500
  const table = { entries: 1e9, freshMs: 10_000, refreshAfter: 1 }
  const caches = { table, keys: UNBOUNDED, sessions: undefined }
  const durations = { ...stage({}).durations, sts: NOTHING }
  const shared = { tenants, issuers: tenants, zipfExponent: 1, caches, durations }
  const { steady } = simulateStage(stage({ ...shared, concurrency: 1 }))

  const zipf = createZipf(tenants, 1)
  // Of a tenant with n requests in the fresh time, one of n + 1 is a miss.
  const expected = Array.from({ length: tenants }, (_, index) => zipf.probabilityOf(index)).reduce(
    (sum, part) => sum + (part * (part * 1_000)) / (1 + part * 1_000),
    0,
  )
  expect(steady.tableHits / steady.tableLookups).toBeCloseTo(expected, 2)
})

it('starts no more environments than the scaling rate allows', () => {
  const durations = { ...stage({}).durations, sts: { kind: 'constant', ms: 1e7 } } as const
  const scaling = { perSecond: 10, burst: 50 }
  const { start } = simulateStage(
    stage({ durations, scaling, perSecond: 1_000, warmUpMs: 100_000, countedMs: 10_000 }),
  )

  expect(start.coldStarts).toBeGreaterThan(145)
  expect(start.coldStarts).toBeLessThanOrEqual(150)
  expect(start.lambdaThrottled).toBe(start.requests - start.coldStarts)
})

it('serves what a quota of STS allows, and calls again as often as the broker does', () => {
  const limits = { sts: { perSecond: 50, burst: 50 } }
  const { steady } = simulateStage(stage({ limits, attempts: 3 }))

  expect(steady.issued / 1_000).toBeCloseTo(50, 0)
  expect(steady.issued + steady.upstreamThrottled).toBe(steady.requests)
  expect(steady.stsCalls).toBeGreaterThan(2 * steady.upstreamThrottled)
  expect(steady.stsCalls).toBeLessThanOrEqual(3 * steady.requests)
})

it('reuses the sessions of an identity within the time, in each environment', () => {
  const sessions = { entries: 1e9, freshMs: 60_000, refreshAfter: 1 }
  const caches = { table: UNBOUNDED, keys: UNBOUNDED, sessions }
  const durations = { ...stage({}).durations, sts: NOTHING }
  const { steady } = simulateStage(stage({ caches, durations, concurrency: 1 }))

  // One identity: a call to STS starts each of the periods of a minute.
  expect(steady.stsCalls).toBeGreaterThanOrEqual(16)
  expect(steady.stsCalls).toBeLessThanOrEqual(17)
  expect(steady.reused).toBe(steady.requests - steady.stsCalls)
})

it('gives the same result for the same seed, and another for another seed', () => {
  const short = { warmUpMs: 0, countedMs: 10_000 }

  expect(simulateStage(stage(short))).toEqual(simulateStage(stage(short)))
  expect(simulateStage(stage({ ...short, seed: 8 }))).not.toEqual(simulateStage(stage(short)))
})

it('samples latencies with the given median and 99th percentile', () => {
  const random = createRandom(1)
  const latency = { kind: 'latency', p50Ms: 20, p99Ms: 100 } as const
  const values = Array.from({ length: 200_000 }, () => sampleMs(latency, random))

  expect(Math.abs(quantile(values, 0.5) / 20 - 1)).toBeLessThan(0.02)
  expect(Math.abs(quantile(values, 0.99) / 100 - 1)).toBeLessThan(0.05)
})

it('takes events in the order of their times', () => {
  const random = createRandom(3)
  const queue = createEventQueue<number>()
  const times = Array.from({ length: 1_000 }, () => random())
  for (const time of times) queue.push(time, time)

  const taken = times.map(() => queue.pop())
  expect(taken).toEqual(times.toSorted((a, b) => a - b))
  expect([queue.pop(), queue.nextAt()]).toEqual([undefined, Number.POSITIVE_INFINITY])
})
