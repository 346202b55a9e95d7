/** Remembers refusals for a few seconds: a denied SDK asks three to five times, and the same answer need not be worked out. */
import {
  type AuditRecord,
  BrokerError,
  type Caller,
  type Dependencies,
  issueCredentials,
  type RefusalCode,
  sha256Hex,
} from '@token-broker/core'
import { createLruMap } from './adapters/lru-map.ts'
import type { HttpRequest } from './http.ts'

const REMEMBERED_MS = 5_000
const MAX_ENTRIES = 1_000
/** What the token, the rules and the role decide; anything else may be better at the next try. */
const LASTING: readonly RefusalCode[] = [
  ...([
    'invalid_token',
    'issuer_untrusted',
    'token_expired',
    'access_denied',
    'claim_unusable',
  ] as const),
  ...(['sts_rejected', 'policy_too_large'] as const),
]

interface Remembered {
  readonly refusal: BrokerError
  readonly record: AuditRecord
  readonly until: number
}

/**
 * @param ageClock in milliseconds
 * @returns for each request of a door that has no body, how to decide it: by the work, or by what is remembered
 */
export function rememberRefusals(
  ageClock: () => number,
): (request: HttpRequest) => typeof issueCredentials {
  const entries = createLruMap<Remembered>(MAX_ENTRIES)
  return ({ path, clientIp, headers }) => {
    // All that the record tells of the caller is part of the key, so that the first one is true of each.
    const key = sha256Hex(
      JSON.stringify([path, clientIp, headers.authorization, headers['user-agent']]),
    )
    return async (read, caller, deps) => {
      const known = entries.get(key)
      if (known && known.until > ageClock()) return repeatRefusal(known, caller, deps)
      const records: AuditRecord[] = []
      const write = async (record: AuditRecord) => {
        await deps.audit.write(record)
        records.push(record)
      }
      const outcome = await issueCredentials(read, caller, { ...deps, audit: { write } })
      const [record] = records
      if (record && outcome instanceof BrokerError && LASTING.includes(outcome.code))
        entries.set(key, { refusal: outcome, record, until: ageClock() + REMEMBERED_MS })
      return outcome
    }
  }
}

/** A record of its own that tells what the first one told: only the work behind it is saved. */
async function repeatRefusal(
  { refusal, record }: Remembered,
  { requestId }: Caller,
  { audit, now }: Dependencies,
) {
  try {
    const time = new Date(now()).toISOString()
    await audit.write({
      ...record,
      time,
      requestId,
      reason: `${record.reason} (as a moment ago)`,
      durationsMs: {},
    })
    return refusal
  } catch (cause) {
    return new BrokerError('internal', 'The audit record could not be written.', { cause })
  }
}
