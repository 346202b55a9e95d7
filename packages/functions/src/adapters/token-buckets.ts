/**
 * Token buckets by key: each admits a burst at once, and then one request per interval. Times are
 * whole nanoseconds, so that a bucket never admits more than its burst and its rate allow.
 */
import type { RateLimit } from '@token-broker/core'

export interface TokenBuckets {
  /** @returns nanoseconds until the bucket admits the next request; 0: it admits one now */
  waitNs(key: string, limit: RateLimit, nowNs: number): number
  /** Takes one request out of the bucket. Of an empty bucket, it takes nothing. */
  take(key: string, limit: RateLimit, nowNs: number): void
}

/** Buckets that keys share once there are as many keys as are kept. */
const SHARED_BUCKETS = 64
/** The buckets that were used longest ago are full first. */
const TRIED_TO_FORGET = 4

/**
 * Only a full bucket is forgotten, which changes nothing: a caller with many keys must not get rid
 * of what it used up. While none of those that were used longest ago is full, new keys share
 * {@link SHARED_BUCKETS} buckets, so that no key is without a limit, and none is refused for long.
 * @param maxKeys some 150 bytes each
 */
export function createTokenBuckets(maxKeys: number): TokenBuckets {
  // When each bucket is full again, the least recently used first; one that has no entry is full.
  const fullAt = new Map<string, number>()
  const sharedFullAt = new Float64Array(SHARED_BUCKETS)

  const makeRoom = (nowNs: number): boolean => {
    let tried = 0
    for (const [key, atNs] of fullAt) {
      if (fullAt.size < maxKeys || tried++ >= TRIED_TO_FORGET) break
      if (atNs <= nowNs) fullAt.delete(key)
    }
    return fullAt.size < maxKeys
  }
  const filledAt = (key: string, limit: RateLimit, nowNs: number): number => {
    const atNs = fullAt.get(key) ?? sharedFullAt[slotOf(key)] ?? 0
    // A bucket that a changed document made smaller is at most empty.
    return Math.min(Math.max(atNs, nowNs), nowNs + limit.burst * intervalNs(limit))
  }

  return {
    waitNs(key, limit, nowNs) {
      const interval = intervalNs(limit)
      const emptyUntil = filledAt(key, limit, nowNs) + interval - limit.burst * interval
      return Math.max(0, emptyUntil - nowNs)
    },
    take(key, limit, nowNs) {
      const interval = intervalNs(limit)
      const takenNs = filledAt(key, limit, nowNs) + interval
      const atNs = Math.min(takenNs, nowNs + limit.burst * interval)
      const isKnown = fullAt.delete(key)
      if (isKnown || makeRoom(nowNs)) fullAt.set(key, atNs)
      // A key with a smaller bucket must not fill that of another one.
      else sharedFullAt[slotOf(key)] = Math.max(atNs, sharedFullAt[slotOf(key)] ?? 0)
    },
  }
}

/** Rounded up, so that the rate is never exceeded. */
function intervalNs({ requests, seconds }: RateLimit): number {
  return Math.ceil((seconds * 1e9) / requests)
}

function slotOf(key: string): number {
  let hash = 0
  for (let index = 0; index < key.length; index++) hash = (hash * 31 + key.charCodeAt(index)) | 0
  return (hash >>> 0) % SHARED_BUCKETS
}
