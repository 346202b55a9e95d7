/** How many new guests one network may get in a pool; every instance counts alone. */
import { createLruMap } from '../caching.ts'
import { networkOf } from '../network-of.ts'

/** Some 2 MB. An attacker with more networks than that has no use for a second id of one. */
const MAX_NETWORKS = 10_000
const HOUR_MS = 3_600_000

/** A bucket of tokens, one per guest, which fills up in an hour. */
interface Bucket {
  readonly tokens: number
  readonly countedAt: number
}

/** @returns undefined, or after how many seconds the network may get its next guest */
export type GuestLimit = (pool: string, clientIp: string, perHour: number) => number | undefined

/** @param now milliseconds, from a clock that is never set back */
export function createGuestLimit(now: () => number): GuestLimit {
  const buckets = createLruMap<Bucket>(MAX_NETWORKS)
  return (pool, clientIp, perHour) => {
    const key = `${pool} ${networkOf(clientIp)}`
    const countedAt = now()
    const known = buckets.get(key)
    const filled = known ? ((countedAt - known.countedAt) * perHour) / HOUR_MS : 0
    const tokens = known ? Math.min(perHour, known.tokens + filled) : perHour
    const isAllowed = tokens >= 1
    buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, countedAt })
    return isAllowed ? undefined : Math.ceil(((1 - tokens) * HOUR_MS) / perHour / 1000)
  }
}
