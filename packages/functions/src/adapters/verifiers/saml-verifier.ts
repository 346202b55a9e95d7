/**
 * Verifies SAML 2.0 assertions. All of that is loaded with the first one, from a bundle of its own:
 * most deployments have none.
 */
import { BrokerError, type SamlVerifier } from '@token-broker/core'
import type { KeyCache } from './key-cache.ts'
import { rememberPublicKeys } from './read-public-key.ts'

/** No certificate has it: the key of the token is not among the known ones. */
const MISSING_KEY_ID = '(none)'

/** @param options.now milliseconds since the epoch */
export function createSamlVerifier({
  keyCache,
  now,
}: {
  readonly keyCache: KeyCache
  readonly now: () => number
}): SamlVerifier {
  const readOnce = rememberPublicKeys()
  let loaded: Promise<SamlVerifier> | undefined
  const load = async () => {
    const { createAssertionVerifier } = await import('./saml-assertions.ts')
    return createAssertionVerifier({
      keysOf: async (profile, isKeyMissing, waitMs) => {
        const keyId = isKeyMissing ? MISSING_KEY_ID : undefined
        const jwks = await keyCache.keysFor(profile, keyId, waitMs)
        return jwks.flatMap((jwk) => readOnce(jwk).key ?? [])
      },
      now,
      refusal: (code, message) => new BrokerError(code, message),
    })
  }
  const verifier = () => {
    loaded ??= load()
    return loaded
  }
  return {
    read: async (encoded) => (await verifier()).read(encoded),
    verify: async (token, profile, waitMs) => (await verifier()).verify(token, profile, waitMs),
  }
}
