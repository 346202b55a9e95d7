/** Keeps secrets in memory for some minutes, and reads one again when its value was refused. */
import { BrokerError } from '@token-broker/core'
import { createLruMap } from '../caching.ts'
import type { SecretStore } from '../secret-store.ts'

const MAX_ENTRIES = 1_000
const FRESH_MS = 5 * 60_000
/** How long a secret is used while the store is not available. */
const STALE_IF_ERROR_MS = 3_600_000
/** A secret that stays wrong is read at most once in this time, however many requests there are. */
const REFUSED_COOLDOWN_MS = 10_000

interface Entry {
  readonly value: string
  readonly loadedAt: number
}

/** @param now milliseconds, from a clock that is never set back */
export function createCachedSecrets(store: SecretStore, now: () => number): SecretStore {
  const entries = createLruMap<Entry>(MAX_ENTRIES)
  const loads = new Map<string, Promise<string>>()

  const load = async (name: string): Promise<string> => {
    const loadedAt = now()
    try {
      const value = await store.get(name)
      entries.set(name, { value, loadedAt })
      return value
    } catch (error) {
      const known = entries.get(name)
      const isOutage = error instanceof BrokerError && error.code === 'upstream_unavailable'
      if (known && isOutage && loadedAt - known.loadedAt < STALE_IF_ERROR_MS) return known.value
      throw error
    }
  }

  return {
    async get(name, { isRefused = false } = {}) {
      const known = entries.get(name)
      const freshMs = isRefused ? REFUSED_COOLDOWN_MS : FRESH_MS
      if (known && now() - known.loadedAt < freshMs) return known.value
      const running = loads.get(name)
      if (running) return running
      const loading = load(name).finally(() => loads.delete(name))
      loads.set(name, loading)
      return loading
    },
  }
}
