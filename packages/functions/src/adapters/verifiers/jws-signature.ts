/**
 * Checks the signature of a compact JWS (RFC 7515 §5.2) with `node:crypto`.
 *
 * Not with jose, which goes by Web Crypto: that costs twice the CPU time of a check, takes it to another thread and back, and
 * adds some 5 ms to a cold start. `test/security/signatures.test.ts` holds this file's verdicts to jose's.
 */
import {
  constants,
  createPublicKey,
  type KeyObject,
  type SigningOptions,
  verify,
} from 'node:crypto'
import type { JWK } from '@token-broker/core'

interface Scheme {
  /** Absent where the algorithm hashes by itself. */
  readonly hash?: string
  /** Beyond OpenSSL's defaults; without any, the key is passed as it is, which is faster. */
  readonly options?: SigningOptions
  /** Of the signature, where the key does not say it, in bytes. */
  readonly bytes?: number
}

const pkcs1 = (bits: number): Scheme => ({ hash: `sha${bits}` })
/** RFC 7518 §3.5: the salt is as long as the digest. */
const pss = (bits: number): Scheme => ({
  hash: `sha${bits}`,
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 },
})
/** RFC 7518 §3.4: two numbers, each at the curve's full length, and no DER around them. */
const ecdsa = (bits: number, bytes: number): Scheme => ({
  hash: `sha${bits}`,
  options: { dsaEncoding: 'ieee-p1363' },
  bytes,
})
const ed25519: Scheme = { bytes: 64 }

const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['RS256', pkcs1(256)],
  ['RS384', pkcs1(384)],
  ['RS512', pkcs1(512)],
  ['PS256', pss(256)],
  ['PS384', pss(384)],
  ['PS512', pss(512)],
  ['ES256', ecdsa(256, 64)],
  ['ES384', ecdsa(384, 96)],
  ['ES512', ecdsa(512, 132)],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
])

/** Only what makes up the key itself: `use`, `key_ops` and the like have been judged already. @throws where it is no key */
export function readPublicKey({ kty, n, e, crv, x, y }: JWK): KeyObject {
  const members = Object.entries({ kty, n, e, crv, x, y }).filter(
    ([, value]) => value !== undefined,
  )
  return createPublicKey({ key: Object.fromEntries(members), format: 'jwk' })
}

/** @param key of the kind that the algorithm wants. @throws or returns false where the signature does not hold */
export function holdsSignature(compact: string, algorithm: string, key: KeyObject): boolean {
  const scheme = SCHEMES.get(algorithm)
  if (!scheme) return false
  const end = compact.lastIndexOf('.')
  const signature = Buffer.from(compact.slice(end + 1), 'base64url')
  if (scheme.bytes !== undefined && signature.length !== scheme.bytes) return false
  const { hash, options } = scheme
  return verify(
    hash,
    Buffer.from(compact.slice(0, end)),
    options ? { key, ...options } : key,
    signature,
  )
}
