/** The checks of a token's header and claims that need no key (RFC 8725, RFC 7519 §4.1). */
import { BrokerError, type RefusalCode } from '../model/broker-error.ts'
import type { VerificationProfile } from '../model/compiled-tenant.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import type { SubjectToken } from './subject-token.ts'

/** The last second that every date library can represent: 9999-12-31T23:59:59Z. */
const LAST_SECOND = 253_402_300_799

/**
 * Checks `alg` against the issuer's allow list (RFC 8725 §3.1) and `typ` (§3.11), before any key
 * is used.
 * @throws {BrokerError} `invalid_token`
 */
export function checkHeader(
  token: SubjectToken,
  { algorithms, types }: VerificationProfile,
  trace: Trace,
): void {
  const { algorithm } = token
  demand(trace, 'algorithm is allowed', algorithms.includes(algorithm), algorithms, algorithm)
  const { typ } = token.header
  const accepted =
    typ === undefined ||
    (typeof typ === 'string' && types.includes(typ.toLowerCase().replace(/^application\//, '')))
  demand(trace, 'token type is accepted', accepted, ['(absent)', ...types], typ ?? '(absent)')
}

/**
 * Checks `sub`, `exp`, `iat` and `nbf`, once the signature is verified.
 * @param nowMs milliseconds since the epoch
 * @throws {BrokerError} `invalid_token`, `token_expired`
 */
export function checkLifetime(
  token: SubjectToken,
  { clockToleranceSeconds: tolerance, maxTokenAgeSeconds }: VerificationProfile,
  nowMs: number,
  trace: Trace,
): void {
  const { sub, exp, iat, nbf } = token.claims
  const now = nowMs / 1000
  const named = typeof sub === 'string' && sub !== ''
  demand(trace, 'sub is a non-empty string', named, '1 or more characters', typeof sub)
  const expires = demandTime(trace, 'exp', exp)
  const issued = demandTime(trace, 'iat', iat)
  const latest = now + tolerance
  if (nbf !== undefined) {
    const from = demandTime(trace, 'nbf', nbf)
    demand(trace, 'token is already valid (nbf)', from <= latest, `<= ${latest}`, from)
  }
  const past = 'token was not issued in the future (iat)'
  demand(trace, past, issued <= latest, `<= ${latest}`, issued)
  const earliest = now - tolerance
  const alive = 'token has not expired (exp)'
  demand(trace, alive, expires > earliest, `> ${earliest}`, expires, 'token_expired')
  const oldest = now - maxTokenAgeSeconds - tolerance
  const young = 'token is not too old (iat, maxTokenAge)'
  demand(trace, young, issued >= oldest, `>= ${oldest}`, issued, 'token_expired')
}

function demandTime(trace: Trace, claim: string, value: unknown): number {
  const valid =
    typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= LAST_SECOND
  const expected = `number from 0 to ${LAST_SECOND}`
  demand(trace, `${claim} is a time in seconds`, valid, expected, value ?? '(absent)')
  return Number(value)
}

function demand(
  trace: Trace,
  check: string,
  passed: boolean,
  expected: unknown,
  found: unknown,
  code: RefusalCode = 'invalid_token',
): void {
  if (recordCheck(trace, 'verify', check, passed, expected, found)) return
  throw new BrokerError(code, `The subject token fails the check: ${check}.`)
}
