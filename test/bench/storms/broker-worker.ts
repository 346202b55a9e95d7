/**
 * The built bundle as a process behind HTTP. It translates each request to an event of API Gateway,
 * as Lambda receives it. Up to 64 requests run at the same time, as in 64 environments of Lambda
 * that share one processor; others wait. Its clocks can be set ahead by a message.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { pathToFileURL } from 'node:url'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { listen } from '../../../packages/local/src/listen.ts'

export type WorkerMessage = { readonly aheadMs: number } | { readonly report: true }

export interface WorkerReport {
  readonly maxRssMb: number
  /** Of every response, in order; `none` where a response has no id. */
  readonly requestIds: readonly string[]
}

const requestIds: string[] = []

let aheadMs = 0
// Before the bundle is loaded, because it reads the clocks from here.
const [realNow, realMonotonic] = [Date.now, process.hrtime.bigint]
Date.now = () => realNow() + aheadMs
process.hrtime.bigint = () => realMonotonic() + BigInt(aheadMs) * 1_000_000n

const { handler } = (await import(pathToFileURL(String(process.env.STORM_BUNDLE)).href)) as {
  handler: (event: object, context: object) => Promise<APIGatewayProxyStructuredResultV2>
}
const context = { functionName: 'storm', getRemainingTimeInMillis: () => 10_000 }
const MAX_RUNNING = 64
const waiting: (() => void)[] = []
let running = 0

async function invoke(event: object): Promise<APIGatewayProxyStructuredResultV2> {
  if (running >= MAX_RUNNING) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await handler(event, context)
  } catch (error) {
    // As API Gateway does when a function fails. The request then counts as lost.
    console.error(error)
    return { statusCode: 500 }
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

const server = createServer(async (request, response) => {
  const { pathname, search } = new URL(request.url ?? '/', 'http://storm')
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const event = eventOf(request, pathname, search.slice(1), Buffer.concat(chunks).toString())
  const { statusCode = 500, headers = {}, body = '' } = await invoke(event)
  const [, json, xml] = /"requestId":"([^"]+)"|<RequestId>([^<]+)</.exec(body) ?? []
  // Documents of the issuer have no record, and no id.
  if (!pathname.startsWith('/.well-known/')) requestIds.push(json ?? xml ?? 'none')
  response.writeHead(statusCode, headers as Record<string, string>).end(body)
})
server.keepAliveTimeout = 60_000
// 5,000 clients connect within a second.
server.maxConnections = 20_000
const url = await listen(server, 0)

process.on('message', (message: WorkerMessage) => {
  if ('aheadMs' in message) aheadMs = message.aheadMs
  const maxRssMb = process.resourceUsage().maxRSS / 1024
  const report: WorkerReport = { maxRssMb, requestIds: 'report' in message ? requestIds : [] }
  process.send?.(report)
})
process.once('disconnect', () => process.exit())
process.send?.(url)

function eventOf(request: IncomingMessage, path: string, query: string, body: string): object {
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(',')]),
  )
  const routeKey = `${request.method} ${path}`
  const http = {
    ...{ method: request.method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7' },
    userAgent: request.headers['user-agent'] ?? '',
  }
  return {
    ...{ version: '2.0', routeKey, rawPath: path, rawQueryString: query, headers, body },
    requestContext: {
      ...{ accountId: '111122223333', apiId: 'storm', domainName: 'storm.example' },
      ...{ domainPrefix: 'storm', requestId: 'storm', routeKey, stage: '$default', http },
      ...{ time: '01/Jan/2026:00:00:00 +0000', timeEpoch: 1_767_225_600_000 },
    },
    isBase64Encoded: false,
  }
}
