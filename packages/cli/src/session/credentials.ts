/** The credentials as this command keeps them, and when they are still good. */
import { isObject, textOf } from './json.ts'

export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** ISO 8601, UTC. */
  readonly expiration: string
  readonly accountId: string | undefined
  readonly obtainedAtMs: number
}

const REFRESH_AHEAD_MS = 600_000
const LEAST_LEFT_MS = 60_000

/** When new ones are due: 10 minutes before they expire, and not before half of their life is over. */
export function refreshAtMs({ expiration, obtainedAtMs }: SessionCredentials): number {
  const expiresAtMs = Date.parse(expiration)
  return expiresAtMs - Math.min(REFRESH_AHEAD_MS, (expiresAtMs - obtainedAtMs) / 2)
}

/** Not if they come from the future: the clock was wrong then, or is now, and what it said of their life with it. */
export function isFresh(credentials: SessionCredentials, nowMs: number): boolean {
  return credentials.obtainedAtMs <= nowMs && nowMs < refreshAtMs(credentials)
}

/** Good enough for a request that starts now. */
export function isUsable(credentials: SessionCredentials, nowMs: number): boolean {
  return Date.parse(credentials.expiration) - nowMs > LEAST_LEFT_MS
}

/** @returns undefined where something is missing or is not what it should be */
export function parseCredentials(value: unknown): SessionCredentials | undefined {
  if (!isObject(value)) return undefined
  const accessKeyId = textOf(value.accessKeyId)
  const secretAccessKey = textOf(value.secretAccessKey)
  const sessionToken = textOf(value.sessionToken)
  const expiration = textOf(value.expiration)
  const { obtainedAtMs, accountId } = value
  if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration) return undefined
  if (Number.isNaN(Date.parse(expiration)) || typeof obtainedAtMs !== 'number') return undefined
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration,
    accountId: textOf(accountId),
    obtainedAtMs,
  }
}
