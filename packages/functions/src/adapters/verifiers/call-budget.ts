/** Bounds how often fabricated tokens make the broker call an issuer: a token bucket for each. */
import { createLruMap } from '../caching.ts'

/** Calls at once, after a quiet time. */
const MAX_CALLS = 50
const CALLS_PER_SECOND = 10
const MAX_BUCKETS = 1_000

export interface CallBudget {
  /** @returns whether another call is allowed now */
  spend(name: string): boolean
  /** For a token that was valid: ordinary callers are not limited. */
  giveBack(name: string): void
}

interface Bucket {
  readonly calls: number
  readonly at: number
}

/** @param now milliseconds, from a clock that is never set back */
export function createCallBudget(now: () => number): CallBudget {
  const buckets = createLruMap<Bucket>(MAX_BUCKETS)
  const callsOf = (name: string): number => {
    const { calls, at } = buckets.get(name) ?? { calls: MAX_CALLS, at: now() }
    return Math.min(MAX_CALLS, calls + ((now() - at) / 1000) * CALLS_PER_SECOND)
  }
  const set = (name: string, calls: number) => buckets.set(name, { calls, at: now() })
  return {
    spend(name) {
      const calls = callsOf(name)
      if (calls < 1) return false
      set(name, calls - 1)
      return true
    },
    giveBack: (name) => set(name, callsOf(name) + 1),
  }
}
