/** Credentials from the cache while they are fresh, else from the broker, asked once however many processes wait. */
import type { Terminal } from '../command.ts'
import { type CredentialCache, openCache } from './cache.ts'
import { isFresh, isUsable, type SessionCredentials } from './credentials.ts'
import type { SessionOptions } from './options.ts'
import { userDirectory } from './profiles.ts'
import { requestCredentials } from './request-credentials.ts'
import { SessionError } from './session-error.ts'
import { createTokenSource } from './token-source.ts'

/** @throws {SessionError} with the line for the person */
export type CredentialProvider = () => Promise<SessionCredentials>

export function createProvider(options: SessionOptions, terminal: Terminal): CredentialProvider {
  const source = createTokenSource(options.token, terminal)
  const request = async () => requestCredentials(options, await source.read())
  if (!options.useCache) return request
  const directory = userDirectory(terminal.env, 'XDG_CACHE_HOME')
  return async () => {
    const cache = await withoutCache(openCache(directory, options, await source.digest()), terminal)
    return cache ? obtain(cache, request, terminal) : request()
  }
}

async function obtain(cache: CredentialCache, request: CredentialProvider, terminal: Terminal) {
  const startedAtMs = Date.now()
  const cached = await cache.read()
  if (cached && isFresh(cached, Date.now())) return cached
  const lock = await withoutCache(cache.lock(), terminal)
  if (!lock) return request()
  try {
    return await refresh(cache, request, terminal, startedAtMs)
  } finally {
    await lock.release().catch(() => undefined)
  }
}

async function refresh(
  cache: CredentialCache,
  request: CredentialProvider,
  terminal: Terminal,
  startedAtMs: number,
) {
  // Another process may have asked while this one waited.
  const cached = await cache.read()
  if (cached && isFresh(cached, Date.now())) return cached
  try {
    return await askOnce(cache, request, terminal, startedAtMs)
  } catch (error) {
    const isPassing = error instanceof SessionError && error.passing
    if (isPassing && cached && isUsable(cached, Date.now())) return cached
    throw error
  }
}

async function askOnce(
  cache: CredentialCache,
  request: CredentialProvider,
  terminal: Terminal,
  startedAtMs: number,
) {
  const failure = await cache.readFailure(startedAtMs)
  if (failure) throw failure
  try {
    const credentials = await request()
    await withoutCache(cache.write(credentials), terminal)
    return credentials
  } catch (error) {
    if (error instanceof SessionError) await cache.writeFailure(error).catch(() => undefined)
    throw error
  }
}

/** A full disk or a home that cannot be written costs the cache, not the credentials. */
async function withoutCache<Value>(
  step: Promise<Value>,
  { stderr }: Terminal,
): Promise<Value | undefined> {
  try {
    return await step
  } catch (error) {
    stderr.write(
      `token-broker: the cache cannot be used: ${error instanceof Error ? error.message : 'unknown'}\n`,
    )
    return undefined
  }
}
