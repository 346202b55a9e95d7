/**
 * The checks of a subject token that need no key: first its form, then its header and its claims
 * (RFC 7515, RFC 7519 §4.1, RFC 8725).
 */
import { BrokerError } from '../model/broker-error.ts'
import type { VerificationProfile } from '../model/compiled-tenant.ts'
import { shownType, shownValue } from '../model/shown-value.ts'
import { SIGNATURE_ALGORITHMS } from '../model/signature-algorithms.ts'
import { MAX_TOKEN_CHARACTERS } from '../model/sts-limits.ts'
import { isUnixTime, LAST_SECOND, timeText } from '../model/time-text.ts'
import { NON_IDENTITY_TYPES } from '../model/token-types.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { readCompactJws } from './compact-jws.ts'
import { demand, describeValues } from './demand.ts'
import { recognizeToken } from './recognize-token.ts'

/** A token that is well formed and nothing more: no signature has been checked. */
export interface SubjectToken {
  readonly compact: string
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly algorithm: string
  readonly keyId: string | undefined
  readonly issuer: string
}

/**
 * Parses a compact JWS of at most 20,000 characters, as {@link readCompactJws} reads it.
 * @throws {BrokerError} `invalid_token`
 */
export function parseSubjectToken(compact: string, trace: Trace): SubjectToken {
  const malformed = (what: string): never => {
    recordCheck(
      trace,
      'verify',
      'token is well formed',
      false,
      'compact JWS of three base64url parts',
      what,
    )
    throw malformedToken(compact, what)
  }
  const { header, claims, algorithm } = readCompactJws(compact, MAX_TOKEN_CHARACTERS, malformed)
  const { kid } = header
  if (kid !== undefined && typeof kid !== 'string')
    return malformed('has a kid that is not a string')
  if (typeof claims.iss !== 'string') return malformed('has no iss')
  recordCheck(trace, 'verify', 'token is well formed', true)
  return { compact, header, claims, algorithm, keyId: kid, issuer: claims.iss }
}

/** What a token is, and what to send instead, is for the caller too: it says nothing of tenants. */
function malformedToken(text: string, what: string): BrokerError {
  const recognized = recognizeToken(text)
  if (recognized === undefined)
    return new BrokerError('invalid_token', `The subject token ${what}.`, {
      callerMessage:
        `The token is not well formed: expected a signed JWT in its one exact form (RFC 7515), ` +
        `found that it ${what}; send it as the identity provider issued it, or let the provider ` +
        'correct it.',
    })
  const isRecognized = `It is ${recognized.what}: ${recognized.advice}.`
  return new BrokerError('invalid_token', `The subject token ${what}. ${isRecognized}`, {
    callerMessage: `The token is not a signed JWT. ${isRecognized}`,
  })
}

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
  const isAllowed = algorithms.includes(algorithm)
  demand(trace, 'algorithm is allowed', isAllowed, algorithms, algorithm, () => [
    `The algorithm of the token (alg) is not accepted: ${describeValues(algorithms, algorithm)}; ` +
      'let the issuer sign with an accepted one, or add it to algorithms of the issuer in the ' +
      'tenant document.',
    'invalid_token',
    SIGNATURES.includes(algorithm) ? undefined : noKeyPair(algorithm),
  ])
  const { typ } = token.header
  // A stored document may list a type that the compile step refuses now.
  const identities = types.filter((type) => !NON_IDENTITY_TYPES.includes(type))
  const accepted = typ === undefined || identities.includes(typeName(typ))
  const expected = ['(absent)', ...identities]
  demand(trace, 'token type is accepted', accepted, expected, typ ?? '(absent)', () => [
    `The type of the token (typ) is not accepted: ${describeValues(expected, typ)}; send an ID ` +
      'token or an access token, or add the type to types of the issuer in the tenant document.',
  ])
}

const SIGNATURES: readonly string[] = SIGNATURE_ALGORITHMS
/** True of every issuer, so that the caller may know it before a signature is checked. */
function noKeyPair(algorithm: string): string {
  return (
    'The algorithm of the token (alg) is never accepted: expected one of signatures with a key ' +
    `pair, such as RS256 or ES256, found ${shownValue(algorithm)}; get a token that is signed ` +
    'with one.'
  )
}

const UNEXPIRED_CHECK = 'token has not expired (exp)'

/** How old a token may be, and what clocks may differ by. */
interface LifetimeRule
  extends Pick<VerificationProfile, 'clockToleranceSeconds' | 'maxTokenAgeSeconds'> {
  /** Absent: a token without `iat` is refused. */
  readonly issuedAt?: 'optional'
  /** Absent: a token without `exp` is refused. */
  readonly expiresAt?: 'optional'
}

/**
 * Checks `exp`, `iat` and `nbf`, once the issuer is known to vouch for them.
 * @param nowMs milliseconds since the epoch
 * @throws {BrokerError} `invalid_token`, `token_expired`
 */
export function checkLifetime(
  { claims }: Pick<SubjectToken, 'claims'>,
  { clockToleranceSeconds: tolerance, maxTokenAgeSeconds, issuedAt, expiresAt }: LifetimeRule,
  nowMs: number,
  trace: Trace,
): void {
  const { exp, iat, nbf } = claims
  const now = nowMs / 1000
  const isUnlimited = exp === undefined && expiresAt === 'optional'
  const expires = isUnlimited ? undefined : demandTime(trace, 'exp', exp)
  const isUndated = iat === undefined && issuedAt === 'optional'
  const issued = isUndated ? undefined : demandTime(trace, 'iat', iat)
  const latest = now + tolerance
  if (nbf !== undefined) {
    const from = demandTime(trace, 'nbf', nbf)
    demand(trace, 'token is already valid (nbf)', from <= latest, `<= ${latest}`, from, () =>
      timeReason(
        `The token is not valid yet: ${describeTime('nbf', from, now)}`,
        [`, and clockTolerance is ${tolerance} s`, IN_THE_PAST],
        'compare the clocks',
      ),
    )
  }
  if (issued !== undefined) {
    const past = 'token was not issued in the future (iat)'
    demand(trace, past, issued <= latest, `<= ${latest}`, issued, () =>
      timeReason(
        `The token was issued in the future: ${describeTime('iat', issued, now)}`,
        [`, and clockTolerance is ${tolerance} s`, IN_THE_PAST],
        'compare the clocks',
      ),
    )
  }
  const earliest = now - tolerance
  if (expires !== undefined)
    demand(trace, UNEXPIRED_CHECK, expires > earliest, `> ${earliest}`, expires, () =>
      timeReason(
        `The token has expired: ${describeTime('exp', expires, now)}`,
        [`, and clockTolerance is ${tolerance} s`, ', and must be in the future'],
        'get a new token from the issuer',
        'token_expired',
      ),
    )
  else recordCheck(trace, 'verify', UNEXPIRED_CHECK, true, 'no exp is required', '(absent)')
  if (issued === undefined) return
  const oldest = now - maxTokenAgeSeconds - tolerance
  const young = 'token is not too old (iat, maxTokenAge)'
  demand(trace, young, issued >= oldest, `>= ${oldest}`, issued, () =>
    timeReason(
      `The token is too old: ${describeTime('iat', issued, now)}`,
      [`, and maxTokenAge is ${maxTokenAgeSeconds} s`, ', and must be more recent'],
      'get a new token from the issuer',
      'token_expired',
    ),
  )
}

const IN_THE_PAST = ', and must be in the past'

/** The caller knows the times of its own token, and not the settings of the document. */
function timeReason(
  what: string,
  [setting, rule]: readonly [forOperator: string, forCaller: string],
  advice: string,
  code: 'invalid_token' | 'token_expired' = 'invalid_token',
) {
  return [`${what}${setting}; ${advice}.`, code, `${what}${rule}; ${advice}.`] as const
}

/** RFC 7515 §4.1.9: without regard to case, and `application/` may be omitted. */
function typeName(typ: unknown): string {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : ''
}

function demandTime(trace: Trace, claim: string, value: unknown): number {
  const valid = isUnixTime(value)
  const expected = `number from 0 to ${LAST_SECOND}`
  demand(trace, `${claim} is a time in seconds`, valid, expected, value ?? '(absent)', () => {
    const what =
      `The claim ${claim} of the token is not a time: expected a number of seconds since 1970, ` +
      `found ${typeof value === 'number' ? value : shownType(value)}; let the issuer write one.`
    return [what, 'invalid_token', what]
  })
  return Number(value)
}

/** Such as `exp 2026-11-26T05:09:18Z is 12 min ago`: rounded down, for people. */
function describeTime(claim: string, seconds: number, now: number): string {
  const distance = Math.abs(now - seconds)
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const
  const [size, unit] = units.find(([one]) => distance >= one) ?? [1, 's']
  const amount = `${Math.floor(distance / size)} ${unit}`
  return `${claim} ${timeText(seconds)} is ${seconds < now ? `${amount} ago` : `in ${amount}`}`
}
