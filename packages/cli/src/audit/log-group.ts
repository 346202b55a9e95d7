/**
 * Reads the lines of a log group of CloudWatch Logs, with the operator's own credentials. The one
 * operation that is used is described here: the SDK has it only in a package for all of the
 * service.
 */

import { STSClient } from '@aws-sdk/client-sts'
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { createSignedCalls, readSdkError } from '@token-broker/functions/signed-call'
import { EXIT, UsageError } from '../cli-error.ts'
import { TenantError } from '../tenant/tenant-error.ts'
import type { Environment } from '../terminal.ts'
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
/** CloudWatch Logs searches for seconds before it returns a page. */
const TIMEOUT_MS = 60_000
/** A page has at most 1 MB of messages, which JSON may escape. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024

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

type SignedOperation = Parameters<ReturnType<typeof createSignedCalls>>[0]

const FILTER_LOG_EVENTS: SignedOperation = [
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
  { follow, env, now }: { follow: boolean; env: Environment; now: () => number },
): Lines {
  const call = await connect(env, now)
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

/** The client finds the operator's credentials and region, as for all other commands. */
async function connect(env: Environment, now: () => number) {
  const { config } = new STSClient({})
  const region = await config.region().catch(() => {
    throw new UsageError('--log-group: no region is set; set AWS_REGION, or a region in a profile')
  })
  const proxy = readProxySettings(env)
  const send = createSignedCalls({
    service: 'logs',
    protocol: new AwsJson1_1Protocol({
      defaultNamespace: NAMESPACE,
      serviceTarget: 'Logs_20140328',
    }),
    region,
    endpoint: env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS || env.AWS_ENDPOINT_URL || undefined,
    credentials: async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = await config.credentials()
      return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
    },
    ...(proxy === undefined ? {} : { proxy }),
    now,
    timeoutMs: TIMEOUT_MS,
    attemptTimeoutMs: TIMEOUT_MS / 2,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  })<FilterLogEventsRequest, FilterLogEventsResponse>(FILTER_LOG_EVENTS)
  return async (input: FilterLogEventsRequest) => {
    try {
      return await send(input, new AbortController().signal)
    } catch (error) {
      const { status, text, code } = readSdkError(error)
      const what = `CloudWatch Logs: ${text}`
      if (code === 'CredentialsProviderError' || (status !== undefined && status < 500))
        throw new UsageError(what)
      throw new TenantError(`${what}; try again later`, EXIT.unavailable)
    }
  }
}
