/**
 * Caches the values of a slow source. A value is fresh for a limited time, is refreshed in the
 * background near the end of that time, and is served stale for a longer, bounded time while the
 * source fails.
 */
import { BrokerError } from '@token-broker/core'
import { createLruMap } from '../caching.ts'

/** How long a value is served without another load; a change takes at most this long to arrive. */
const FRESH_MS = 60_000
/** The same for negative values; shorter, so that a new tenant is soon found. */
const NEGATIVE_FRESH_MS = 10_000
/** The part of the fresh time after which a value is refreshed in the background. */
const REFRESH_AFTER = 0.75
/** How long a value is served while the source fails, counted from its load. */
const STALE_IF_ERROR_MS = 3_600_000
/** Pause between loads of a key while the source fails. */
const RETRY_MS = 5_000
/**
 * No load takes this long. An older one was interrupted because the machine was suspended, and its
 * result may be as old as its start.
 */
const MAX_LOAD_MS = 5_000

export interface CacheOptions<Value> {
  readonly load: (key: string) => Promise<Value>
  /** Whether the value says that the source does not contain the key. */
  readonly isNegative: (value: Value) => boolean
  /** Milliseconds, from a clock that is never set back. */
  readonly now: () => number
  /**
   * Limit of positive values, and again of negative ones: they are separate, so that made-up keys
   * cannot evict real ones.
   */
  readonly maxEntries: number
}

interface Entry<Value> {
  readonly value: Value
  /** When the load of the value started, in milliseconds. */
  loadedAt: number
  /** When a later load last failed. */
  failedAt: number
}

interface Load<Value> {
  readonly result: Promise<Value>
  readonly startedAt: number
}

/**
 * There is one load at a time per key, which all callers wait for. A source that returns an
 * unreadable value (`config_invalid`) has not failed: the value that was cached before is dropped.
 * @throws what `load` throws, if no usable value is cached
 */
export function createRevalidatingCache<Value>(
  options: CacheOptions<Value>,
): (key: string) => Promise<Value> {
  const { load, isNegative, now, maxEntries } = options
  const positive = createLruMap<Entry<Value>>(maxEntries)
  const negative = createLruMap<Entry<Value>>(maxEntries)
  const loads = new Map<string, Load<Value>>()

  const find = (key: string) => positive.get(key) ?? negative.get(key)

  const store = (key: string, value: Value, loadedAt: number) => {
    const before = find(key)
    if (before && before.loadedAt > loadedAt) return
    const entries = isNegative(value) && !positive.get(key) ? negative : positive
    entries.set(key, { value, loadedAt, failedAt: Number.NEGATIVE_INFINITY })
  }

  const loadAndStore = async (key: string, startedAt: number): Promise<Value> => {
    try {
      const value = await load(key)
      store(key, value, startedAt)
      return value
    } catch (error) {
      const entry = find(key)
      if (entry && isOutage(error)) entry.failedAt = now()
      else if (entry) entry.loadedAt = Number.NEGATIVE_INFINITY
      throw error
    }
  }

  const refresh = (key: string): Promise<Value> => {
    const running = loads.get(key)
    const startedAt = now()
    if (running && startedAt - running.startedAt < MAX_LOAD_MS) return running.result
    const result = loadAndStore(key, startedAt).finally(() => {
      if (loads.get(key)?.result === result) loads.delete(key)
    })
    loads.set(key, { result, startedAt })
    return result
  }

  return async (key) => {
    const entry = find(key)
    if (!entry) return refresh(key)
    const freshMs = isNegative(entry.value) ? NEGATIVE_FRESH_MS : FRESH_MS
    const ageMs = now() - entry.loadedAt
    const isRetryDue = now() - entry.failedAt >= RETRY_MS
    if (ageMs < freshMs) {
      if (ageMs >= freshMs * REFRESH_AFTER && isRetryDue) refresh(key).catch(() => undefined)
      return entry.value
    }
    if (ageMs >= STALE_IF_ERROR_MS) return refresh(key)
    if (!isRetryDue) return entry.value
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
