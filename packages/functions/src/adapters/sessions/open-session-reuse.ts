/** Loads what keeps sessions with the first request for a grant that has `reuse`. */
import type { ReuseSession } from '@token-broker/core/session-reuse'
import type { Clocks } from '../caching.ts'

export function openSessionReuse(clocks: Clocks): () => Promise<ReuseSession> {
  let opened: Promise<ReuseSession> | undefined
  return () => {
    opened ??= import('./reused-sessions.ts').then(({ createReuseInMemory }) =>
      createReuseInMemory(clocks),
    )
    return opened
  }
}
