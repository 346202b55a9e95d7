/** Credentials in memory, refreshed in the background: SDKs wait only one second for them. */
import {
  type CredentialProvider,
  isUsable,
  refreshAtMs,
  type SessionCredentials,
} from './session-credentials.ts'
import { SessionError } from './session-error.ts'

export interface Refresher {
  /** @throws {SessionError} the credentials have expired and cannot be refreshed */
  current(): Promise<SessionCredentials>
  stop(): void
}

const FIRST_RETRY_MS = 5_000
const LAST_RETRY_MS = 300_000
/** SDKs repeat a refused request three to five times; the broker has already decided. */
const REFUSAL_KEPT_MS = 5_000
/** The longest delay of `setTimeout`. */
const MAX_DELAY_MS = 2_147_483_647

/**
 * A refusal revokes nothing: credentials that were issued are served until a minute before they
 * expire.
 *
 * @throws {SessionError} the first request fails
 */
export async function startRefresher(
  provide: CredentialProvider,
  onError: (line: string) => void,
): Promise<Refresher> {
  let credentials = await provide()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<SessionCredentials> | undefined
  let refused: { readonly error: SessionError; readonly untilMs: number } | undefined
  let failures = 0
  let stopped = false

  const schedule = (delayMs: number) => {
    clearTimeout(timer)
    if (!stopped)
      timer = setTimeout(
        () => void refresh().catch(() => undefined),
        Math.min(delayMs, MAX_DELAY_MS),
      )
  }
  const request = async () => {
    try {
      credentials = await provide()
      refused = undefined
      failures = 0
      // While the broker is unreachable, the cache returns credentials that are due at once: wait.
      schedule(Math.max(refreshAtMs(credentials) - Date.now(), FIRST_RETRY_MS))
      return credentials
    } catch (error) {
      if (error instanceof SessionError && !error.isTemporary)
        refused = { error, untilMs: Date.now() + REFUSAL_KEPT_MS }
      schedule(Math.min(FIRST_RETRY_MS * 2 ** failures++, LAST_RETRY_MS))
      onError(error instanceof SessionError ? error.message : 'internal: the refresh failed')
      throw error
    }
  }
  /** One request at a time, for all callers. */
  const refresh = () => {
    running ??= request().finally(() => {
      running = undefined
    })
    return running
  }
  schedule(Math.max(refreshAtMs(credentials) - Date.now(), 0))
  return {
    current: async () => {
      const nowMs = Date.now()
      if (isUsable(credentials, nowMs)) return credentials
      if (refused && nowMs < refused.untilMs) throw refused.error
      return refresh()
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
