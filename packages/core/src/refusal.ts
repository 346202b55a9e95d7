/** The closed list of reasons for which the broker issues no credentials, and the one error class that carries them. */

export const REFUSAL_CODES = [
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

/** Stable codes that callers may rely on. What they mean on each wire is the surface's business. */
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/**
 * The only error class of the broker.
 *
 * `message` is for the operator (audit record, trace) and may quote an upstream's words; it never reaches a caller and
 * never holds a token, a secret or a claim's value. `callerMessage` is safe to send: it says what the caller can mend.
 */
export class BrokerError extends Error {
  readonly code: RefusalCode
  readonly callerMessage: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: RefusalCode,
    message: string,
    options: { callerMessage?: string; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'BrokerError'
    this.code = code
    this.callerMessage = options.callerMessage
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
