/** Requests new credentials for the cache: only once, even if many processes wait for them. */
import type { Terminal } from '../terminal.ts'
import { type CredentialCache, tryCache } from './disk-cache.ts'
import { takeLock } from './file-lock.ts'
import {
  type CredentialProvider,
  isFresh,
  isUsable,
  type SessionCredentials,
} from './session-credentials.ts'
import { SessionError } from './session-error.ts'

/**
 * @param startedAtMs when this process found no fresh credentials
 * @throws {SessionError}
 */
export async function refreshCache(
  cache: CredentialCache,
  request: CredentialProvider,
  terminal: Terminal,
  startedAtMs: number,
): Promise<SessionCredentials> {
  const lock = await tryCache(terminal, () => takeLock(cache.lockFile))
  if (!lock) return request()
  try {
    return await refresh(cache, request, terminal, startedAtMs)
  } finally {
    lock.release()
  }
}

async function refresh(
  cache: CredentialCache,
  request: CredentialProvider,
  terminal: Terminal,
  startedAtMs: number,
): Promise<SessionCredentials> {
  // Another process may have made the request while this one waited for the lock.
  const cached = cache.read()
  if (cached && isFresh(cached, Date.now())) return cached
  try {
    const failure = cache.readFailure(startedAtMs)
    if (failure) throw failure
    const credentials = await requestOrRemember(cache, request)
    await tryCache(terminal, () => cache.write(credentials))
    return credentials
  } catch (error) {
    const isTemporary = error instanceof SessionError && error.isTemporary
    if (isTemporary && cached && isUsable(cached, Date.now())) return cached
    throw error
  }
}

/** Stores a failure for the processes that wait for this request. */
async function requestOrRemember(
  cache: CredentialCache,
  request: CredentialProvider,
): Promise<SessionCredentials> {
  try {
    return await request()
  } catch (error) {
    if (error instanceof SessionError) {
      try {
        cache.writeFailure(error)
      } catch {
        // The user needs to see the failure of the request, not that of the cache.
      }
    }
    throw error
  }
}
