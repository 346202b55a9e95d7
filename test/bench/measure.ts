/** One fresh process, one handler: imports the bundle, calls it, and sends the figures to its parent over IPC, never over stdout. */
import { pathToFileURL } from 'node:url'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

export interface Job {
  readonly bundle: string
  readonly tokens: readonly string[]
  readonly grant?: string
  /** Requests of each phase. */
  readonly requests: number
}

export interface Figures {
  readonly importMs: number
  readonly firstMs: number
  /** Import and first invocation together: what a cold start adds to Node's own. */
  readonly coldMs: number
  readonly cpuMicrosPerRequest: number
  readonly perSecond1: number
  readonly perSecond32: number
  readonly maxRssMb: number
}

type Handler = (event: APIGatewayProxyEventV2, context: object) => Promise<APIGatewayProxyStructuredResultV2>

process.once('message', async (job: Job) => {
  const figures = await measure(job)
  process.send?.(figures, () => process.exit())
})
process.send?.('ready')

async function measure({ bundle, tokens, grant, requests }: Job): Promise<Figures> {
  const events = tokens.map((token) => eventOf(token, grant))
  const context = { awsRequestId: 'bench', functionName: 'bench', getRemainingTimeInMillis: () => 10_000 }
  const beforeImport = performance.now()
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler }
  const afterImport = performance.now()

  let sent = 0
  const call = async () => {
    const event = events[sent++ % events.length]
    const result = event && (await handler(structuredClone(event), context))
    if (result?.statusCode !== 200) throw new Error(`the handler answered ${result?.statusCode}: ${result?.body}`)
  }
  await call()
  const firstMs = performance.now() - afterImport

  await inFlight(1, Math.ceil(requests / 2), call) // the compiler's warm-up
  const cpuBefore = process.cpuUsage()
  const seconds1 = await inFlight(1, requests, call)
  const { user, system } = process.cpuUsage(cpuBefore)
  await inFlight(32, Math.ceil(requests / 4), call) // opens the connections
  const seconds32 = await inFlight(32, requests, call)
  return {
    importMs: afterImport - beforeImport,
    firstMs,
    coldMs: afterImport - beforeImport + firstMs,
    cpuMicrosPerRequest: (user + system) / requests,
    perSecond1: requests / seconds1,
    perSecond32: requests / seconds32,
    maxRssMb: process.resourceUsage().maxRSS / 1024,
  }
}

/** @returns seconds that `total` calls took with `width` of them in flight */
async function inFlight(width: number, total: number, call: () => Promise<void>): Promise<number> {
  let left = total
  const lane = async () => {
    while (left-- > 0) await call()
  }
  const before = performance.now()
  await Promise.all(Array.from({ length: width }, lane))
  return (performance.now() - before) / 1000
}

function eventOf(token: string, grant: string | undefined): APIGatewayProxyEventV2 {
  const time = { time: '01/Jan/2026:00:00:00 +0000', timeEpoch: 1_767_225_600_000 }
  const http = {
    method: 'POST',
    path: '/v1/credentials',
    protocol: 'HTTP/1.1',
    sourceIp: '203.0.113.7',
    userAgent: 'bench',
  }
  const api = { accountId: '111122223333', apiId: 'bench', domainName: 'bench.example', domainPrefix: 'bench' }
  return {
    version: '2.0',
    routeKey: 'POST /v1/credentials',
    rawPath: '/v1/credentials',
    rawQueryString: '',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': 'bench' },
    requestContext: { ...api, ...time, http, requestId: 'bench', routeKey: 'POST /v1/credentials', stage: '$default' },
    body: JSON.stringify(grant === undefined ? {} : { grant }),
    isBase64Encoded: false,
  }
}
