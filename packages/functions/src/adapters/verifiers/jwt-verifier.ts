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
        throw invalid(
          `expected an algorithm of ${profile.algorithms.join(', ')}, found ` +
            `${shown(algorithm)}; get a token that is signed with one`,
        )
      const candidates = selectKeys(await keyCache.keysFor(profile, keyId, waitMs), token, readOnce)
      const valid = candidates.some((key) => {
        try {
          return isSignatureValid(compact, algorithm, key)
        } catch {
          return false
        }
      })
      if (!valid) {
        const named = keyId === undefined ? 'a' : `the key ${shown(keyId)}, a`
        throw invalid(
          `its signature is not one of ${named} key of ${profile.issuer} (${candidates.length} ` +
            'tried); the token was changed, or signed by another issuer: send it as it was issued',
        )
      }
    },
  }
}

function selectKeys(
  keys: readonly JWK[],
  { keyId, algorithm, issuer }: SubjectToken,
  read: (jwk: JWK) => PublicKey,
): readonly KeyObject[] {
  const usable = (fitting: readonly JWK[]) => fitting.flatMap((jwk) => read(jwk).key ?? [])
  if (keyId === undefined || keys.every(({ kid }) => kid === undefined)) {
    const fitting = usable(keys.filter((key) => fitsAlgorithm(key, algorithm)))
    if (fitting.length === 0 || fitting.length > MAX_TRIED_KEYS)
      throw invalid(
        `no kid names its key: expected 1 to ${MAX_TRIED_KEYS} keys of ${issuer} that fit ` +
          `${shown(algorithm)}, found ${fitting.length}; let the issuer write the kid of its key`,
      )
    return fitting
  }
  const named = keys.filter(({ kid }) => kid === keyId)
  if (named.length === 0)
    throw invalid(
      `the issuer has no key with this kid: expected ${knownIds(keys)}, found ${shown(keyId)}; ` +
        'get a new token, or check that the issuer publishes its key',
    )
  const fitting = named.filter((key) => fitsAlgorithm(key, algorithm))
  if (fitting.length === 0)
    throw invalid(
      `the key ${shown(keyId)} must not be used with its algorithm: expected ` +
        `${named.map(describeKey).join(', ')}, found ${shown(algorithm)}; let the issuer sign ` +
        'with an algorithm of its key',
    )
  if (fitting.length > MAX_TRIED_KEYS)
    throw invalid(
      `expected at most ${MAX_TRIED_KEYS} keys with one kid, found ${fitting.length} with ` +
        `${shown(keyId)}; let the issuer give each key its own kid`,
    )
  const found = usable(fitting)
  if (found.length === 0) {
    const problem = fitting.map((jwk) => read(jwk).problem)[0]
    throw invalid(
      `the key ${shown(keyId)} must not be used, because it ${problem}; let the issuer publish a ` +
        'stronger key',
    )
  }
  return found
}

/** Of key ids in a message. */
const MAX_SHOWN_KEYS = 5
const MAX_KEY_ID_CHARACTERS = 64

function knownIds(keys: readonly JWK[]): string {
  const ids = keys.flatMap(({ kid }) => kid ?? [])
  const more = ids.length - MAX_SHOWN_KEYS
  const shownIds = ids.slice(0, MAX_SHOWN_KEYS).map(shown).join(', ')
  return more > 0 ? `${shownIds} and ${more} more` : shownIds
}

function describeKey({ kty, crv, alg, use }: JWK): string {
  const details = [crv, alg && `alg ${alg}`, use && `use ${use}`].filter(Boolean)
  return details.length > 0 ? `${kty} (${details.join(', ')})` : kty
}

/** Of the header of a token, and of published keys. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, MAX_KEY_ID_CHARACTERS))
}

function invalid(what: string): BrokerError {
  return new BrokerError('invalid_token', `The subject token cannot be verified: ${what}.`)
}
