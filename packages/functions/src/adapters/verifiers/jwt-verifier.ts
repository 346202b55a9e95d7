/**
 * Verifies the signature of a JWT with a key that its issuer published. A key in the token itself
 * is never used.
 */
import type { KeyObject } from 'node:crypto'
import {
  BrokerError,
  type JWK,
  type SignatureVerifier,
  type SubjectToken,
} from '@token-broker/core'
import { fitsAlgorithm, isSignatureValid } from './jws-signature.ts'
import type { KeyCache } from './key-cache.ts'
import { type PublicKey, rememberPublicKeys } from './read-public-key.ts'

/** Each of them is tried: forged tokens of an issuer with many such keys would cost much time. */
const MAX_TRIED_KEYS = 4

/**
 * `jwk`, `jku`, `x5u` and `x5c` of the token's header are never read (RFC 8725 §3.10): the key
 * comes from the profile's issuer, chosen by `kid`. Where the token has none, or no key of the
 * issuer has one, each key that fits the algorithm is tried.
 */
export function createJwtVerifier({
  keyCache,
}: {
  readonly keyCache: KeyCache
}): SignatureVerifier {
  const readOnce = rememberPublicKeys()

  return {
    async verify(token, profile, waitMs) {
      const { compact, algorithm, keyId } = token
      if (!profile.algorithms.includes(algorithm))
        throw invalid('its algorithm is not allowed for this issuer')
      const candidates = selectKeys(await keyCache.keysFor(profile, keyId, waitMs), token, readOnce)
      const valid = candidates.some((key) => {
        try {
          return isSignatureValid(compact, algorithm, key)
        } catch {
          return false
        }
      })
      if (!valid) throw invalid('its signature does not fit the key')
    },
  }
}

function selectKeys(
  keys: readonly JWK[],
  { keyId, algorithm }: SubjectToken,
  read: (jwk: JWK) => PublicKey,
): readonly KeyObject[] {
  const usable = (fitting: readonly JWK[]) => fitting.flatMap((jwk) => read(jwk).key ?? [])
  if (keyId === undefined || keys.every(({ kid }) => kid === undefined)) {
    const fitting = usable(keys.filter((key) => fitsAlgorithm(key, algorithm)))
    if (fitting.length === 0 || fitting.length > MAX_TRIED_KEYS)
      throw invalid(
        `no kid names its key, and ${fitting.length} keys of the issuer fit its ` +
          `algorithm; 1 to ${MAX_TRIED_KEYS} are tried`,
      )
    return fitting
  }
  const named = keys.filter(({ kid }) => kid === keyId)
  if (named.length === 0) throw invalid('the issuer has no key with this kid')
  const fitting = named.filter((key) => fitsAlgorithm(key, algorithm))
  if (fitting.length === 0)
    throw invalid('the key with this kid must not be used with its algorithm')
  if (fitting.length > MAX_TRIED_KEYS)
    throw invalid(`the issuer has ${fitting.length} keys with this kid`)
  const found = usable(fitting)
  if (found.length === 0) {
    const problem = fitting.map((jwk) => read(jwk).problem)[0]
    throw invalid(`the key with this kid must not be used, because it ${problem}`)
  }
  return found
}

function invalid(what: string): BrokerError {
  return new BrokerError('invalid_token', `The subject token cannot be verified: ${what}.`)
}
