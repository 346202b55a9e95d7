/** Verifies the signature of a JWT with a key that its issuer published; the token itself never brings a key. */
import { BrokerError, type JWK, type SignatureVerifier, type SubjectToken } from '@token-broker/core'
import { compactVerify, importJWK } from 'jose'
import { fitsAlgorithm } from './fits-algorithm.ts'
import type { KeyCache } from './key-cache.ts'

/** Each costs a verification, and an issuer that publishes many under one `kid` would make every token cost them all. */
const MAX_KEYS_OF_A_KID = 4

type VerificationKey = Awaited<ReturnType<typeof importJWK>>

/**
 * `jwk`, `jku`, `x5u` and `x5c` of the token's header are never read (RFC 8725 §3.10): the key comes from the profile's
 * issuer, chosen by `kid`; a token without one is taken only where exactly one key fits its algorithm.
 */
export function createJwtVerifier({ keyCache }: { readonly keyCache: KeyCache }): SignatureVerifier {
  const imported = new WeakMap<JWK, Map<string, Promise<VerificationKey>>>()

  const importOnce = (jwk: JWK, algorithm: string): Promise<VerificationKey> => {
    const ofKey = imported.get(jwk) ?? new Map<string, Promise<VerificationKey>>()
    imported.set(jwk, ofKey)
    const key = ofKey.get(algorithm) ?? importJWK(publicMembers(jwk), algorithm)
    ofKey.set(algorithm, key)
    return key
  }

  return {
    async verify(token, profile) {
      if (!profile.algorithms.includes(token.algorithm)) throw invalid('its algorithm is not allowed for this issuer')
      const candidates = selectKeys(await keyCache.keysFor(profile, token.keyId), token)
      for (const jwk of candidates) {
        if (await holds(token, () => importOnce(jwk, token.algorithm))) return
      }
      throw invalid('its signature does not fit the key')
    },
  }
}

function selectKeys(keys: readonly JWK[], { keyId, algorithm }: SubjectToken): readonly JWK[] {
  if (keyId === undefined) {
    const fitting = keys.filter((key) => fitsAlgorithm(key, algorithm))
    if (fitting.length !== 1) throw invalid(`it has no kid, and ${fitting.length} keys of the issuer fit its algorithm`)
    return fitting
  }
  const named = keys.filter(({ kid }) => kid === keyId)
  if (named.length === 0) throw invalid('the issuer has no key with this kid')
  const fitting = named.filter((key) => fitsAlgorithm(key, algorithm))
  if (fitting.length === 0) throw invalid('the key with this kid must not be used with its algorithm')
  if (fitting.length > MAX_KEYS_OF_A_KID) throw invalid(`the issuer has ${fitting.length} keys with this kid`)
  return fitting
}

async function holds(token: SubjectToken, importKey: () => Promise<VerificationKey>): Promise<boolean> {
  try {
    await compactVerify(token.compact, await importKey(), { algorithms: [token.algorithm] })
    return true
  } catch {
    return false
  }
}

/** Only what makes up the key itself: `use`, `ext` and the like have been judged already. */
function publicMembers({ kty, n, e, crv, x, y }: JWK): { kty: string } & Record<string, string> {
  const members = Object.entries({ kty, n, e, crv, x, y }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return { ...Object.fromEntries(members), kty }
}

function invalid(what: string): BrokerError {
  return new BrokerError('invalid_token', `The subject token cannot be verified: ${what}.`)
}
