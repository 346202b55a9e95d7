/** Reads a DPoP proof: a JWT with which the sender of a token signs a request (RFC 9449 §4.2). */
import { BrokerError } from '../model/broker-error.ts'
import { sha256Base64url } from '../model/digest.ts'
import { type JWK, PRIVATE_MEMBERS } from '../model/jwk.ts'
import { SIGNATURE_ALGORITHMS } from '../model/signature-algorithms.ts'
import { isObject } from '../model/strict-json.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { readCompactJws } from './compact-jws.ts'

/** A proof with an RSA key of 8,192 bits and a long URL is shorter. */
const MAX_PROOF_CHARACTERS = 8_192
const ALGORITHMS: readonly string[] = SIGNATURE_ALGORITHMS

/** A proof that is well formed and nothing more: its signature has not been checked. */
export interface DpopProof {
  readonly compact: string
  /** One of {@link SIGNATURE_ALGORITHMS}. */
  readonly algorithm: string
  /** The only key of a header that is ever used. It proves nothing unless the token names it. */
  readonly key: JWK
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * One proof of at most 8,192 characters, with the type and a key of its own.
 * @param header of the request; several are joined by a comma, which no JWT contains
 * @throws {BrokerError} `invalid_dpop_proof`
 */
export function readDpopProof(header: string | undefined, trace: Trace): DpopProof {
  const refuse = (found: string, message: string): never => {
    recordCheck(trace, 'verify', 'one DPoP proof is sent and well formed', false, 'a JWT', found)
    throw new BrokerError('invalid_dpop_proof', message, { callerMessage: message })
  }
  if (!header)
    return refuse(
      'no proof',
      'The token is bound to a key (cnf.jkt), and the request has no proof; send it in the ' +
        'header DPoP (RFC 9449).',
    )
  if (header.includes(','))
    return refuse('several proofs', 'The request has several headers DPoP; send one proof.')
  const malformed = (what: string): never => refuse(what, `The DPoP proof ${what}.`)
  const jws = readCompactJws(header, MAX_PROOF_CHARACTERS, malformed)
  const { algorithm, claims } = jws
  const { typ, jwk } = jws.header
  if (typ !== 'dpop+jwt') malformed('has another typ; it must be dpop+jwt')
  if (!ALGORITHMS.includes(algorithm))
    malformed(`has an alg that is not accepted; use one of ${ALGORITHMS.join(', ')}`)
  const key = readPublicMembers(jwk)
  if (key === undefined)
    return malformed('needs a public RSA, EC or OKP key in its header (jwk), without private parts')
  recordCheck(trace, 'verify', 'one DPoP proof is sent and well formed', true)
  return { compact: header, algorithm, key, claims }
}

/** What makes up a key, in the order of RFC 7638 §3.2 and RFC 8037 §2. */
const KEY_MEMBERS: ReadonlyMap<unknown, readonly (keyof JWK)[]> = new Map([
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
  ['RSA', ['e', 'kty', 'n']],
])

/**
 * The digest of a key by which a token names it (RFC 7638).
 * @param key with the members of {@link KEY_MEMBERS} alone
 */
export function thumbprintOf(key: JWK): string {
  const members = KEY_MEMBERS.get(key.kty) ?? []
  return sha256Base64url(
    JSON.stringify(Object.fromEntries(members.map((name) => [name, key[name]]))),
  )
}

/** @returns undefined for anything but a public key: a private one is no longer secret */
function readPublicMembers(jwk: unknown): JWK | undefined {
  if (!isObject(jwk) || PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member)))
    return undefined
  const { kty } = jwk
  const members = KEY_MEMBERS.get(kty)
  if (typeof kty !== 'string' || !members?.every((member) => typeof jwk[member] === 'string'))
    return undefined
  return { ...Object.fromEntries(members.map((member) => [member, jwk[member]])), kty }
}
