/** Stage 2, for SAML 2.0: an adapter reads and verifies the XML, and its checks are recorded. */
import { BrokerError, type RefusalCode } from '../model/broker-error.ts'
import type { SamlProfile } from '../model/compiled-tenant.ts'
import type { RequestFields } from '../model/credential-request.ts'
import type { RequestContext } from '../model/request-context.ts'
import { MAX_ASSERTION_CHARACTERS, MIN_DURATION_SECONDS } from '../model/sts-limits.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { demand } from './demand.ts'
import { demandSignature } from './demand-signature.ts'
import { readSubject, type TokenParties } from './token-parties.ts'

/** A SAML response or assertion that is well formed and nothing more: no signature was checked. */
export interface SamlToken {
  /** The XML document. */
  readonly xml: string
  /** The unverified entity id of its issuer. */
  readonly issuer: string
}

/** One condition of a signed assertion. */
export interface AssertionCheck {
  readonly check: string
  readonly passed: boolean
  readonly expected: unknown
  readonly found: unknown
  /** For the operator, where it did not pass. */
  readonly message: string
  /** What the caller may read of it. */
  readonly callerMessage?: string
  readonly code: RefusalCode
}

/** What a signed assertion says, read from the signed bytes alone. */
export interface AssertionStatement {
  /** In order, up to the first that did not pass. */
  readonly checks: readonly AssertionCheck[]
  /** Of use only where all checks passed. */
  readonly claims: Readonly<Record<string, unknown>>
  readonly audiences: readonly string[]
}

export interface SamlVerifier {
  /**
   * Decodes what the caller presents, and finds the name of its issuer. Nothing is fetched.
   * @param encoded base64 of a `samlp:Response`, or base64url of a `saml:Assertion` (RFC 7522)
   * @throws {BrokerError} `invalid_token`
   */
  read(encoded: string): Promise<SamlToken>
  /**
   * Checks the signature with a key of the profile's issuer, and then what is signed.
   * @param waitMs how long to wait for keys that have to be fetched, in milliseconds
   * @throws {BrokerError} `invalid_token`, `issuer_unavailable`
   */
  verify(token: SamlToken, profile: SamlProfile, waitMs: number): Promise<AssertionStatement>
}

export interface SamlPorts {
  readonly samlVerifier: SamlVerifier
}

/** Whether a presented token is SAML, and not a JWT. */
export function isSamlToken(token: object): token is SamlToken {
  return 'xml' in token
}

/** @throws {BrokerError} `invalid_token` where the text is not the base64 of a SAML document */
export async function parseAssertion(
  { subjectToken }: Pick<RequestFields, 'subjectToken'>,
  { trace, ports }: RequestContext<SamlPorts>,
): Promise<SamlToken> {
  const check = 'token is well formed'
  const expected = 'base64 of a SAML 2.0 response or assertion'
  const isShort = subjectToken.length <= MAX_ASSERTION_CHARACTERS
  demand(trace, check, isShort, expected, 'more characters', () => [
    `The SAML token is longer than ${MAX_ASSERTION_CHARACTERS} characters.`,
  ])
  const token = await ports.samlVerifier.read(subjectToken).catch((error: unknown) => {
    const found = error instanceof BrokerError ? error.message : undefined
    recordCheck(trace, 'verify', check, false, expected, found)
    throw error
  })
  recordCheck(trace, 'verify', check, true)
  return token
}

/**
 * @returns what the profile reads in the assertion. No party is authorized by name: the Recipient,
 *   which the issuer signs, says where an assertion may be presented.
 * @throws {BrokerError} `invalid_token`, `token_expired`, `issuer_unavailable`
 */
export async function verifyAssertion(
  profile: SamlProfile,
  token: SamlToken,
  waitMs: number,
  { trace, ports }: { readonly trace: Trace; readonly ports: SamlPorts & VerificationClock },
): Promise<TokenParties> {
  const { checks, claims, audiences } = await demandSignature(
    trace,
    () => ports.samlVerifier.verify(token, profile, waitMs),
    undefined,
  )
  for (const { check, passed, expected, found, message, callerMessage, code } of checks)
    demand(trace, check, passed, expected, found, () => [message, code, callerMessage])
  const subject = readSubject(claims, profile, trace)
  const limit = limitSession(claims, ports.now(), trace)
  return { claims, subject, audiences, authorizedParty: undefined, ...limit }
}

interface VerificationClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * AWS too ends a session of `AssumeRoleWithSAML` when the user's session at the identity provider
 * ends, where the assertion says when (SAML Core §2.7.2).
 * @throws {BrokerError} `token_expired` where that is sooner than the shortest session of AWS STS
 */
function limitSession(
  { sessionNotOnOrAfter: end }: AssertionStatement['claims'],
  nowMs: number,
  trace: Trace,
): Pick<TokenParties, 'maxSessionSeconds'> {
  if (typeof end !== 'number') return {}
  const maxSessionSeconds = Math.floor(end - nowMs / 1000)
  const check = 'session at the identity provider lasts long enough (SessionNotOnOrAfter)'
  const isEnough = maxSessionSeconds >= MIN_DURATION_SECONDS
  demand(trace, check, isEnough, `>= ${MIN_DURATION_SECONDS} s`, `${maxSessionSeconds} s`, () => [
    `The session at the identity provider ends in ${maxSessionSeconds} s, and AWS STS issues ` +
      `none of less than ${MIN_DURATION_SECONDS} s; log in again at the identity provider.`,
    'token_expired',
  ])
  return { maxSessionSeconds }
}
