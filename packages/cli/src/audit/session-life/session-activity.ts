/** What a session did and was denied, by its events, in bounded memory. */
import { type CloudTrailEvent, isDenial } from '../cloudtrail/cloudtrail-event.ts'

/** More than any session does; further ones are counted only. */
const MAX_ACTIONS = 500
const MAX_DENIALS = 200

/** Calls of one operation. */
export interface ActionCount {
  /** Such as `s3.amazonaws.com`. */
  readonly source: string
  /** Such as `GetObject`. */
  readonly name: string
  readonly succeeded: number
  readonly denied: number
  /** Other errors. */
  readonly failed: number
}

/** Denied requests that differ only in their time and address. */
export interface DeniedEvents {
  readonly event: CloudTrailEvent
  readonly count: number
  readonly lastMs: number
}

export interface SessionActivity {
  readonly events: number
  readonly firstMs: number | undefined
  readonly lastMs: number | undefined
  readonly actions: readonly ActionCount[]
  readonly denials: readonly DeniedEvents[]
  /** Events of further operations, and denials of further kinds. */
  readonly uncountedEvents: number
  readonly unexplainedDenials: number
  /** The event with which STS issued the session. */
  readonly issuance: CloudTrailEvent | undefined
}

export interface ActivityOwner {
  readonly accessKeyId: string
  readonly assumedRoleArn: string | undefined
  readonly issuedMs: number
  readonly expiresMs: number | undefined
}

/** The clocks of the broker and of AWS may differ. */
const CLOCK_MS = 60_000

/**
 * By its access key id. An event without one belongs to the session whose role, name and time it
 * has.
 */
function isOfSession(event: CloudTrailEvent, owner: ActivityOwner): boolean {
  const { accessKeyId, arn } = event.caller
  if (accessKeyId !== undefined) return accessKeyId === owner.accessKeyId
  return (
    arn !== undefined &&
    arn === owner.assumedRoleArn &&
    event.timeMs >= owner.issuedMs - CLOCK_MS &&
    (owner.expiresMs === undefined || event.timeMs <= owner.expiresMs + CLOCK_MS)
  )
}

/** Takes any events, and keeps what belongs to the session. */
export function collectActivity(owner: ActivityOwner): {
  add(event: CloudTrailEvent): void
  result(): SessionActivity
} {
  const seen = new Set<string>()
  const actions = new Map<string, { -readonly [Key in keyof ActionCount]: ActionCount[Key] }>()
  const denials = new Map<string, { event: CloudTrailEvent; count: number; lastMs: number }>()
  let [events, uncountedEvents, unexplainedDenials] = [0, 0, 0]
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let issuance: CloudTrailEvent | undefined

  const countAction = (event: CloudTrailEvent) => {
    const key = JSON.stringify([event.source, event.name])
    const known = actions.get(key)
    if (known === undefined && actions.size >= MAX_ACTIONS) {
      uncountedEvents += 1
      return
    }
    const { source, name } = event
    const counted = known ?? { source, name, succeeded: 0, denied: 0, failed: 0 }
    if (isDenial(event)) counted.denied += 1
    else if (event.errorCode === undefined) counted.succeeded += 1
    else counted.failed += 1
    actions.set(key, counted)
  }

  const keepDenial = (event: CloudTrailEvent) => {
    const { source, name, region, errorMessage, parameters, resources } = event
    const key = JSON.stringify([source, name, region, errorMessage, parameters, resources])
    const known = denials.get(key)
    if (known) {
      known.count += 1
      known.lastMs = Math.max(known.lastMs, event.timeMs)
    } else if (denials.size < MAX_DENIALS)
      denials.set(key, { event, count: 1, lastMs: event.timeMs })
    else unexplainedDenials += 1
  }

  return {
    add(event) {
      if (event.issued?.accessKeyId === owner.accessKeyId) issuance = event
      if (!isOfSession(event, owner) || isRepeated(event, seen)) return
      events += 1
      firstMs = Math.min(firstMs, event.timeMs)
      lastMs = Math.max(lastMs, event.timeMs)
      countAction(event)
      if (isDenial(event)) keepDenial(event)
    },
    result: () => ({
      ...{ events, uncountedEvents, unexplainedDenials, issuance },
      firstMs: events === 0 ? undefined : firstMs,
      lastMs: events === 0 ? undefined : lastMs,
      actions: [...actions.values()],
      denials: [...denials.values()].toSorted((a, b) => a.event.timeMs - b.event.timeMs),
    }),
  }
}

/** Ids of events that are remembered, at some 100 bytes each. */
const MAX_IDS = 200_000

/** Several trails, and a trail and a look-up, have the same event. */
function isRepeated({ id }: CloudTrailEvent, seen: Set<string>): boolean {
  if (id === '') return false
  if (seen.has(id)) return true
  if (seen.size < MAX_IDS) seen.add(id)
  return false
}
