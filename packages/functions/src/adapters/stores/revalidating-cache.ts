/** Keeps what a slow source said: fresh for a while, and served stale for a bounded time while the source is away. */
import { BrokerError } from '@token-broker/core'
import { createLruMap } from '../caching.ts'

/** How long an answer is served without asking again: so long may a change take to reach a running broker. */
const FRESH_MS = 60_000
/** The same for "there is none", so that a new tenant is found soon. */
const NEGATIVE_FRESH_MS = 10_000
/** How long an answer goes on being served while the source cannot be asked. */
const STALE_IF_ERROR_MS = 3_600_000
const RETRY_MS = 5_000
/** A load that takes longer was interrupted, by a machine that stood still: what it brings is as old as its question. */
const LONGEST_LOAD_MS = 5_000
/** From this part of its fresh time on, an answer is renewed while it is still served. */
const RENEW_AFTER = 0.75

export interface CacheOptions<Value> {
  readonly load: (key: string) => Promise<Value>
  readonly isNegative: (value: Value) => boolean
  /** Milliseconds, by a clock that is not set back. */
  readonly now: () => number
  /** Of answers; as many again of negative ones, so that made-up keys push nothing out. */
  readonly maxEntries: number
}

interface Entry<Value> {
  readonly value: Value
  /** When the source was asked, in milliseconds. */
  askedAt: number
  failedAt: number
}

interface Load<Value> {
  readonly answer: Promise<Value>
  readonly askedAt: number
}

/**
 * One load at a time for each key. A source that answers with something unreadable (`config_invalid`) is not away: what was
 * known before is forgotten.
 * @throws what `load` throws, where nothing usable is known
 */
export function createRevalidatingCache<Value>(
  options: CacheOptions<Value>,
): (key: string) => Promise<Value> {
  const { load, isNegative, now, maxEntries } = options
  const known = createLruMap<Entry<Value>>(maxEntries)
  const negative = createLruMap<Entry<Value>>(maxEntries)
  const underWay = new Map<string, Load<Value>>()

  const keep = (key: string, value: Value, askedAt: number) => {
    const before = known.get(key) ?? negative.get(key)
    if (before && before.askedAt > askedAt) return
    const entries = isNegative(value) && !known.get(key) ? negative : known
    entries.set(key, { value, askedAt, failedAt: Number.NEGATIVE_INFINITY })
  }

  const ask = async (key: string, askedAt: number): Promise<Value> => {
    try {
      const value = await load(key)
      keep(key, value, askedAt)
      return value
    } catch (error) {
      const entry = known.get(key) ?? negative.get(key)
      if (entry && isOutage(error)) entry.failedAt = now()
      else if (entry) entry.askedAt = Number.NEGATIVE_INFINITY
      throw error
    }
  }

  const refresh = (key: string): Promise<Value> => {
    const joined = underWay.get(key)
    const askedAt = now()
    if (joined && askedAt - joined.askedAt < LONGEST_LOAD_MS) return joined.answer
    const answer = ask(key, askedAt).finally(() => {
      if (underWay.get(key)?.answer === answer) underWay.delete(key)
    })
    underWay.set(key, { answer, askedAt })
    return answer
  }

  return async (key) => {
    const entry = known.get(key) ?? negative.get(key)
    if (!entry) return refresh(key)
    const freshMs = isNegative(entry.value) ? NEGATIVE_FRESH_MS : FRESH_MS
    const ageMs = now() - entry.askedAt
    const retryDue = now() - entry.failedAt >= RETRY_MS
    if (ageMs < freshMs) {
      if (ageMs >= freshMs * RENEW_AFTER && retryDue) refresh(key).catch(() => undefined)
      return entry.value
    }
    if (ageMs >= STALE_IF_ERROR_MS) return refresh(key)
    if (!retryDue) return entry.value
    return refresh(key).catch((error: unknown) => {
      if (isOutage(error)) return entry.value
      throw error
    })
  }
}

function isOutage(error: unknown): boolean {
  return (
    error instanceof BrokerError &&
    (error.code === 'upstream_unavailable' || error.code === 'throttled')
  )
}
