/**
 * Public keys as RFC 7517 writes them, and what every key must satisfy before it may verify
 * anything.
 */

/** Only the members that verifying needs are named. */
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

/**
 * Members of private and shared keys only: a key published with one of them is no longer secret.
 */
export const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** Size of a big-endian number without its leading zeros. */
export function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  const leading = bytes[first]
  return leading === undefined ? 0 : (bytes.length - first - 1) * 8 + (32 - Math.clz32(leading))
}
