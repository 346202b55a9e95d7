/**
 * Remembers refusals for a few seconds: an SDK that is refused repeats its request two to four
 * times, and the same response need not be computed again.
 */
import {
  type AuditRecord,
  BrokerError,
  type Dependencies,
  issueCredentials,
  type RecordedCaller,
  type RefusalCode,
  repeatAuditRecord,
  sha256Hex,
} from '@token-broker/core'
import { createLruMap } from './adapters/caching.ts'
import type { HttpRequest } from './http.ts'

const REMEMBERED_MS = 5_000
const MAX_ENTRIES = 1_000
/** The token, the rules and the role decide these; any other refusal may be gone a moment later. */
const LASTING: readonly RefusalCode[] = [
  'invalid_token',
  'issuer_untrusted',
  'token_expired',
  'access_denied',
  'claim_unusable',
  'sts_rejected',
  'policy_too_large',
]

interface Remembered {
  readonly refusal: BrokerError
  readonly record: AuditRecord
  readonly until: number
}

/**
 * @param ageClock in milliseconds
 * @returns for each request of an endpoint without a body, how to decide it: by the request path,
 *   or by what is remembered
 */
export function rememberRefusals(
  ageClock: () => number,
): (request: HttpRequest) => typeof issueCredentials {
  const entries = createLruMap<Remembered>(MAX_ENTRIES)
  return ({ path, query, clientIp, clientCertificate, headers }) => {
    // All that the record says about the caller is part of the key, so that the first record is
    // true of each repetition.
    const { authorization, 'user-agent': userAgent } = headers
    const caller = [path, query, clientIp, clientCertificate, authorization, userAgent]
    const key = sha256Hex(JSON.stringify(caller))
    return async (fields, caller, ports) => {
      // A limit is reached before anything is repeated.
      const known = fields instanceof BrokerError ? undefined : entries.get(key)
      if (known && known.until > ageClock()) return repeatRefusal(known, caller, ports)
      const records: AuditRecord[] = []
      const write = async (record: AuditRecord, signal: AbortSignal) => {
        await ports.audit.write(record, signal)
        records.push(record)
      }
      const outcome = await issueCredentials(fields, caller, { ...ports, audit: { write } })
      const [record] = records
      if (record && outcome instanceof BrokerError && LASTING.includes(outcome.code))
        entries.set(key, { refusal: outcome, record, until: ageClock() + REMEMBERED_MS })
      return outcome
    }
  }
}

/** Writes a record that repeats the first one: only the work behind it is saved. */
async function repeatRefusal(
  { refusal, record }: Remembered,
  { requestId, recordSignal }: RecordedCaller,
  { audit, now }: Dependencies,
) {
  try {
    await audit.write(repeatAuditRecord(record, requestId, now()), recordSignal)
    return refusal
  } catch (cause) {
    return new BrokerError('internal', 'The audit record could not be written.', { cause })
  }
}
