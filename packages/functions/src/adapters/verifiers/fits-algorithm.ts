/** Says whether a published key may verify signatures of an algorithm (RFC 7517 §4, RFC 7518 §3, RFC 8725 §3.1). */
import type { JWK } from '@token-broker/core'

const KEY_KINDS: ReadonlyMap<string, { readonly kty: string; readonly crv?: string }> = new Map([
  ['RS256', { kty: 'RSA' }],
  ['RS384', { kty: 'RSA' }],
  ['RS512', { kty: 'RSA' }],
  ['PS256', { kty: 'RSA' }],
  ['PS384', { kty: 'RSA' }],
  ['PS512', { kty: 'RSA' }],
  ['ES256', { kty: 'EC', crv: 'P-256' }],
  ['ES384', { kty: 'EC', crv: 'P-384' }],
  ['ES512', { kty: 'EC', crv: 'P-521' }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519' }],
])

/** RFC 7518 §3.3, §3.5: a key of 2048 bits or larger must be used. */
const MIN_RSA_BITS = 2048

/** A key published with one of these is no secret any more, so whoever signs with it may be anyone. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

export function fitsAlgorithm(jwk: JWK, algorithm: string): boolean {
  const kind = KEY_KINDS.get(algorithm)
  if (!kind || jwk.kty !== kind.kty || jwk.crv !== kind.crv) return false
  if (jwk.alg !== undefined && jwk.alg !== algorithm) return false
  if (jwk.use !== undefined && jwk.use !== 'sig') return false
  if (jwk.key_ops !== undefined && !jwk.key_ops.includes('verify')) return false
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))) return false
  return jwk.kty !== 'RSA' || modulusBits(jwk.n) >= MIN_RSA_BITS
}

function modulusBits(modulus: string | undefined): number {
  const bytes = Buffer.from(modulus ?? '', 'base64url')
  const first = bytes.findIndex((byte) => byte !== 0)
  const leading = first === -1 ? undefined : bytes[first]
  return leading === undefined ? 0 : (bytes.length - first - 1) * 8 + (32 - Math.clz32(leading))
}
