/** Reads records and events, and says what each session did: for the command and the console. */
import type { CompiledTenant } from '@token-broker/core'
import { indexCatalogue } from '@token-broker/core/lint'
import type { Environment } from '../../terminal.ts'
import { readCloudTrailFiles } from '../cloudtrail/cloudtrail-files.ts'
import { type FoundEvents, findEvents, findEventsInLines } from '../cloudtrail/event-text.ts'
import type { Lines } from '../log-lines.ts'
import { parseRecordLine } from '../read-record.ts'
import { createSessionFinder, type FoundSession } from './find-sessions.ts'
import type { PolicyLayer } from './judge-denial.ts'
import { replayedPolicy } from './replayed-policy.ts'
import { type ActivityOwner, collectActivity, type SessionActivity } from './session-activity.ts'
import { type SessionLife, sessionLife } from './session-life.ts'

export interface SessionQuery {
  /** Of requests, access keys or assumed roles. */
  readonly ids: readonly string[]
  /** Lines with audit records. */
  readonly records: Lines
  /** Milliseconds since the epoch; undefined: no limit. */
  readonly sinceMs: number | undefined
  readonly untilMs: number | undefined
  readonly events: EventSources
  readonly tenants: readonly CompiledTenant[] | undefined
  /** The policies of the session's role. */
  roleLayersOf(found: FoundSession): Promise<readonly PolicyLayer[]>
}

interface EventSources {
  /** Files and directories. */
  readonly paths: readonly string[]
  /** Such as events that the operator pasted. */
  readonly texts: readonly string[]
  /** Whether the event history of CloudTrail is asked, with the operator's credentials. */
  readonly isLookedUp: boolean
  /** The log group to which a trail writes, read with the operator's credentials. */
  readonly logGroup: string | undefined
}

export interface SessionLives {
  readonly lives: readonly SessionLife[]
  /** Sessions with the same id that are not shown. */
  readonly moreSessions: number
  /** Entries of the event sources that are no events. */
  readonly skippedEntries: number
}

export interface ReadContext {
  readonly env: Environment
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** @throws {CliError} a source that cannot be read */
export async function readSessionLives(
  query: SessionQuery,
  context: ReadContext,
): Promise<SessionLives> {
  const { sessions, moreSessions } = await findInRecords(query)
  const { activities, skipped } = await readActivities(query.events, sessions, context)
  const { CATALOGUE_DATA } = await import('../../lint/catalogue-data.ts')
  const catalogue = indexCatalogue(CATALOGUE_DATA)
  const lives: SessionLife[] = []
  for (const [at, found] of sessions.entries()) {
    const roleLayers = await query.roleLayersOf(found)
    const { tenants } = query
    const replayed = await replayedPolicy(found.record, tenants)
    const sources = { tenants, roleLayers, catalogue, replayed }
    lives.push(sessionLife(found, activities[at], sources))
  }
  return { lives, moreSessions, skippedEntries: skipped }
}

async function findInRecords({ ids, records, sinceMs = 0, untilMs }: SessionQuery) {
  const finder = createSessionFinder(ids)
  for await (const portion of records)
    for (const line of portion) {
      const record = parseRecordLine(line)
      if (record && record.timeMs >= sinceMs && (untilMs === undefined || record.timeMs < untilMs))
        finder.add(record)
    }
  return finder.result()
}

/** Of each session; undefined where no source of events is named. */
async function readActivities(
  sources: EventSources,
  sessions: readonly FoundSession[],
  context: ReadContext,
): Promise<{
  readonly activities: readonly (SessionActivity | undefined)[]
  readonly skipped: number
}> {
  const { paths, texts, isLookedUp, logGroup } = sources
  if (paths.length === 0 && texts.length === 0 && !isLookedUp && logGroup === undefined)
    return { activities: [], skipped: 0 }
  const owners = sessions.map(({ owner }) => owner)
  const collectors = owners.map((owner) => owner && collectActivity(owner))
  let skipped = 0
  const known = owners.filter((owner) => owner !== undefined)
  for await (const portion of eventsOfAll(sources, known, context)) {
    skipped += portion.skipped
    for (const event of portion.events) for (const collector of collectors) collector?.add(event)
  }
  return { activities: collectors.map((collector) => collector?.result()), skipped }
}

/** Events arrive in the history and in a log group minutes after the requests. */
const MAX_DELAY_MS = 3_600_000

async function* eventsOfAll(
  { paths, texts, isLookedUp, logGroup }: EventSources,
  owners: readonly ActivityOwner[],
  context: ReadContext,
): AsyncIterable<FoundEvents> {
  for (const text of texts) yield findEvents(text)
  const names = owners.flatMap(({ accessKeyId, assumedRoleArn }) =>
    assumedRoleArn === undefined ? [accessKeyId] : [accessKeyId, assumedRoleArn],
  )
  yield* readCloudTrailFiles(paths, names)
  for (const { accessKeyId, issuedMs, expiresMs } of owners) {
    const period = {
      sinceMs: issuedMs - MAX_DELAY_MS,
      untilMs: expiresMs === undefined ? undefined : expiresMs + MAX_DELAY_MS,
    }
    if (isLookedUp) {
      const { lookUpEvents } = await import('../cloudtrail/lookup-events.ts')
      yield* lookUpEvents(accessKeyId, period, context)
    }
    if (logGroup === undefined) continue
    const { readLogGroup } = await import('../log-group.ts')
    // CloudWatch Logs sends only lines with the access key id.
    const filter = { ...period, requestId: accessKeyId, matches: () => true }
    const option = '--cloudtrail-log-group'
    for await (const lines of readLogGroup(logGroup, filter, { follow: false, option, ...context }))
      yield findEventsInLines(lines)
  }
}
