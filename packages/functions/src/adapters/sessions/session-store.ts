/** The port for what is stored of issued sessions, and the store of the local runtime. */
import { createLruMap } from '../caching.ts'

export interface SessionStore {
  /**
   * @param untilMs when the item may be deleted, in milliseconds since the epoch
   * @throws an error for `readSdkError`
   */
  put(name: string, sealed: Uint8Array, untilMs: number, signal: AbortSignal): Promise<void>
  /** @throws an error for `readSdkError` */
  get(name: string, signal: AbortSignal): Promise<Uint8Array | undefined>
}

const MAX_SESSIONS = 1_000

/** For one process: a deployed function has many, each with a memory of its own. */
export function createMemorySessions(): SessionStore {
  const sessions = createLruMap<Uint8Array>(MAX_SESSIONS)
  return {
    put: async (name, sealed) => sessions.set(name, sealed),
    get: async (name) => sessions.get(name),
  }
}
