/** The two kinds of key that sign the broker's tokens, and their public halves as JWKs. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { BrokerError, MIN_RSA_BITS } from '@token-broker/core'

/** The algorithms that AWS accepts from OpenID providers, and that KMS and verifiers support. */
export type SigningAlgorithm = 'RS256' | 'ES256'

/**
 * @param name how a message names the key, such as `signing key`
 * @throws {BrokerError} `config_invalid` if the key is for neither algorithm
 */
export function requireAlgorithm(key: KeyObject, name: string): SigningAlgorithm {
  const { asymmetricKeyType, asymmetricKeyDetails } = key
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS)
    return 'RS256'
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1')
    return 'ES256'
  throw new BrokerError(
    'config_invalid',
    `The ${name} is not supported; use RSA of at least ${MIN_RSA_BITS} bits or EC on P-256.`,
  )
}

/** The public members only, even of a private key. */
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
