/** The one error class of this package, and the closed list of its codes. */

/** The codes of the broker's API; `docs/errors.md` says what each means and what to do. */
const BROKER_CODES = [
  'invalid_request',
  'invalid_token',
  'issuer_untrusted',
  'token_expired',
  'invalid_dpop_proof',
  'use_dpop_nonce',
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
 * The broker's codes, and two of this package: `unreachable` (the request failed, or no complete
 * response arrived in time) and `unexpected_response` (the response is not a token broker's, for
 * example a gateway's error page).
 */
export type TokenBrokerErrorCode = BrokerCode | 'unreachable' | 'unexpected_response'

export function isBrokerCode(value: unknown): value is BrokerCode {
  return BROKER_CODES.some((code) => code === value)
}

interface Details {
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
}

/** Why there are no credentials. The message never contains a token or a credential. */
export class TokenBrokerError extends Error {
  readonly code: TokenBrokerErrorCode
  /** The HTTP status; undefined if there was no response. */
  readonly status: number | undefined
  /** With this ID, the operator finds the reason in the broker's audit record. */
  readonly requestId: string | undefined
  /** How long to wait before the next attempt, if the broker or the back-off says so. */
  readonly retryAfterSeconds: number | undefined
  /** For the AWS SDK's provider chains: after a refusal, do not try other credentials. */
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
