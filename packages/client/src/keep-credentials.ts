/** Keeps credentials: one request for all who ask, a refresh ahead of the expiration, and patience with a broker that is down. */
import type { AwsCredentials } from './options.ts'
import { TokenBrokerError } from './token-broker-error.ts'

export interface KeptCredentials {
  /** @param forceRefresh asks the broker even if kept credentials are valid */
  get(forceRefresh: boolean): Promise<AwsCredentials>
  /** Forgets the credentials and whatever request is under way, so that the next user never gets the last one's. */
  clear(): void
}

export interface KeepOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly refreshAheadSeconds: number
  readonly signal: AbortSignal | undefined
}

interface Span {
  readonly from: number
  readonly until: number
}

/** Fresh for the span. */
interface Held extends Span {
  readonly credentials: AwsCredentials
}

interface Pause extends Span {
  readonly failures: number
  readonly error: unknown
}

/** The longest that the broker is left alone after a failure, whatever it or a gateway before it asked for. */
const MAX_RETRY_AFTER_SECONDS = 300
const MAX_BACK_OFF_SECONDS = 30

/** With these the broker has said no to this caller: credentials that it gave earlier are not used any longer. */
const FINAL_CODES: readonly string[] = [
  'invalid_token',
  'issuer_untrusted',
  'token_expired',
  'access_denied',
  'claim_unusable',
]

/** @param obtain makes one attempt; called once at a time, and in the background not during a pause after a failure */
export function keepCredentials(
  obtain: () => Promise<AwsCredentials>,
  options: KeepOptions,
): KeptCredentials {
  const { now, refreshAheadSeconds, signal } = options
  let held: Held | undefined
  let pause: Pause | undefined
  let pending: Promise<AwsCredentials> | undefined

  function refresh(): Promise<AwsCredentials> {
    if (pending) return pending
    const attempt = obtain().then(
      (credentials) => {
        if (pending !== attempt) return credentials
        const from = now()
        const expiresAt = credentials.expiration.getTime()
        held = {
          credentials,
          from,
          until: expiresAt - Math.min(refreshAheadSeconds * 1000, (expiresAt - from) / 2),
        }
        pending = pause = undefined
        return credentials
      },
      (error: unknown) => {
        if (pending === attempt) {
          pending = undefined
          if (isFinal(error)) held = undefined
          pause = isFinal(error) ? undefined : pauseAfter(error, pause?.failures ?? 0, now())
        }
        throw error
      },
    )
    pending = attempt
    return attempt
  }

  async function get(forceRefresh: boolean): Promise<AwsCredentials> {
    const at = now()
    const current = pause && isWithin(pause, at) ? pause : undefined
    if (!forceRefresh && held && at < held.credentials.expiration.getTime()) {
      const { credentials } = held
      // Nobody waits for this attempt; what it comes to, the next call sees.
      if (!isWithin(held, at) && !current && !signal?.aborted) refresh().catch(() => {})
      return copy(credentials)
    }
    // Where the caller's own token function failed, or the request was wrong, the next try may be better at once.
    if (current && isPassing(current.error) && !signal?.aborted)
      throw errorDuring(current.error, current.until - at)
    return copy(await refresh())
  }

  return {
    get,
    clear: () => {
      held = pause = pending = undefined
    },
  }
}

/** Not before `from` either: the clock was set back since, and would else make it last for as long again. */
function isWithin({ from, until }: Span, at: number): boolean {
  return from <= at && at < until
}

function isFinal(error: unknown): boolean {
  return error instanceof TokenBrokerError && FINAL_CODES.includes(error.code)
}

/** What may pass by itself, and would not pass sooner by asking more often. */
function isPassing(error: unknown): error is TokenBrokerError {
  if (!(error instanceof TokenBrokerError)) return false
  const { code, status = 0 } = error
  return code === 'unreachable' || code === 'unexpected_answer' || status === 429 || status >= 500
}

function pauseAfter(error: unknown, failuresBefore: number, from: number): Pause {
  const asked = isPassing(error) ? (error.retryAfterSeconds ?? 0) : 0
  const backOff = Math.min(2 ** failuresBefore, MAX_BACK_OFF_SECONDS)
  const seconds = Math.min(Math.max(asked, backOff), MAX_RETRY_AFTER_SECONDS)
  return { from, until: from + seconds * 1000, failures: failuresBefore + 1, error }
}

function errorDuring(error: TokenBrokerError, remaining: number): TokenBrokerError {
  const { code, message, status, requestId, cause } = error
  const retryAfterSeconds = Math.ceil(remaining / 1000)
  return new TokenBrokerError(code, message, { status, requestId, retryAfterSeconds, cause })
}

/** The AWS SDK writes into what it is given, and a Date can be changed: everyone gets their own. */
function copy(credentials: AwsCredentials): AwsCredentials {
  return { ...credentials, expiration: new Date(credentials.expiration) }
}
