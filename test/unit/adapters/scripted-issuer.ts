/** An issuer for tests of the key cache, which control its documents, its outages and the time. */
import { BrokerError, type VerificationProfile } from '@token-broker/core'
import { beforeEach } from 'vitest'
import type { FetchJson } from '../../../packages/functions/src/adapters/verifiers/https-json.ts'
import {
  createKeyCache,
  type KeyCache,
} from '../../../packages/functions/src/adapters/verifiers/key-cache.ts'

export const ISSUER = 'https://id.example/realms/one'
export const DISCOVERY_URL = `${ISSUER}/.well-known/openid-configuration`
export const JWKS_URL = 'https://id.example/jwks'

export const DISCOVERED: VerificationProfile = {
  issuer: ISSUER,
  keys: { from: 'discovery' },
  algorithms: ['RS256'],
  types: [],
  maxTokenAgeSeconds: 3600,
  clockToleranceSeconds: 30,
}
export const DIRECT: VerificationProfile = {
  ...DISCOVERED,
  keys: { from: 'jwksUri', jwksUri: JWKS_URL },
}

/** Before each test the issuer is up and publishes the key `a`, and the cache is empty. */
export function useScriptedIssuer() {
  const scripted = {
    time: 0,
    isDown: false,
    /** By URL. */
    documents: new Map<string, unknown>(),
    fetched: [] as string[],
    cache: newCache(fetchJson),
    /** Replaces the cache by an empty one over another fetcher. */
    newCache: (fetcher: FetchJson) => {
      scripted.cache = newCache(fetcher)
    },
    publish: (...kids: string[]) => {
      scripted.documents.set(JWKS_URL, { keys: kids.map((kid) => ({ kty: 'RSA', kid })) })
    },
    kidsFor: async (kid: string | undefined, profile = DIRECT) =>
      (await scripted.cache.keysFor(profile, kid, 60_000)).map((key) => key.kid),
  }
  beforeEach(() => {
    scripted.time = 1_800_000_000_000
    scripted.isDown = false
    scripted.fetched.length = 0
    scripted.documents.clear()
    scripted.documents.set(DISCOVERY_URL, { issuer: ISSUER, jwks_uri: JWKS_URL })
    scripted.publish('a')
    scripted.newCache(fetchJson)
  })
  return scripted

  function newCache(fetcher: FetchJson): KeyCache {
    return createKeyCache({ fetchJson: fetcher, now: () => scripted.time })
  }

  async function fetchJson(url: string): Promise<unknown> {
    scripted.fetched.push(url)
    await new Promise((resolve) => setImmediate(resolve))
    if (scripted.isDown || !scripted.documents.has(url))
      throw new BrokerError('issuer_unavailable', `${url} is down.`)
    return scripted.documents.get(url)
  }
}
