/** Sessions that are kept to be returned again: how long, how many, and when no more. */
import { expect, it } from 'vitest'
import {
  createKeptSessions,
  MAX_CLOCK_JUMP_MS,
} from '../../../packages/core/src/reuse/kept-sessions.ts'
import { ASSUMED } from './run-request.ts'

const STATE = { tenant: 'acme', documentSha256: 'a', signingKeyId: 'key-1' }
const MINUTE_MS = 60_000
const START_MS = 1_000_000_000
const EXPIRES_MS = 60 * MINUTE_MS
const RULE = { reuseMs: 5 * MINUTE_MS, minLifeMs: 30 * MINUTE_MS }

/** Both clocks are set by the test, in milliseconds since its start. */
function keepOne({ limits = {}, expiresMs = EXPIRES_MS, rule = RULE } = {}) {
  const clocks = { wallMs: 0, elapsedMs: 0 }
  const kept = createKeptSessions(
    {
      now: () => START_MS + clocks.wallMs,
      monotonicNs: () => BigInt(clocks.elapsedMs) * 1_000_000n,
    },
    limits,
  )
  const session = { ...ASSUMED, expiration: new Date(START_MS + expiresMs) }
  const keep = (key: string, state = STATE, moment = kept.observe(state)) =>
    kept.keep(key, { session, requestId: key }, state, moment, rule)
  const has = (key: string, state = STATE) => kept.find(key, kept.observe(state)) !== undefined
  keep('first')
  return {
    ...{ kept, keep, has },
    set: (wallMs: number, elapsedMs = wallMs) => Object.assign(clocks, { wallMs, elapsedMs }),
  }
}

it('returns a session with the id of the request that obtained it', () => {
  const { kept } = keepOne()
  expect(kept.find('first', kept.observe(STATE))).toMatchObject({
    session: { accessKeyId: ASSUMED.accessKeyId },
    requestId: 'first',
  })
  expect(kept.find('second', kept.observe(STATE))).toBeUndefined()
})

it('forgets a session once its time is over, and not before', () => {
  const { has, set, kept } = keepOne()
  set(5 * MINUTE_MS - 1)
  expect(has('first')).toBe(true)
  set(5 * MINUTE_MS)
  expect(has('first')).toBe(false)
  expect(kept.size()).toEqual({ entries: 0, bytes: 0 })
})

it('measures the time from before STS was called', () => {
  const { keep, has, set, kept } = keepOne()
  const moment = kept.observe(STATE)
  set(4_000)
  keep('second', STATE, moment)
  set(5 * MINUTE_MS - 1)
  expect(has('second')).toBe(true)
  set(5 * MINUTE_MS)
  expect(has('second')).toBe(false)
})

it.each([
  ['the wall clock', 5 * MINUTE_MS, 5 * MINUTE_MS - 4_000],
  ['the monotonic clock', 5 * MINUTE_MS - 4_000, 5 * MINUTE_MS],
])('measures the time by %s too', (_, wallMs, elapsedMs) => {
  const { has, set } = keepOne()
  set(wallMs, elapsedMs)
  expect(has('first')).toBe(false)
})

it('returns nothing that is from the future', () => {
  const { has, set } = keepOne()
  set(-1, 0)
  expect(has('first')).toBe(false)
})

it.each([
  ['ahead', MAX_CLOCK_JUMP_MS + 1],
  ['back', -MAX_CLOCK_JUMP_MS - 1],
])('forgets everything where the wall clock is set %s', (_, byMs) => {
  const { has, set, kept } = keepOne()
  set(MINUTE_MS)
  expect(has('first')).toBe(true)
  set(MINUTE_MS + byMs, MINUTE_MS)
  kept.observe({ ...STATE, tenant: 'beta', documentSha256: 'z' })
  expect(kept.size()).toEqual({ entries: 0, bytes: 0 })
  set(MINUTE_MS)
  expect(has('first')).toBe(false)
})

it('keeps sessions where a clock is slewed by a little from request to request', () => {
  const { has, set } = keepOne()
  for (const step of [1, 2, 3, 4]) {
    set(step * MINUTE_MS + step * MAX_CLOCK_JUMP_MS, step * MINUTE_MS)
    expect(has('first')).toBe(true)
  }
})

it('returns no credentials with less life left than the least', () => {
  const { has, set } = keepOne({ expiresMs: 31 * MINUTE_MS })
  set(MINUTE_MS)
  expect(has('first')).toBe(true)
  set(MINUTE_MS + 1)
  expect(has('first')).toBe(false)
})

it('forgets the sessions of a tenant whose document changes, and those of no other', () => {
  const { keep, has, kept } = keepOne()
  const other = { ...STATE, tenant: 'beta', documentSha256: 'b' }
  keep('other', other)
  kept.observe({ ...STATE, documentSha256: 'changed' })
  expect(kept.size().entries).toBe(1)
  expect([has('first'), has('other', other)]).toEqual([false, true])
})

it('forgets all sessions where another key signs', () => {
  const { has, kept } = keepOne()
  kept.observe({ ...STATE, signingKeyId: 'key-2' })
  expect(kept.size()).toEqual({ entries: 0, bytes: 0 })
  expect(has('first')).toBe(false)
})

it('forgets nothing where a request needs no key', () => {
  const { has, kept } = keepOne()
  kept.observe({ ...STATE, signingKeyId: undefined })
  expect(has('first')).toBe(true)
})

it.each([
  ['the document changed', { ...STATE, documentSha256: 'changed' }],
  ['the key rotated', { ...STATE, signingKeyId: 'key-2' }],
])('keeps no session that STS issued while %s', (_, state) => {
  const { keep, has, kept } = keepOne()
  const moment = kept.observe(STATE)
  kept.observe(state)
  keep('changed', state)
  keep('late', STATE, moment)
  expect(kept.size().entries).toBe(1)
  expect(has('changed', state)).toBe(true)
})

it('keeps no session that STS issued while a clock jumped', () => {
  const { keep, has, set, kept } = keepOne()
  const moment = kept.observe(STATE)
  set(MINUTE_MS, 0)
  kept.observe(STATE)
  set(0)
  kept.observe(STATE)
  keep('late', STATE, moment)
  expect(has('late')).toBe(false)
})

it('forgets the session that was used least recently beyond the most entries', () => {
  const { keep, has, kept } = keepOne({ limits: { maxEntries: 2 } })
  keep('second')
  expect(has('first')).toBe(true)
  keep('third')
  expect([has('first'), has('second'), has('third')]).toEqual([true, false, true])
  expect(kept.size().entries).toBe(2)
})

it('is bounded by the bytes of all text', () => {
  const { kept } = keepOne()
  const { bytes: ofOne } = kept.size()
  expect(ofOne).toBeGreaterThan(Object.values(ASSUMED).join('').length)
  const limited = keepOne({ limits: { maxBytes: 2 * ofOne + 10 } })
  limited.keep('two')
  expect(limited.kept.size().entries).toBe(2)
  limited.keep('three')
  expect(limited.kept.size().entries).toBe(2)
  expect(limited.kept.size().bytes).toBeLessThanOrEqual(2 * ofOne + 10)
  expect(limited.has('three')).toBe(true)
})

it('counts two bytes for each character of a text that needs them', () => {
  const { kept, keep } = keepOne()
  const { bytes } = kept.size()
  keep('xxxxx')
  const ofLatin = kept.size().bytes - bytes
  keep('xxxx…')
  expect(kept.size().bytes - bytes - ofLatin).toBe(ofLatin + 10)
})

it('keeps nothing that is larger than all that may be kept, and what it has', () => {
  const { keep, kept, has } = keepOne({ limits: { maxBytes: 2_000 } })
  keep('x'.repeat(2_000))
  expect(kept.size().entries).toBe(1)
  expect(has('first')).toBe(true)
})

it('replaces a session under the same key, and counts it once', () => {
  const { kept, keep } = keepOne()
  const before = kept.size()
  keep('first')
  expect(kept.size()).toEqual(before)
})

it('lets go of sessions that nobody requests again', () => {
  const { keep, set, kept } = keepOne()
  for (let minute = 1; minute <= 30; minute++) {
    set(minute * MINUTE_MS)
    keep(`of minute ${minute}`)
  }
  expect(kept.size().entries).toBeLessThanOrEqual(6)
})
