/**
 * The limits of AWS STS and IAM that several stages keep to, each defined once.
 *
 * The local STS has its own copies on purpose: it checks the broker independently.
 * @see AWS STS API Reference, "AssumeRoleWithWebIdentity"
 * @see IAM User Guide, "IAM and AWS STS quotas" and "Pass session tags in AWS STS"
 */

/**
 * Audience of every token that the broker uses itself; roles trust it. Released tokens never have
 * it.
 */
export const STS_AUDIENCE = 'sts.amazonaws.com'

/** Longest `WebIdentityToken`, in characters. */
export const MAX_TOKEN_CHARACTERS = 20_000

/** Longest `SAMLAssertion`, in characters of base64. */
export const MAX_ASSERTION_CHARACTERS = 100_000

/** Inline session policy and managed policy ARNs together, in characters. */
export const MAX_POLICY_CHARACTERS = 2048
export const MAX_MANAGED_POLICIES = 10
/** `DurationSeconds`. */
export const MIN_DURATION_SECONDS = 900
export const MAX_DURATION_SECONDS = 43_200

/** What a policy may contain: tab, line feed, carriage return, and U+0020 to U+00FF. */
export const POLICY_TEXT = /^[\t\n\r\u0020-\u00ff]*$/

/** `Sid` of a statement. */
export const STATEMENT_ID = /^[A-Za-z0-9]+$/

/** `RoleSessionName` and `SourceIdentity`: 2 to 64 of these characters. */
export const SESSION_NAME = /^[\w+=,.@-]{2,64}$/

export const MAX_SESSION_TAGS = 50
export const MAX_TAG_KEY_CHARACTERS = 128
export const MAX_TAG_VALUE_CHARACTERS = 256
/** Keys and values of session tags. */
export const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
