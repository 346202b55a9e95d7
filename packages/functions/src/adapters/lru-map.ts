/** A map that holds a bounded number of entries and forgets the one not asked for the longest. */

export interface LruMap<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

export function createLruMap<Value>(maxEntries: number): LruMap<Value> {
  // A Map iterates in the order of insertion, so the first key is the least recently used.
  const entries = new Map<string, Value>()
  const put = (key: string, value: Value) => {
    entries.delete(key)
    entries.set(key, value)
  }
  return {
    get(key) {
      const value = entries.get(key)
      if (value !== undefined) put(key, value)
      return value
    },
    set(key, value) {
      put(key, value)
      if (entries.size <= maxEntries) return
      const oldest = entries.keys().next()
      if (!oldest.done) entries.delete(oldest.value)
    },
  }
}
