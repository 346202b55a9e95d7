/** Reads a published key, unless others than its owner could sign for it. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { findEd25519Weakness, findRsaWeakness, type JWK } from '@token-broker/core'

/** `problem` continues a sentence: the key `has only 1024 bits`. */
export type PublicKey =
  | { readonly key: KeyObject; readonly problem?: undefined }
  | { readonly key?: undefined; readonly problem: string }

/** Reads each key once, as long as it is in memory. */
export function rememberPublicKeys(): (jwk: JWK) => PublicKey {
  const known = new WeakMap<JWK, PublicKey>()
  return (jwk) => {
    const read = known.get(jwk) ?? readPublicKey(jwk)
    known.set(jwk, read)
    return read
  }
}

/** Reads only the members that make up the key: `use`, `key_ops` and the like have been checked. */
export function readPublicKey(jwk: JWK): PublicKey {
  const { kty, n, e, crv, x, y } = jwk
  const problem = findWeakness(jwk)
  if (problem !== undefined) return { problem }
  const members = Object.entries({
    ...{ kty, crv },
    ...{ n: n && canonical(n), e: e && canonical(e), x: x && canonical(x), y: y && canonical(y) },
  }).filter(([, value]) => value !== undefined)
  try {
    return { key: createPublicKey({ key: Object.fromEntries(members), format: 'jwk' }) }
  } catch {
    return { problem: 'cannot be read' }
  }
}

function findWeakness({ kty, n, e, crv, x }: JWK): string | undefined {
  if (kty === 'RSA') return findRsaWeakness(decode(n), decode(e))?.problem
  return crv === 'Ed25519' ? findEd25519Weakness(decode(x))?.problem : undefined
}

/**
 * As our checks decode it: OpenSSL gets the same number, although decoders differ in what they do
 * with characters that are not base64url.
 */
function canonical(text: string): string {
  return decode(text).toString('base64url')
}

function decode(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url')
}
