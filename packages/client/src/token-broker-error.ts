/** The closed list of reasons for which there are no credentials, and the one error class that carries them. */

/** The broker's own codes, as its API documents them. */
const BROKER_CODES = [
  'invalid_request',
  'invalid_token',
  'issuer_untrusted',
  'token_expired',
  'issuer_unavailable',
  'access_denied',
  'claim_unusable',
  'sts_rejected',
  'policy_too_large',
  'throttled',
  'upstream_unavailable',
  'config_invalid',
  'internal',
] as const

type BrokerCode = (typeof BROKER_CODES)[number]

/**
 * The broker's codes, and two of this package: `unreachable` (no whole answer came in time) and `unexpected_answer`
 * (what came is not the broker's, such as a gateway's page).
 */
export type TokenBrokerErrorCode = BrokerCode | 'unreachable' | 'unexpected_answer'

export function isBrokerCode(value: unknown): value is BrokerCode {
  return BROKER_CODES.some((code) => code === value)
}

interface Details {
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
}

/** Why there are no credentials. The message never holds a token or a credential. */
export class TokenBrokerError extends Error {
  readonly code: TokenBrokerErrorCode
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined
  /** Under this id the operator finds the reason in the audit record. */
  readonly requestId: string | undefined
  /** Until then the broker is not asked again. */
  readonly retryAfterSeconds: number | undefined
  /** The AWS SDK's chains read this: a refusal must not fall through to some other credentials. */
  readonly tryNextLink = false

  constructor(code: TokenBrokerErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'TokenBrokerError'
    this.code = code
    this.status = details.status
    this.requestId = details.requestId
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}
