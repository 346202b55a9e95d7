/**
 * Looks up events in the event history of CloudTrail, with the operator's own credentials. The
 * history has management events of one Region, and no reads and writes of data.
 */
import type { Environment } from '../../terminal.ts'
import { type AwsOperation, connectToAws } from '../aws-call.ts'
import { type FoundEvents, findEvents } from './event-text.ts'

interface LookupEventsRequest {
  readonly LookupAttributes: readonly LookupAttribute[]
  /** Seconds since the epoch. */
  readonly StartTime: number
  readonly EndTime?: number
  readonly NextToken?: string
}

interface LookupAttribute {
  readonly AttributeKey: 'AccessKeyId'
  readonly AttributeValue: string
}

interface LookupEventsResponse {
  readonly Events?: readonly { readonly CloudTrailEvent?: string }[]
  readonly NextToken?: string
}

const NAMESPACE = 'com.amazonaws.cloudtrail'
// The members of a structure have types in the notation of @smithy/types.
const TEXT = 0
const NUMBER = 1

const LOOKUP_EVENTS: AwsOperation = [
  9,
  NAMESPACE,
  'LookupEvents',
  0,
  [
    ...([3, NAMESPACE, 'LookupEventsRequest', 0] as const),
    ['LookupAttributes', 'StartTime', 'EndTime', 'NextToken'],
    [
      [
        ...([1, NAMESPACE, 'LookupAttributesList', 0] as const),
        [
          ...([3, NAMESPACE, 'LookupAttribute', 0] as const),
          ['AttributeKey', 'AttributeValue'],
          [TEXT, TEXT],
        ],
      ],
      NUMBER,
      NUMBER,
      TEXT,
    ],
  ],
  [
    ...([3, NAMESPACE, 'LookupEventsResponse', 0] as const),
    ['Events', 'NextToken'],
    [
      [
        ...([1, NAMESPACE, 'EventsList', 0] as const),
        [...([3, NAMESPACE, 'Event', 0] as const), ['CloudTrailEvent'], [TEXT]],
      ],
      TEXT,
    ],
  ],
]

/** CloudTrail allows two calls in a second. */
const PAUSE_MS = 500

/**
 * Needs `cloudtrail:LookupEvents`. The Region is that of the operator's settings.
 *
 * @throws {UsageError} a permission is missing; {TenantError} CloudTrail is not responding
 */
export async function* lookUpEvents(
  accessKeyId: string,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number | undefined },
  { env, now }: { readonly env: Environment; readonly now: () => number },
): AsyncIterable<FoundEvents> {
  const call = await connectToAws<LookupEventsRequest, LookupEventsResponse>({
    service: 'cloudtrail',
    name: 'CloudTrail',
    option: '--cloudtrail-lookup',
    namespace: NAMESPACE,
    target: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
    operation: LOOKUP_EVENTS,
    endpoint: env.AWS_ENDPOINT_URL_CLOUDTRAIL,
    ...{ env, now },
  })
  let NextToken: string | undefined
  do {
    const page: LookupEventsResponse = await call({
      LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: accessKeyId }],
      StartTime: Math.floor(sinceMs / 1_000),
      ...(untilMs === undefined ? {} : { EndTime: Math.ceil(untilMs / 1_000) }),
      ...(NextToken === undefined ? {} : { NextToken }),
    })
    yield findEvents(JSON.stringify(page))
    NextToken = page.NextToken
    if (NextToken !== undefined) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  } while (NextToken !== undefined)
}
