/** The claim `cnf`: which keys the sender of a token must have (RFC 7800). */
import type { VerificationProfile } from '../model/compiled-tenant.ts'
import { isObject } from '../model/strict-json.ts'
import type { Trace } from '../model/trace.ts'
import { demandPossessed } from './demand.ts'
import type { SubjectToken } from './subject-token.ts'

type Claims = SubjectToken['claims']

/** Where both are present, both must be proved; a bearer token has neither. */
export interface Confirmation {
  /** SHA-256 thumbprint of a key that signs DPoP proofs (RFC 9449 §6.1). */
  readonly jkt: string | undefined
  /** SHA-256 of a client certificate (RFC 8705 §3.1). */
  readonly 'x5t#S256': string | undefined
}

const NO_KEYS: Confirmation = { jkt: undefined, 'x5t#S256': undefined }
const DIGEST = /^[A-Za-z0-9_-]{43}$/
const MEMBERS: readonly string[] = ['jkt', 'x5t#S256'] satisfies (keyof Confirmation)[]

/**
 * A member that is not known could be a restriction that is not checked here, so the token is
 * refused. Presence of `cnf` is enough, also with the value null or an empty object: a token with a
 * malformed restriction must not count as one without it.
 * @throws {BrokerError} `invalid_token`
 */
export function readConfirmation(claims: Claims, trace: Trace): Confirmation {
  if (!Object.hasOwn(claims, 'cnf')) return NO_KEYS
  const { cnf } = claims
  const members = isObject(cnf) ? Object.entries(cnf) : []
  const areKnown = members.every(([name]) => MEMBERS.includes(name))
  demandPossessed(trace, 'cnf names only keys that can be proved', areKnown, MEMBERS, undefined, [
    'The token is bound to a key in a way that the broker cannot check: cnf has other members ' +
      'than jkt (DPoP, RFC 9449) and x5t#S256 (mutual TLS, RFC 8705); get another token.',
  ])
  const digests = members.flatMap(([name, value]) =>
    typeof value === 'string' && DIGEST.test(value) ? [[name, value] as const] : [],
  )
  const areDigests = digests.length === members.length && digests.length > 0
  const expected = 'digests of SHA-256 in base64url'
  demandPossessed(trace, 'cnf contains digests of keys', areDigests, expected, undefined, [
    'The claim cnf of the token names no key: expected jkt or x5t#S256 with a SHA-256 digest in ' +
      'base64url, of 43 characters; get another token.',
  ])
  const found = new Map(digests)
  return { jkt: found.get('jkt'), 'x5t#S256': found.get('x5t#S256') }
}

/** @throws {BrokerError} `invalid_token` for a bearer token where the document requires a proof */
export function demandBoundToken(
  claims: Claims,
  { proofOfPossession }: Pick<VerificationProfile, 'proofOfPossession'>,
  trace: Trace,
): void {
  if (proofOfPossession !== 'required') return
  const isBound = Object.hasOwn(claims, 'cnf')
  const check = 'token is bound to a key (proofOfPossession)'
  demandPossessed(trace, check, isBound, 'the claim cnf', isBound ? '(present)' : '(absent)', [
    'The token has no claim cnf, and only tokens that are bound to a key are accepted from its ' +
      'issuer; get a token with DPoP (RFC 9449) or mutual TLS (RFC 8705).',
  ])
}
