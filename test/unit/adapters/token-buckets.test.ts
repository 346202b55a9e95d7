/** Token buckets: what they admit, to the request, and what is kept of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenBuckets } from '../../../packages/functions/src/adapters/token-buckets.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const SECOND_NS = 1e9
const FIVE_PER_SECOND = { requests: 5, seconds: 1, burst: 10 }

/** Admits a request where the bucket has one. */
function counter(maxKeys = 100) {
  const buckets = createTokenBuckets(maxKeys)
  return (key: string, limit: typeof FIVE_PER_SECOND, nowNs: number): boolean => {
    if (buckets.waitNs(key, limit, nowNs) > 0) return false
    buckets.take(key, limit, nowNs)
    return true
  }
}

describe('one bucket', () => {
  it('admits its burst at once, and then one request per interval', () => {
    const admit = counter()
    const count = (nowNs: number) =>
      Array.from({ length: 20 }, () => admit('a', FIVE_PER_SECOND, nowNs)).filter(Boolean).length
    expect(count(0)).toBe(10)
    expect(count(SECOND_NS / 5 - 1)).toBe(0)
    expect(count(SECOND_NS / 5)).toBe(1)
    expect(count(SECOND_NS)).toBe(4)
    expect(count(100 * SECOND_NS)).toBe(10)
  })

  it('admits a request after exactly the time that it said, and not a nanosecond earlier', () => {
    const buckets = createTokenBuckets(100)
    for (let taken = 0; taken < 10; taken++) buckets.take('a', FIVE_PER_SECOND, 0)
    const waitNs = buckets.waitNs('a', FIVE_PER_SECOND, 0)
    expect(waitNs).toBe(SECOND_NS / 5)
    expect(buckets.waitNs('a', FIVE_PER_SECOND, waitNs - 1)).toBe(1)
    expect(buckets.waitNs('a', FIVE_PER_SECOND, waitNs)).toBe(0)
  })

  it('rounds an interval up, so that three in a second are never four', () => {
    const admit = counter()
    const limit = { requests: 3, seconds: 1, burst: 1 }
    expect([0, 333_333_333, 333_333_334].map((nowNs) => admit('a', limit, nowNs))).toEqual([
      ...[true, false, true],
    ])
  })

  it('loses nothing by requests that it does not admit', () => {
    const buckets = createTokenBuckets(100)
    for (let taken = 0; taken < 1_000; taken++) buckets.take('a', FIVE_PER_SECOND, 0)
    expect(buckets.waitNs('a', FIVE_PER_SECOND, 0)).toBe(SECOND_NS / 5)
  })

  it('is empty, and no emptier, where a changed document made it smaller', () => {
    const buckets = createTokenBuckets(100)
    for (let taken = 0; taken < 10; taken++) buckets.take('a', FIVE_PER_SECOND, 0)
    expect(buckets.waitNs('a', { ...FIVE_PER_SECOND, burst: 1 }, 0)).toBe(SECOND_NS / 5)
  })

  it('never admits more than its burst and its rate, and not one request fewer', () => {
    const limits = fc.record({
      requests: fc.integer({ min: 1, max: 1_000_000 }),
      seconds: fc.constantFrom(1, 60, 3600),
      burst: fc.integer({ min: 1, max: 50 }),
    })
    const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1e11 })), {
      maxLength: 100,
    })
    fc.assert(
      fc.property(limits, pauses, (limit, steps) => {
        const admit = counter()
        const intervalNs = BigInt(Math.ceil((limit.seconds * 1e9) / limit.requests))
        const capacity = BigInt(limit.burst) * intervalNs
        let level = capacity
        let nowNs = 0
        for (const step of steps) {
          nowNs += step
          level = level + BigInt(step) > capacity ? capacity : level + BigInt(step)
          const expected = level >= intervalNs
          if (expected) level -= intervalNs
          expect(admit('a', limit, nowNs)).toBe(expected)
        }
      }),
      PROPERTY_RUNS,
    )
  })

  it('never admits more in any period than the written rate, whatever it is divided by', () => {
    const limits = fc.record({
      requests: fc.integer({ min: 1, max: 1_000_000 }),
      seconds: fc.constantFrom(1, 60, 3600),
      burst: fc.integer({ min: 1, max: 20 }),
    })
    const pauses = fc.array(fc.integer({ min: 0, max: 1e10 }), { maxLength: 100 })
    fc.assert(
      fc.property(limits, pauses, (limit, steps) => {
        const admit = counter()
        const admittedAt: number[] = []
        let nowNs = 0
        for (const step of steps) {
          nowNs += step
          if (admit('a', limit, nowNs)) admittedAt.push(nowNs)
        }
        for (const [first, from] of admittedAt.entries())
          for (const [last, until] of admittedAt.entries()) {
            if (last < first) continue
            const admitted = BigInt(last - first + 1 - limit.burst)
            const filled = BigInt(limit.requests) * BigInt(until - from)
            expect(admitted * BigInt(limit.seconds) * 1_000_000_000n <= filled).toBe(true)
          }
      }),
      PROPERTY_RUNS,
    )
  })
})

describe('many buckets', () => {
  const ONE_PER_SECOND = { requests: 1, seconds: 1, burst: 1 }

  it('count each key alone', () => {
    const admit = counter()
    expect([admit('a', ONE_PER_SECOND, 0), admit('a', ONE_PER_SECOND, 0)]).toEqual([true, false])
    expect(admit('b', ONE_PER_SECOND, 0)).toBe(true)
  })

  it('are not forgotten before they are full: more keys bring back none that was used up', () => {
    const admit = counter(100)
    const keys = Array.from({ length: 10_000 }, (_, index) => `key-${index}`)
    const admitted = keys.filter((key) => admit(key, ONE_PER_SECOND, 0)).length
    // One of each key that is kept, and one of each of the 64 buckets that the others share.
    expect(admitted).toBe(164)
    expect(keys.filter((key) => admit(key, ONE_PER_SECOND, SECOND_NS - 1))).toEqual([])
  })

  it('are forgotten once they are full, so that new keys have buckets of their own', () => {
    const admit = counter(100)
    const admittedOf = (name: string, nowNs: number) =>
      Array.from({ length: 100 }, (_, index) => admit(`${name}-${index}`, ONE_PER_SECOND, nowNs))
    expect(admittedOf('a', 0).every(Boolean)).toBe(true)
    expect(admittedOf('b', SECOND_NS).every(Boolean)).toBe(true)
    expect(admittedOf('b', SECOND_NS).some(Boolean)).toBe(false)
  })

  it('never give a key that shares one more than its own bucket would, later either', () => {
    const admit = counter(1)
    expect(admit('first', ONE_PER_SECOND, 0)).toBe(true)
    expect(admit('shared', ONE_PER_SECOND, SECOND_NS / 2)).toBe(true)
    // The first one is full and makes room; what was used of the shared one still counts.
    expect(admit('shared', ONE_PER_SECOND, SECOND_NS)).toBe(false)
    expect(admit('shared', ONE_PER_SECOND, 1.5 * SECOND_NS)).toBe(true)
  })

  it('with a smaller bucket do not fill the shared one of others', () => {
    const buckets = createTokenBuckets(1)
    buckets.take('first', FIVE_PER_SECOND, 0)
    // Both keys have the same hash, and so the same shared bucket.
    for (let taken = 0; taken < 10; taken++) buckets.take('Aa', FIVE_PER_SECOND, 0)
    expect(buckets.waitNs('BB', FIVE_PER_SECOND, 0)).toBe(SECOND_NS / 5)
    buckets.take('BB', { ...FIVE_PER_SECOND, burst: 1 }, 0)
    expect(buckets.waitNs('Aa', FIVE_PER_SECOND, 0)).toBe(SECOND_NS / 5)
  })
})
