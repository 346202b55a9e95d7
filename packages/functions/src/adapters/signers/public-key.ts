/** The two kinds of keys that sign the broker's tokens, and their public halves as JWKs. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { BrokerError } from '@token-broker/core'

/** What AWS takes from OpenID providers, of what KMS and every verifier know. */
export type SigningAlgorithm = 'RS256' | 'ES256'

/** RSA keys under it are refused by everyone (RFC 7518 §3.3). */
const MIN_RSA_BITS = 2048

/** @throws {BrokerError} `config_invalid` for any other key */
export function algorithmOf(key: KeyObject, name: string): SigningAlgorithm {
  const { asymmetricKeyType, asymmetricKeyDetails } = key
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS)
    return 'RS256'
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1')
    return 'ES256'
  throw new BrokerError(
    'config_invalid',
    `The ${name} must be RSA of at least ${MIN_RSA_BITS} bits or EC on P-256.`,
  )
}

/** The public members alone, whatever else the key holds. */
export function publicMembers(key: KeyObject): {
  readonly [member: string]: string
  readonly kty: string
} {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const { kty, n, e, crv, x, y } = publicKey.export({ format: 'jwk' })
  const members = Object.entries({ kty, n, e, crv, x, y }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return { ...Object.fromEntries(members), kty: kty ?? '' }
}
