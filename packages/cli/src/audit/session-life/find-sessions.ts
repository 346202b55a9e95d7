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
  /** Other requests for the same decision, which got the same credentials. */
  readonly shared: readonly WrittenRecord[]
  readonly moreShared: number
}

/** More sessions of one id are not shown: an assumed role has a new one with each login. */
const MAX_SESSIONS = 100
/** Of later requests, and of requests that share the session. */
const MAX_LISTED = 20

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
        if (session.later.length < MAX_LISTED) session.later = [...session.later, record]
        else session.moreLater += 1
      } else if (session) {
        // Requests at the same time may be recorded before the one for which STS was called.
        const isFirst = record.reusedFrom === undefined && session.record.reusedFrom !== undefined
        const other = isFirst ? session.record : record
        if (isFirst) Object.assign(session, { record, owner: ownerOf(record) })
        if (session.shared.length < MAX_LISTED) session.shared = [...session.shared, other]
        else session.moreShared += 1
      } else if (isWanted(record)) {
        if (sessions.length >= MAX_SESSIONS) {
          moreSessions += 1
          return
        }
        const found = {
          ...{ record, owner: ownerOf(record), later: [], moreLater: 0 },
          ...{ shared: [], moreShared: 0 },
        }
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
  const lifeMs = typeof durationSeconds === 'number' ? durationSeconds * 1_000 : undefined
  const endMs = reusedUntil(record)
  return {
    accessKeyId,
    assumedRoleArn: typeof assumedRoleArn === 'string' ? assumedRoleArn : undefined,
    issuedMs: endMs === undefined ? timeMs : endMs - (lifeMs ?? 0),
    expiresMs: endMs ?? (lifeMs === undefined ? undefined : timeMs + lifeMs),
  }
}

/** When the session of an earlier request ends; undefined: the request has a session of its own. */
function reusedUntil({ reusedFrom, sessionExpiresAt }: WrittenRecord): number | undefined {
  if (reusedFrom === undefined || typeof sessionExpiresAt !== 'string') return undefined
  const endMs = Date.parse(sessionExpiresAt)
  return Number.isNaN(endMs) ? undefined : endMs
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
