/** The checks of a token's header and claims that need no key (RFC 8725, RFC 7519 §4.1). */
import type { VerificationProfile } from './compiled-tenant.ts'
import { BrokerError, type RefusalCode } from './refusal.ts'
import type { SubjectToken } from './subject-token.ts'
import { recordCheck, type Trace } from './trace.ts'

/**
 * Checks `alg` against the issuer's allow list (RFC 8725 §3.1) and `typ` (§3.11), before any key is touched.
 * @throws {BrokerError} `invalid_token`
 */
export function checkHeader(token: SubjectToken, profile: VerificationProfile, trace: Trace): void {
  demand(
    trace,
    'algorithm is allowed',
    profile.algorithms.includes(token.algorithm),
    profile.algorithms,
    token.algorithm,
  )
  const { typ } = token.header
  const typeHolds =
    typ === undefined ||
    (typeof typ === 'string' &&
      profile.types.includes(typ.toLowerCase().replace(/^application\//, '')))
  demand(
    trace,
    'token type is accepted',
    typeHolds,
    ['(absent)', ...profile.types],
    typ ?? '(absent)',
  )
}

/**
 * Checks `sub`, `exp`, `iat` and `nbf`, once the signature holds.
 * @param nowMs milliseconds since the epoch
 * @throws {BrokerError} `invalid_token`, `token_expired`
 */
export function checkLifetime(
  token: SubjectToken,
  profile: VerificationProfile,
  nowMs: number,
  trace: Trace,
): void {
  const { sub, exp, iat, nbf } = token.claims
  const now = nowMs / 1000
  const tolerance = profile.clockToleranceSeconds
  demand(
    trace,
    'sub is a non-empty string',
    typeof sub === 'string' && sub !== '',
    '1 or more characters',
    typeof sub,
  )
  const expires = demandTime(trace, 'exp', exp)
  const issued = demandTime(trace, 'iat', iat)
  if (nbf !== undefined) {
    const from = demandTime(trace, 'nbf', nbf)
    demand(
      trace,
      'token is valid already (nbf)',
      from <= now + tolerance,
      `<= ${now + tolerance}`,
      from,
    )
  }
  demand(
    trace,
    'token was not issued in the future (iat)',
    issued <= now + tolerance,
    `<= ${now + tolerance}`,
    issued,
  )
  demand(
    trace,
    'token has not expired (exp)',
    expires > now - tolerance,
    `> ${now - tolerance}`,
    expires,
    'token_expired',
  )
  const oldest = now - profile.maxTokenAgeSeconds - tolerance
  demand(
    trace,
    'token is not too old (iat, maxTokenAge)',
    issued >= oldest,
    `>= ${oldest}`,
    issued,
    'token_expired',
  )
}

/** The last second that every date library can name: 9999-12-31T23:59:59Z. */
const LAST_SECOND = 253_402_300_799

function demandTime(trace: Trace, claim: string, value: unknown): number {
  const holds =
    typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= LAST_SECOND
  demand(
    trace,
    `${claim} is a time in seconds`,
    holds,
    `number from 0 to ${LAST_SECOND}`,
    value ?? '(absent)',
  )
  return Number(value)
}

function demand(
  trace: Trace,
  check: string,
  held: boolean,
  expected: unknown,
  found: unknown,
  code: RefusalCode = 'invalid_token',
): void {
  if (recordCheck(trace, 'verify', check, held, expected, found)) return
  throw new BrokerError(code, `The subject token does not pass: ${check}.`)
}
