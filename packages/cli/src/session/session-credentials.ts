/** The credentials as this program stores them, and how long they are used. */
import { isObject } from '@token-broker/core/strict-json'
import { nonEmptyString } from './json.ts'

export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** ISO 8601, UTC. */
  readonly expiration: string
  readonly accountId: string | undefined
  readonly obtainedAtMs: number
}

/** @throws {SessionError} refused, or the broker cannot be reached */
export type CredentialProvider = () => Promise<SessionCredentials>

const REFRESH_AHEAD_MS = 600_000
const MIN_REMAINING_MS = 60_000

/** When to refresh: 10 minutes before they expire, but not in the first half of their lifetime. */
export function refreshAtMs({ expiration, obtainedAtMs }: SessionCredentials): number {
  const expiresAtMs = Date.parse(expiration)
  return expiresAtMs - Math.min(REFRESH_AHEAD_MS, (expiresAtMs - obtainedAtMs) / 2)
}

/**
 * Credentials from the future are not fresh: the clock was wrong then or is wrong now, and so is
 * the lifetime that was computed from it.
 */
export function isFresh(credentials: SessionCredentials, nowMs: number): boolean {
  return credentials.obtainedAtMs <= nowMs && nowMs < refreshAtMs(credentials)
}

/** Whether a request that starts now can still use them. */
export function isUsable(credentials: SessionCredentials, nowMs: number): boolean {
  return Date.parse(credentials.expiration) - nowMs > MIN_REMAINING_MS
}

/** @returns undefined where a field is missing or has another type */
export function parseCredentials(value: unknown): SessionCredentials | undefined {
  if (!isObject(value)) return undefined
  const accessKeyId = nonEmptyString(value.accessKeyId)
  const secretAccessKey = nonEmptyString(value.secretAccessKey)
  const sessionToken = nonEmptyString(value.sessionToken)
  const expiration = nonEmptyString(value.expiration)
  const { obtainedAtMs, accountId } = value
  if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration) return undefined
  if (Number.isNaN(Date.parse(expiration)) || typeof obtainedAtMs !== 'number') return undefined
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration,
    accountId: nonEmptyString(accountId),
    obtainedAtMs,
  }
}
