/** Credentials held in memory and renewed before they are due, so that an SDK's one second is enough. */
import { isUsable, refreshAtMs, type SessionCredentials } from './credentials.ts'
import type { CredentialProvider } from './provider.ts'
import { SessionError } from './session-error.ts'

export interface Refresher {
  /** @throws {SessionError} where nothing usable is held and the broker gives nothing */
  current(): Promise<SessionCredentials>
  stop(): void
}

const FIRST_RETRY_MS = 5_000
const LAST_RETRY_MS = 300_000
/** SDKs ask an endpoint that denies them three to five times; the broker has said no already. */
const REFUSAL_KEPT_MS = 5_000
/** Longest delay that a timer keeps. */
const MAX_DELAY_MS = 2_147_483_647

/**
 * A refusal takes away nothing that was issued: what is held is answered until a minute before it expires.
 *
 * @throws {SessionError} where the first request fails
 */
export async function startRefresher(
  provide: CredentialProvider,
  onError: (line: string) => void,
): Promise<Refresher> {
  let held = await provide()
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
  const renew = async () => {
    try {
      held = await provide()
      refused = undefined
      failures = 0
      // Credentials that come from the cache because the broker is away are due already: not a loop without a pause.
      schedule(Math.max(refreshAtMs(held) - Date.now(), FIRST_RETRY_MS))
      return held
    } catch (error) {
      if (error instanceof SessionError && !error.passing)
        refused = { error, untilMs: Date.now() + REFUSAL_KEPT_MS }
      schedule(Math.min(FIRST_RETRY_MS * 2 ** failures++, LAST_RETRY_MS))
      onError(error instanceof SessionError ? error.message : 'internal: the refresh failed')
      throw error
    }
  }
  /** One at a time, however many ask. */
  const refresh = () => {
    running ??= renew().finally(() => {
      running = undefined
    })
    return running
  }
  schedule(Math.max(refreshAtMs(held) - Date.now(), 0))
  return {
    current: async () => {
      const nowMs = Date.now()
      if (isUsable(held, nowMs)) return held
      if (refused && nowMs < refused.untilMs) throw refused.error
      return refresh()
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
