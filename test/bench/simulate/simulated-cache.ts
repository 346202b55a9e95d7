/** A cache of the broker in time: which look-ups it serves, and which cause a load. */

export interface CacheModel {
  readonly entries: number
  readonly freshMs: number
  /** The part of the fresh time after which a look-up starts a load that nobody waits for. */
  readonly refreshAfter: number
}

export interface SimulatedCache {
  /** `refresh`: the look-up does not wait, but it starts a load. */
  lookUp(key: number, at: number): 'hit' | 'refresh' | 'miss'
  /** Drops all entries. */
  clear(): void
}

/** Least recently used entries are evicted first. A load is complete at once. */
export function createSimulatedCache(model: CacheModel): SimulatedCache {
  const { entries, freshMs, refreshAfter } = model
  const loadedAt = new Map<number, number>()
  return {
    lookUp(key, at) {
      const loaded = loadedAt.get(key)
      if (loaded !== undefined) loadedAt.delete(key)
      const age = at - (loaded ?? Number.NEGATIVE_INFINITY)
      if (age < freshMs * refreshAfter) {
        loadedAt.set(key, loaded as number)
        return 'hit'
      }
      loadedAt.set(key, at)
      if (loadedAt.size > entries) {
        const [oldest] = loadedAt.keys()
        loadedAt.delete(oldest as number)
      }
      return age < freshMs ? 'refresh' : 'miss'
    },
    clear: () => loadedAt.clear(),
  }
}
