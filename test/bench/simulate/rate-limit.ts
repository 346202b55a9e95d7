/** Quotas of AWS as token buckets. */

export interface RateLimit {
  readonly perSecond: number
  readonly burst: number
}

/** @returns whether a call at this time is within the limit; times must not decrease */
export function createRateLimit(limit: RateLimit | undefined): (atMs: number) => boolean {
  if (limit === undefined) return () => true
  const { perSecond, burst } = limit
  let [tokens, filledAt] = [burst, 0]
  return (atMs) => {
    tokens = Math.min(burst, tokens + ((atMs - filledAt) / 1000) * perSecond)
    filledAt = atMs
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
