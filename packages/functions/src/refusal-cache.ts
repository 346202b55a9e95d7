/** Remembers refusals for a few seconds: a denied SDK asks three to five times, and the same answer need not be worked out. */
import { BrokerError, type RefusalCode } from '@token-broker/core'
import { createLruMap } from './adapters/lru-map.ts'

const REMEMBERED_MS = 5_000
const MAX_ENTRIES = 1_000
/** What the token and the rules decide; anything else may be better at the next try. */
const LASTING: readonly RefusalCode[] = [
  ...(['invalid_token', 'issuer_untrusted', 'token_expired', 'access_denied', 'claim_unusable'] as const),
]

export interface RefusalCache {
  get(key: string): BrokerError | undefined
  remember(key: string, refusal: BrokerError): void
}

export function createRefusalCache(now: () => number): RefusalCache {
  const entries = createLruMap<{ readonly refusal: BrokerError; readonly until: number }>(MAX_ENTRIES)
  return {
    get(key) {
      const entry = entries.get(key)
      return entry !== undefined && entry.until > now() ? entry.refusal : undefined
    },
    remember(key, refusal) {
      if (!LASTING.includes(refusal.code)) return
      const { code, message, callerMessage } = refusal
      const kept = new BrokerError(code, `${message} (as a moment ago)`, callerMessage ? { callerMessage } : {})
      entries.set(key, { refusal: kept, until: now() + REMEMBERED_MS })
    },
  }
}
