/** Credentials from the cache while they are fresh, else from the broker. */
import type { Terminal } from '../terminal.ts'
import { openCache, tryCache } from './disk-cache.ts'
import { userDirectory } from './profiles.ts'
import { refreshCache } from './refresh-cache.ts'
import { requestCredentials } from './request-credentials.ts'
import { type CredentialProvider, isFresh } from './session-credentials.ts'
import type { SessionOptions } from './session-options.ts'
import { createTokenSource } from './token-source.ts'

export function createProvider(options: SessionOptions, terminal: Terminal): CredentialProvider {
  const source = createTokenSource(options, terminal)
  const { actorToken: token, actorTokenType: tokenType } = options
  const actorSource = token && createTokenSource({ token, tokenType }, terminal)
  const request = async () =>
    requestCredentials(options, await source.read(), await actorSource?.read())
  if (!options.useCache) return request
  const directory = userDirectory(terminal.env, 'XDG_CACHE_HOME')
  return async () => {
    const digest = [await source.digest(), await actorSource?.digest()].join()
    const startedAtMs = Date.now()
    const cache = await tryCache(terminal, () => openCache(directory, options, digest))
    if (!cache) return request()
    const cached = cache.read()
    if (cached && isFresh(cached, Date.now())) return cached
    return refreshCache(cache, request, terminal, startedAtMs)
  }
}
