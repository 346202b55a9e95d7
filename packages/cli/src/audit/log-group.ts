/**
 * Reads the lines of a log group of CloudWatch Logs, with the operator's own credentials. The one
 * operation that is used is described here: the SDK has it only in a package for all of the
 * service.
 */

import type { Environment } from '../terminal.ts'
import { type AwsOperation, connectToAws } from './aws-call.ts'
import type { Lines } from './log-lines.ts'
import type { RecordFilter } from './record-filter.ts'

/** Where no time is given: a whole group may have years of logs, whose search takes hours. */
const DEFAULT_PERIOD_MS = 3_600_000
/** An event is written after its record's `time`, at most the time limit of a function later. */
const MAX_WRITE_MS = 60_000
/** While a group is followed. An account may make a few such calls a second. */
const POLL_MS = 2_000
/** Events of several streams arrive out of order. */
const LATE_MS = 30_000

interface FilterLogEventsRequest {
  readonly logGroupName: string
  readonly startTime: number
  readonly endTime?: number
  readonly filterPattern?: string
  readonly nextToken?: string
}

interface FilterLogEventsResponse {
  readonly events?: readonly LogEvent[]
  readonly nextToken?: string
}

interface LogEvent {
  readonly eventId?: string
  readonly timestamp?: number
  readonly message?: string
}

const NAMESPACE = 'com.amazonaws.cloudwatchlogs'
// The members of a structure have types in the notation of @smithy/types.
const TEXT = 0
const NUMBER = 1

const FILTER_LOG_EVENTS: AwsOperation = [
  9,
  NAMESPACE,
  'FilterLogEvents',
  0,
  [
    ...([3, NAMESPACE, 'FilterLogEventsRequest', 0] as const),
    ['logGroupName', 'startTime', 'endTime', 'filterPattern', 'nextToken'],
    [TEXT, NUMBER, NUMBER, TEXT, TEXT],
  ],
  [
    ...([3, NAMESPACE, 'FilterLogEventsResponse', 0] as const),
    ['events', 'nextToken'],
    [
      [
        ...([1, NAMESPACE, 'FilteredLogEvents', 0] as const),
        [
          ...([3, NAMESPACE, 'FilteredLogEvent', 0] as const),
          ['eventId', 'timestamp', 'message'],
          [TEXT, NUMBER, TEXT],
        ],
      ],
      TEXT,
    ],
  ],
]

/**
 * Needs `logs:FilterLogEvents`. The region is that of the operator's settings.
 *
 * @param options.follow never ends, and waits for new events
 * @throws {UsageError} no such group, or a permission is missing; {TenantError} the service is not
 *   responding
 */
export async function* readLogGroup(
  logGroupName: string,
  { sinceMs, untilMs, requestId }: RecordFilter,
  {
    follow,
    env,
    now,
    option = '--log-group',
  }: { follow: boolean; env: Environment; now: () => number; option?: string },
): Lines {
  const call = await connectToAws<FilterLogEventsRequest, FilterLogEventsResponse>({
    service: 'logs',
    name: 'CloudWatch Logs',
    option,
    namespace: NAMESPACE,
    target: 'Logs_20140328',
    operation: FILTER_LOG_EVENTS,
    endpoint: env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS,
    ...{ env, now },
  })
  const endTime = untilMs === undefined ? undefined : untilMs + MAX_WRITE_MS
  let startTime = sinceMs ?? (untilMs ?? now()) - DEFAULT_PERIOD_MS
  const seen = new Map<string, number>()
  for (;;) {
    const startedMs = now()
    let nextToken: string | undefined
    do {
      const page: FilterLogEventsResponse = await call({
        logGroupName,
        startTime: Math.max(0, startTime),
        ...(endTime === undefined ? {} : { endTime }),
        // A quoted term is any text, so that the service sends only lines with this id.
        ...(requestId !== undefined && /^[\w-]+$/.test(requestId)
          ? { filterPattern: `"${requestId}"` }
          : {}),
        ...(nextToken === undefined ? {} : { nextToken }),
      })
      yield newMessages(page.events ?? [], seen)
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    if (!follow) return
    startTime = Math.max(startTime, startedMs - LATE_MS)
    for (const [id, at] of seen) if (at < startTime) seen.delete(id)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function newMessages(events: readonly LogEvent[], seen: Map<string, number>): readonly string[] {
  return events.flatMap(({ eventId = '', timestamp = 0, message = '' }) => {
    if (seen.has(eventId)) return []
    seen.set(eventId, timestamp)
    return message.replace(/\n$/, '').split('\n')
  })
}
