/** Caches credentials: shares one request among callers, refreshes early, backs off on failure. */
import { obtainCredentials } from './obtain-credentials.ts'
import { platformNow } from './platform.ts'
import type { AwsCredentials, FromTokenBrokerOptions } from './provider-options.ts'
import { TokenBrokerError } from './token-broker-error.ts'

export interface CredentialCache {
  /** @param forceRefresh requests new credentials even if the cached ones are valid */
  get(forceRefresh: boolean): Promise<AwsCredentials>
  /**
   * Discards the cached credentials and the result of a pending request, so that the next user
   * never receives the previous user's credentials.
   */
  clear(): void
}

/** Milliseconds since 1970. */
interface Period {
  readonly from: number
  readonly until: number
}

/** The period is the time before a refresh is due, not the lifetime. */
interface CachedCredentials extends Period {
  readonly credentials: AwsCredentials
}

interface BackOff extends Period {
  readonly failures: number
  readonly error: unknown
}

const DEFAULT_REFRESH_AHEAD_SECONDS = 600
/** The longest back-off, even if the broker or a gateway in front of it asks for more. */
const MAX_RETRY_AFTER_SECONDS = 300
const MAX_BACK_OFF_SECONDS = 30

/** The broker has refused this caller, so credentials that it issued earlier are discarded. */
const CALLER_REFUSED_CODES: readonly string[] = [
  'invalid_token',
  'issuer_untrusted',
  'token_expired',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'access_denied',
  'claim_unusable',
]

export function createCredentialCache(options: FromTokenBrokerOptions): CredentialCache {
  const { now = platformNow, refreshAheadSeconds = DEFAULT_REFRESH_AHEAD_SECONDS, signal } = options
  let cached: CachedCredentials | undefined
  let backOff: BackOff | undefined
  let pending: Promise<AwsCredentials> | undefined

  function refresh(): Promise<AwsCredentials> {
    if (pending) return pending
    const attempt = obtainCredentials(options).then(
      (credentials) => {
        // After `clear`, a newer attempt, or none, may have replaced this one.
        if (pending !== attempt) return credentials
        const from = now()
        const expiresAt = credentials.expiration.getTime()
        const refreshAhead = Math.min(refreshAheadSeconds * 1000, (expiresAt - from) / 2)
        cached = { credentials, from, until: expiresAt - refreshAhead }
        pending = backOff = undefined
        return credentials
      },
      (error: unknown) => {
        if (pending === attempt) {
          pending = undefined
          const isRefused = isCallerRefused(error)
          if (isRefused) cached = undefined
          backOff = isRefused ? undefined : backOffAfter(error, backOff?.failures ?? 0, now())
        }
        throw error
      },
    )
    pending = attempt
    return attempt
  }

  async function get(forceRefresh: boolean): Promise<AwsCredentials> {
    const at = now()
    const current = backOff && isWithin(backOff, at) ? backOff : undefined
    if (!forceRefresh && cached && at < cached.credentials.expiration.getTime()) {
      const { credentials } = cached
      // No caller waits for this attempt, so its error is dropped; later calls see its effect.
      if (!isWithin(cached, at) && !current && !signal?.aborted) refresh().catch(() => {})
      return copyCredentials(credentials)
    }
    // A retry can succeed at once if the app's token function failed or the request was invalid.
    if (current && isTemporary(current.error) && !signal?.aborted)
      throw errorDuringBackOff(current.error, current.until - at)
    return copyCredentials(await refresh())
  }

  return {
    get,
    clear: () => {
      cached = backOff = pending = undefined
    },
  }
}

/** Checks `from` too: after the clock was set back, the period would last longer than intended. */
function isWithin({ from, until }: Period, at: number): boolean {
  return from <= at && at < until
}

function isCallerRefused(error: unknown): boolean {
  return error instanceof TokenBrokerError && CALLER_REFUSED_CODES.includes(error.code)
}

/** The failure can end without any change by the app, and more requests would not end it sooner. */
function isTemporary(error: unknown): error is TokenBrokerError {
  if (!(error instanceof TokenBrokerError)) return false
  const { code, status = 0 } = error
  return code === 'unreachable' || code === 'unexpected_response' || status === 429 || status >= 500
}

function backOffAfter(error: unknown, failuresBefore: number, from: number): BackOff {
  const requested = isTemporary(error) ? (error.retryAfterSeconds ?? 0) : 0
  const exponential = Math.min(2 ** failuresBefore, MAX_BACK_OFF_SECONDS)
  const seconds = Math.min(Math.max(requested, exponential), MAX_RETRY_AFTER_SECONDS)
  return { from, until: from + seconds * 1000, failures: failuresBefore + 1, error }
}

function errorDuringBackOff(error: TokenBrokerError, remaining: number): TokenBrokerError {
  const { code, message, cause } = error
  const retryAfterSeconds = Math.ceil(remaining / 1000)
  return new TokenBrokerError(code, message, { ...error, cause, retryAfterSeconds })
}

/** The AWS SDK adds properties to the object it receives, and a Date can be changed. */
function copyCredentials(credentials: AwsCredentials): AwsCredentials {
  return { ...credentials, expiration: new Date(credentials.expiration) }
}
