/** Finds the records of a session, by the id of a request, an access key or an assumed role. */
import { UsageError } from '../../cli-error.ts'
import type { WrittenRecord } from '../read-record.ts'
import type { ActivityOwner } from './session-activity.ts'

/** A record of a request with one of the ids, and what is known of the session that it issued. */
export interface FoundSession {
  readonly record: WrittenRecord
  /** Undefined: the request issued no session. */
  readonly owner: ActivityOwner | undefined
  /** Later requests to the broker with credentials of the session. */
  readonly later: readonly WrittenRecord[]
  readonly moreLater: number
}

/** More sessions of one id are not shown: an assumed role has a new one with each login. */
const MAX_SESSIONS = 100
const MAX_LATER = 20

/** @throws {UsageError} an id that may be a secret */
export function createSessionFinder(ids: readonly string[]) {
  for (const id of ids) refuseSecret(id)
  const wanted = new Set(ids)
  const sessions: { -readonly [Key in keyof FoundSession]: FoundSession[Key] }[] = []
  const keys = new Map<string, (typeof sessions)[number]>()
  let moreSessions = 0
  const isWanted = ({ requestId, accessKeyId, assumedRoleArn }: WrittenRecord) =>
    [requestId, accessKeyId, assumedRoleArn].some((id) => typeof id === 'string' && wanted.has(id))
  return {
    /** In the order of the log: later requests of a session come after the one that issued it. */
    add(record: WrittenRecord): void {
      const { accessKeyId, outcome } = record
      const session = typeof accessKeyId === 'string' ? keys.get(accessKeyId) : undefined
      if (session && outcome !== 'issued') {
        if (session.later.length < MAX_LATER) session.later = [...session.later, record]
        else session.moreLater += 1
      } else if (isWanted(record)) {
        if (sessions.length >= MAX_SESSIONS) {
          moreSessions += 1
          return
        }
        const found = { record, owner: ownerOf(record), later: [], moreLater: 0 }
        sessions.push(found)
        if (found.owner) keys.set(found.owner.accessKeyId, found)
      }
    },
    result: (): { readonly sessions: readonly FoundSession[]; readonly moreSessions: number } => ({
      sessions,
      moreSessions,
    }),
  }
}

function ownerOf(record: WrittenRecord): ActivityOwner | undefined {
  const { outcome, accessKeyId, assumedRoleArn, durationSeconds, timeMs } = record
  if (outcome !== 'issued' || typeof accessKeyId !== 'string') return undefined
  return {
    accessKeyId,
    assumedRoleArn: typeof assumedRoleArn === 'string' ? assumedRoleArn : undefined,
    issuedMs: timeMs,
    expiresMs: typeof durationSeconds === 'number' ? timeMs + durationSeconds * 1_000 : undefined,
  }
}

/** A secret key and a session token are as long, and have other characters. */
const SECRET_KEY = /^[A-Za-z0-9/+]{40}$/
const MAX_ID_CHARACTERS = 256

function refuseSecret(id: string): void {
  const isSecret = SECRET_KEY.test(id) && !/^[0-9a-f]+$/.test(id)
  if (!isSecret && id.length <= MAX_ID_CHARACTERS) return
  throw new UsageError(
    `ID: expected a request id, an access key id or the ARN of an assumed role, found a value of ` +
      `${id.length} characters that may be a secret; other users of this machine can read it`,
  )
}
