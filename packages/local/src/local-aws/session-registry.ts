/** The sessions that the local STS issued, for the local services that accept their credentials. */
import type { LocalSession } from './local-session.ts'

export interface SessionRegistry {
  add(session: LocalSession): void
  /** @returns the session, which may have expired; undefined if there is none with this key */
  find(accessKeyId: string): LocalSession | undefined
  readonly owner: LocalSession
}

/** Credentials of the owner of the local account. */
export type OwnerKey = Pick<LocalSession, 'accessKeyId' | 'secretAccessKey'>

/** Beyond, the oldest session is no longer accepted. */
const MAX_SESSIONS = 10_000
/** An expired session is refused as expired, and not as unknown, for as long. */
const KEPT_AFTER_EXPIRY_MS = 3_600_000

/** @param now milliseconds since the epoch */
export function createSessionRegistry(ownerKey: OwnerKey, now: () => number): SessionRegistry {
  const owner: LocalSession = { ...ownerKey, expiresAtMs: Number.POSITIVE_INFINITY }
  const sessions = new Map<string, LocalSession>()

  function dropOld(): void {
    const before = now() - KEPT_AFTER_EXPIRY_MS
    for (const [accessKeyId, { expiresAtMs }] of sessions)
      if (expiresAtMs < before) sessions.delete(accessKeyId)
    // A map keeps the order of insertion.
    for (const accessKeyId of sessions.keys()) {
      if (sessions.size < MAX_SESSIONS) break
      sessions.delete(accessKeyId)
    }
  }

  return {
    owner,
    add(session) {
      if (sessions.size >= MAX_SESSIONS) dropOld()
      sessions.set(session.accessKeyId, session)
    },
    find: (accessKeyId) => (accessKeyId === owner.accessKeyId ? owner : sessions.get(accessKeyId)),
  }
}
