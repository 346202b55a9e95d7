/**
 * The closed list of reasons for which the broker issues no credentials, and the error that carries
 * them.
 */

export const REFUSAL_CODES = [
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

/** Stable codes that callers may rely on. Each endpoint maps them to its own wire format. */
export type RefusalCode = (typeof REFUSAL_CODES)[number]

export interface RefusalOptions {
  readonly callerMessage?: string
  readonly retryAfterSeconds?: number | undefined
  readonly likelyCauses?: readonly string[] | undefined
  readonly cause?: unknown
}

/**
 * The base class of the broker's errors. Its subclasses are `UnknownRoute` (no endpoint has the
 * path or the method), which has an HTTP status of its own, and `UnsupportedAction` (an action of
 * STS other than `AssumeRoleWithWebIdentity`), which has an error code of its own at the STS
 * endpoint; both are `invalid_request`. `MalformedPolicy` is `sts_rejected`, unless the caller sent
 * the policy. `UnidentifiedCaller` has one of three codes, and AWS's own error code at the STS
 * endpoint. `PoolRefusal` has one of two codes, and Amazon Cognito's own name at the endpoint for
 * identity pools. `StartFailure` is `config_invalid`, and has what anyone may know of it.
 *
 * `message` is for the operator (audit record, trace, command line) and may quote an upstream's
 * words. It says what failed, what was expected, what was found and what to do. It never reaches a
 * caller, and never contains a token, a secret or a whole claim set. Of the value of a claim that
 * fails its pattern or a condition, it has at most 64 characters, quoted and escaped.
 * `callerMessage` is safe to send: it says what the caller can correct. It has no value of a tenant
 * document, and of the token only what names its parties and its key: no other claim.
 */
export class BrokerError extends Error {
  readonly code: RefusalCode
  readonly callerMessage: string | undefined
  readonly retryAfterSeconds: number | undefined
  /** For the operator, where STS refused: the likeliest first. */
  readonly likelyCauses: readonly string[] | undefined

  constructor(code: RefusalCode, message: string, options: RefusalOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'BrokerError'
    this.code = code
    this.callerMessage = options.callerMessage
    this.retryAfterSeconds = options.retryAfterSeconds
    this.likelyCauses = options.likelyCauses
  }
}
