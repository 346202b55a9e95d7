/** Calls a handler as API Gateway does, in the process that measures it. */
import { pathToFileURL } from 'node:url'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

export interface HandlerJob {
  readonly bundle: string
  readonly tokens: readonly string[]
  readonly grant?: string
  /** Requests to an identity pool, instead of those with {@link tokens}. */
  readonly pool?: PoolRequests
  /** Requests of any kind, instead of those with {@link tokens}. */
  readonly events?: readonly APIGatewayProxyEventV2[]
  /**
   * Requests that are sent once, before the first of {@link events}. Text members of each response
   * replace their names, such as `$Token`, in the event with the same index.
   */
  readonly before?: readonly APIGatewayProxyEventV2[]
  /** Of each response; default: 200. */
  readonly status?: number
}

export interface PoolRequests {
  readonly poolId: string
  readonly operation: 'GetId' | 'GetCredentialsForIdentity' | 'GetOpenIdToken'
  readonly bodies: readonly object[]
}

type Handler = (
  event: APIGatewayProxyEventV2,
  context: object,
) => Promise<APIGatewayProxyStructuredResultV2>

/** @returns a function that sends the next request; it throws when the response is not expected */
export async function loadHandler({
  bundle,
  tokens,
  grant,
  pool,
  events: given,
  before = [],
  status = 200,
}: HandlerJob): Promise<() => Promise<void>> {
  const body = grant === undefined ? {} : { grant }
  const tokenEvents = tokens.map((token) => eventOf(body, { authorization: `Bearer ${token}` }))
  const events = given ?? pool?.bodies.map((one) => poolEventOf(pool, one)) ?? tokenEvents
  const context = {
    awsRequestId: 'bench',
    functionName: 'bench',
    getRemainingTimeInMillis: () => 10_000,
  }
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler }
  for (const [index, event] of before.entries()) {
    const response = expectStatus(200, await handler(event, context))
    const next = events[index]
    if (next) next.body = filledIn(next.body ?? '', response.body ?? '')
  }
  let sent = 0
  return async () => {
    const event = events[sent++ % events.length]
    const copy = event && structuredClone(event)
    // A guest of each address, because the number of an address's guests is limited.
    if (copy && pool) copy.requestContext.http.sourceIp = addressOf(sent)
    if (copy) expectStatus(status, await handler(copy, context))
  }
}

function filledIn(text: string, response: string): string {
  if (!text.includes('$')) return text
  return Object.entries(JSON.parse(response)).reduce(
    (filled, [name, value]) => filled.replaceAll(`$${name}`, String(value)),
    text,
  )
}

function expectStatus<Found extends APIGatewayProxyStructuredResultV2>(
  expected: number,
  found: Found,
): Found {
  if (found.statusCode !== expected)
    throw new Error(`Expected status ${expected}, but got ${found.statusCode}: ${found.body}`)
  return found
}

function addressOf(index: number): string {
  return `10.${[16, 8, 0].map((shift) => (index >> shift) & 255).join('.')}`
}

/** @returns how many seconds `total` calls took, with `width` of them in flight */
export async function inFlight(
  width: number,
  total: number,
  call: () => Promise<void>,
): Promise<number> {
  let left = total
  const lane = async () => {
    while (left-- > 0) await call()
  }
  const before = performance.now()
  await Promise.all(Array.from({ length: width }, lane))
  return (performance.now() - before) / 1000
}

/** Runs one job that the parent sends. The result goes back over IPC; stdout is for audit lines. */
export function serveOneJob<Job, Result>(work: (job: Job) => Promise<Result>): void {
  process.once('message', async (job: Job) => {
    const result = await work(job)
    process.send?.(result, () => process.exit())
  })
  process.send?.('ready')
}

function poolEventOf({ poolId, operation }: PoolRequests, body: object): APIGatewayProxyEventV2 {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityService.${operation}`,
  }
  return eventOf(body, headers, `/cognito/${poolId}`)
}

export function eventOf(
  body: object | string,
  headers = {},
  path = '/v1/credentials',
  method = 'POST',
): APIGatewayProxyEventV2 {
  const time = { time: '01/Jan/2026:00:00:00 +0000', timeEpoch: 1_767_225_600_000 }
  const http = {
    method,
    path,
    protocol: 'HTTP/1.1',
    sourceIp: '203.0.113.7',
    userAgent: 'bench',
  }
  const api = {
    accountId: '111122223333',
    apiId: 'bench',
    domainName: 'bench.example',
    domainPrefix: 'bench',
  }
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'user-agent': 'bench', ...headers },
    requestContext: {
      ...api,
      ...time,
      http,
      requestId: 'bench',
      routeKey: `${method} ${path}`,
      stage: '$default',
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
  }
}
