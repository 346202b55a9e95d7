/** `GET /console` of the local runtime: leads the browser to the operator console. */
import type { IncomingMessage, RequestListener } from 'node:http'
import { join } from 'node:path'
import type { HttpRequest, HttpResponse } from '@token-broker/functions'
import { nodeListener } from '../node-http.ts'
import { type ConsoleProcess, createConsoleProcess } from './console-process.ts'
import { copyRecords } from './copied-records.ts'

const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

export interface ConsoleRoute {
  /** Temporary, and readable by this user alone. */
  readonly folder: string
  readonly brokerUrl: string
  readonly tenantsDir: string
}

export function isConsolePath({ url = '' }: IncomingMessage): boolean {
  return url.replace(/\?.*$/, '') === '/console'
}

/** The console is started with the first request, and costs nothing before but the copy. */
export function consoleRoute(
  { folder, brokerUrl, tenantsDir }: ConsoleRoute,
  closers: (() => Promise<void>)[],
): RequestListener {
  const records = join(folder, 'records.jsonl')
  const stopCopy = copyRecords(records)
  closers.push(async () => stopCopy())
  const process = createConsoleProcess([
    ...['--tenants', tenantsDir, '--records', records, '--endpoint', brokerUrl],
  ])
  closers.push(process.close)
  return consoleListener(process, brokerUrl)
}

/** @param url of the broker, whose host a request must name */
function consoleListener(process: ConsoleProcess, url: string): RequestListener {
  return nodeListener(async (request) => {
    if (request.method !== 'GET') return problem(405, 'Only GET is allowed.')
    if (!isOfThisMachine(request, url))
      return problem(403, `Open ${url}/console in a browser of this machine.`)
    try {
      const location = await process.url()
      return { status: 302, headers: { ...HEADERS, location }, body: '' }
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown error'
      return problem(503, `The console cannot be started: ${why}`)
    }
  })
}

/**
 * The response contains the access key. A page of another site cannot read it, and is refused
 * nevertheless; a host name that leads to this machine (DNS rebinding) could read it.
 */
function isOfThisMachine({ headers }: HttpRequest, url: string): boolean {
  const { host, port } = new URL(url)
  const site = headers['sec-fetch-site'] ?? 'none'
  return (
    (site === 'none' || site === 'same-origin') &&
    [host, `localhost:${port}`].includes(headers.host ?? '')
  )
}

function problem(status: number, text: string): HttpResponse {
  const headers = { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }
  return { status, headers, body: `${text}\n` }
}
