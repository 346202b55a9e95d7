/**
 * Checks the signature of a compact JWS (RFC 7515 §5.2) with `node:crypto`, and which key may
 * verify which algorithm (RFC 7517 §4, RFC 7518 §3, RFC 8725 §3.1).
 *
 * Not with jose, which uses Web Crypto: that costs twice the CPU time of a check, moves it to
 * another thread and back, and adds about 5 ms to a cold start. `test/security/signatures.test.ts`
 * compares this file's verdicts with those of jose.
 */
import { constants, type KeyObject, type SigningOptions, verify } from 'node:crypto'
import { COORDINATE_BYTES, type JWK, PRIVATE_MEMBERS } from '@token-broker/core'

interface Algorithm {
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly crv?: string
  /** Undefined where the algorithm itself hashes. */
  readonly hash?: string
  /** Beyond OpenSSL's defaults; without any, the key is passed as it is, which is faster. */
  readonly options?: SigningOptions
  /** Size of the signature in bytes, where the key does not determine it. */
  readonly bytes?: number
}

const pkcs1 = (bits: number): Algorithm => ({ kty: 'RSA', hash: `sha${bits}` })
/** RFC 7518 §3.5: the salt is as long as the digest. */
const pss = (bits: number): Algorithm => ({
  kty: 'RSA',
  hash: `sha${bits}`,
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 },
})
/** RFC 7518 §3.4: two numbers, each at the curve's full length, without DER around them. */
const ecdsa = (bits: number, crv: 'P-256' | 'P-384' | 'P-521'): Algorithm => ({
  kty: 'EC',
  crv,
  hash: `sha${bits}`,
  options: { dsaEncoding: 'ieee-p1363' },
  bytes: 2 * COORDINATE_BYTES.EC[crv],
})
/** RFC 9864 §2.2 names what RFC 8037 calls EdDSA: keys and tokens may have either name. */
const ed25519: Algorithm = { kty: 'OKP', crv: 'Ed25519', bytes: 64 }

const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['RS256', pkcs1(256)],
  ['RS384', pkcs1(384)],
  ['RS512', pkcs1(512)],
  ['PS256', pss(256)],
  ['PS384', pss(384)],
  ['PS512', pss(512)],
  ['ES256', ecdsa(256, 'P-256')],
  ['ES384', ecdsa(384, 'P-384')],
  ['ES512', ecdsa(512, 'P-521')],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
])

/** `jwt-svid`: SPIFFE's key sets (JWT-SVID §4.2.2). Their `x509-svid` keys are not for tokens. */
const SIGNATURE_USES = ['sig', 'jwt-svid']

/** Whether a published key may verify signatures of an algorithm. */
export function fitsAlgorithm(jwk: JWK, algorithm: string): boolean {
  const known = ALGORITHMS.get(algorithm)
  if (!known || jwk.kty !== known.kty || jwk.crv !== known.crv) return false
  if (jwk.alg !== undefined && ALGORITHMS.get(jwk.alg) !== known) return false
  if (jwk.use !== undefined && !SIGNATURE_USES.includes(jwk.use)) return false
  if (jwk.key_ops !== undefined && !jwk.key_ops.includes('verify')) return false
  // Anyone can sign with a private key that has been published.
  return !PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))
}

/**
 * @param key of the kind that the algorithm needs
 * @throws or returns false where the signature is not valid
 */
export function isSignatureValid(compact: string, algorithm: string, key: KeyObject): boolean {
  const known = ALGORITHMS.get(algorithm)
  if (!known) return false
  const { hash, options, bytes } = known
  const end = compact.lastIndexOf('.')
  const signature = Buffer.from(compact.slice(end + 1), 'base64url')
  if (bytes !== undefined && signature.length !== bytes) return false
  const signed = Buffer.from(compact.slice(0, end))
  return verify(hash, signed, options ? { key, ...options } : key, signature)
}
