/** Public keys as in RFC 7517, and the requirements that every key must meet before it is used. */

/** The members that verifying a signature needs. */
export interface JWK {
  readonly kty: string
  readonly kid?: string
  readonly alg?: string
  readonly use?: string
  readonly key_ops?: readonly string[]
  readonly n?: string
  readonly e?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly x5c?: readonly string[]
}

/** RFC 7518 §3.3 and §3.5: a key of 2,048 bits or larger must be used. */
export const MIN_RSA_BITS = 2048
/** With 16,384 bits, the most that OpenSSL reads, one verification costs more than 1 ms. */
export const MAX_RSA_BITS = 8192

/**
 * Bytes of one coordinate (`x`, and for EC also `y`), by key type and curve.
 * @see RFC 7518 §6.2.1.2 (EC), RFC 8037 §2 (OKP)
 */
export const COORDINATE_BYTES = {
  EC: { 'P-256': 32, 'P-384': 48, 'P-521': 66 },
  OKP: { Ed25519: 32 },
} as const

/** Keys of one issuer, published or listed in a tenant document. */
export const MAX_ISSUER_KEYS = 100

/** Members of private and shared keys: a key that is published with one is no longer secret. */
export const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** Size of a big-endian number without its leading zeros. */
export function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  const leading = bytes[first]
  return leading === undefined ? 0 : (bytes.length - first - 1) * 8 + (32 - Math.clz32(leading))
}
