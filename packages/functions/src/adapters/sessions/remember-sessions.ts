/**
 * Remembers of issued sessions what proves later that a request was signed with one of them, and
 * never the secret access key. The broker loads this file lazily (bundle.ts).
 */
import type { AssumedRole, SessionIdentifier } from '@token-broker/core'
import { isSignedWith, readSignature, type SignedAddress } from '../request-signature.ts'
import { nameOfSession, openSession, sealSession } from './sealed-session.ts'
import { createMemorySessions } from './session-store.ts'
import { createSessionTable, type SessionTableOptions } from './session-table.ts'
import { deriveSigningKeys, SERVICE, scopeOf } from './signing-keys.ts'

export interface SessionOptions {
  /** Where clients may be configured to be, each of which gets a key. */
  readonly regions: readonly string[]
  /** Undefined: in memory. */
  readonly table: SessionTableOptions | undefined
  readonly address: SignedAddress
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface SessionMemory extends SessionIdentifier {
  /** @throws an error for `readSdkError` */
  remember(session: AssumedRole, signal: AbortSignal): Promise<void>
}

/** After its expiry, so that the reason can be given for some time. */
const KEPT_MS = 3_600_000
const SESSION_TOKEN = 'x-amz-security-token'
const SIGNATURE_RULE = { service: SERVICE, readHeaders: [SESSION_TOKEN] }

export function createSessionMemory(options: SessionOptions): SessionMemory {
  const { regions, table, address, now } = options
  const store = table ? createSessionTable(table) : createMemorySessions()
  return {
    async remember(session, signal) {
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = session
      const expiresMs = expiration.getTime()
      const validity = { fromMs: now(), untilMs: expiresMs }
      const stored = {
        arn: session.assumedRoleArn,
        userId: session.assumedRoleId,
        expiresMs,
        keys: deriveSigningKeys(secretAccessKey, regions, validity),
      }
      const name = nameOfSession(accessKeyId, sessionToken)
      await store.put(name, sealSession(stored, sessionToken), expiresMs + KEPT_MS, signal)
    },
    async identify(request, signal) {
      const signature = readSignature(request, SIGNATURE_RULE, now())
      if (typeof signature === 'string') return signature
      const { accessKeyId, date, region } = signature
      const sessionToken = request.headers[SESSION_TOKEN]
      // All sessions have a token; a long-term key cannot be known here.
      if (!sessionToken) return 'unknown-session'
      const sealed = await store.get(nameOfSession(accessKeyId, sessionToken), signal)
      const session = sealed && openSession(sealed, sessionToken)
      if (!session) return 'unknown-session'
      // DynamoDB deletes what has expired within days, not at once.
      if (session.expiresMs <= now()) return 'expired-session'
      const { keys, arn, userId } = session
      const key = keys[scopeOf(date, region)]
      if (key === undefined) return 'other-region'
      if (!isSignedWith(Buffer.from(key, 'hex'), signature, request, address)) return 'mismatch'
      return { accessKeyId, arn, userId }
    },
  }
}
