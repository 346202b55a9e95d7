/** Calls a handler as API Gateway does, in the process that measures it. */
import { pathToFileURL } from 'node:url'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

export interface HandlerJob {
  readonly bundle: string
  readonly tokens: readonly string[]
  readonly grant?: string
  /** For opaque tokens, which do not say whose they are. */
  readonly tenant?: string
  /** Of the tokens; they are then sent in the body. */
  readonly tokenType?: 'saml2'
  /** DPoP proofs of the tokens, in the same order. */
  readonly proofs?: readonly string[]
  /** Whether each request has a token of its own, so that none is remembered. */
  readonly fresh?: boolean
  /** Requests to an identity pool, instead of those with {@link tokens}. */
  readonly pool?: PoolRequests
}

export interface PoolRequests {
  readonly poolId: string
  readonly operation: 'GetId' | 'GetCredentialsForIdentity'
  readonly bodies: readonly object[]
}

type Handler = (
  event: APIGatewayProxyEventV2,
  context: object,
) => Promise<APIGatewayProxyStructuredResultV2>

/** @returns a function that sends the next token; it throws when the response has no credentials */
export async function loadHandler({
  bundle,
  tokens,
  grant,
  tenant,
  tokenType,
  proofs,
  fresh = false,
  pool,
}: HandlerJob): Promise<() => Promise<void>> {
  const body = { ...(grant === undefined ? {} : { grant }), ...(tenant ? { tenant } : {}) }
  const tokenEvents = tokens.map((token, index) => {
    const dpop = proofs?.[index]
    if (tokenType !== undefined) return eventOf({ ...body, token, tokenType })
    return dpop === undefined
      ? eventOf(body, { authorization: `Bearer ${token}` })
      : eventOf(body, { authorization: `DPoP ${token}`, dpop })
  })
  const events = pool ? pool.bodies.map((one) => poolEventOf(pool, one)) : tokenEvents
  const context = {
    awsRequestId: 'bench',
    functionName: 'bench',
    getRemainingTimeInMillis: () => 10_000,
  }
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler }
  let sent = 0
  return async () => {
    const event = events[sent++ % events.length]
    const copy = event && structuredClone(event)
    if (copy && fresh) copy.headers.authorization += `-${sent}`
    // A guest of each address, because the number of an address's guests is limited.
    if (copy && pool) copy.requestContext.http.sourceIp = addressOf(sent)
    const result = copy && (await handler(copy, context))
    if (result?.statusCode !== 200)
      throw new Error(`Expected status 200, but got ${result?.statusCode}: ${result?.body}`)
  }
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
): APIGatewayProxyEventV2 {
  const time = { time: '01/Jan/2026:00:00:00 +0000', timeEpoch: 1_767_225_600_000 }
  const http = {
    method: 'POST',
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
    routeKey: `POST ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'user-agent': 'bench', ...headers },
    requestContext: {
      ...api,
      ...time,
      http,
      requestId: 'bench',
      routeKey: `POST ${path}`,
      stage: '$default',
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
  }
}
