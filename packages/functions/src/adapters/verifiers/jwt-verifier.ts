/** Verifies the signature of a JWT with a key that its issuer published; the token itself never brings a key. */
import type { KeyObject } from 'node:crypto'
import {
  BrokerError,
  type JWK,
  type SignatureVerifier,
  type SubjectToken,
} from '@token-broker/core'
import { fitsAlgorithm } from './fits-algorithm.ts'
import { holdsSignature, readPublicKey } from './jws-signature.ts'
import type { KeyCache } from './key-cache.ts'

/** Each costs a verification, and an issuer that publishes many under one `kid` would make every token cost them all. */
const MAX_KEYS_OF_A_KID = 4

/**
 * `jwk`, `jku`, `x5u` and `x5c` of the token's header are never read (RFC 8725 §3.10): the key comes from the profile's
 * issuer, chosen by `kid`; a token without one is taken only where exactly one key fits its algorithm.
 */
export function createJwtVerifier({
  keyCache,
}: {
  readonly keyCache: KeyCache
}): SignatureVerifier {
  const read = new WeakMap<JWK, KeyObject>()

  const readOnce = (jwk: JWK): KeyObject => {
    const key = read.get(jwk) ?? readPublicKey(jwk)
    read.set(jwk, key)
    return key
  }

  return {
    async verify(token, profile) {
      if (!profile.algorithms.includes(token.algorithm))
        throw invalid('its algorithm is not allowed for this issuer')
      const candidates = selectKeys(await keyCache.keysFor(profile, token.keyId), token)
      if (!candidates.some((jwk) => holds(token, () => readOnce(jwk))))
        throw invalid('its signature does not fit the key')
    },
  }
}

function selectKeys(keys: readonly JWK[], { keyId, algorithm }: SubjectToken): readonly JWK[] {
  if (keyId === undefined) {
    const fitting = keys.filter((key) => fitsAlgorithm(key, algorithm))
    if (fitting.length !== 1)
      throw invalid(`it has no kid, and ${fitting.length} keys of the issuer fit its algorithm`)
    return fitting
  }
  const named = keys.filter(({ kid }) => kid === keyId)
  if (named.length === 0) throw invalid('the issuer has no key with this kid')
  const fitting = named.filter((key) => fitsAlgorithm(key, algorithm))
  if (fitting.length === 0)
    throw invalid('the key with this kid must not be used with its algorithm')
  if (fitting.length > MAX_KEYS_OF_A_KID)
    throw invalid(`the issuer has ${fitting.length} keys with this kid`)
  return fitting
}

function holds({ compact, algorithm }: SubjectToken, readKey: () => KeyObject): boolean {
  try {
    return holdsSignature(compact, algorithm, readKey())
  } catch {
    return false
  }
}

function invalid(what: string): BrokerError {
  return new BrokerError('invalid_token', `The subject token cannot be verified: ${what}.`)
}
