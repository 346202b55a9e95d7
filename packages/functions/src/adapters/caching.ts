/**
 * What every cache of the broker is built from: a bounded map, and the clock by which entries age.
 */

export interface LruMap<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

/** A map with a bounded number of entries, which forgets the least recently used one. */
export function createLruMap<Value>(maxEntries: number): LruMap<Value> {
  // A Map iterates in the order of insertion, so the first key is the least recently used.
  const entries = new Map<string, Value>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= maxEntries) return
      const oldest = entries.keys().next()
      if (!oldest.done) entries.delete(oldest.value)
    },
  }
}

export interface Clocks {
  /** Milliseconds since the epoch, from a clock that may be set. */
  readonly now: () => number
  /**
   * Nanoseconds since an arbitrary moment, from a monotonic clock, which may stop while the machine
   * sleeps.
   */
  readonly monotonicNs: () => bigint
}

/**
 * Milliseconds from a clock that is never set back: it continues where the wall clock is set back,
 * and jumps with it where the machine slept. Without it, keys would be used and refusals remembered
 * for as long as the clock was set back by.
 */
export function createAgeClock({ now, monotonicNs }: Clocks): () => number {
  let aheadMs = Number.NEGATIVE_INFINITY
  return () => {
    const elapsedMs = Number(monotonicNs()) / 1e6
    aheadMs = Math.max(aheadMs, now() - elapsedMs)
    return elapsedMs + aheadMs
  }
}
