/** Requests as a server receives them, and what of them is the same in every run of a client. */
import { readFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { startServer } from '../../fixtures/http-server.ts'

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body?: string | undefined
}

export interface RecordingProxy {
  readonly url: string
  /** Since the list was last cleared. */
  readonly received: RecordedRequest[]
  close(): Promise<void>
}

/** Passes each request and response on unchanged, and keeps the request. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const received: RecordedRequest[] = []
  const { url, close } = await startServer(async (incoming, outgoing) => {
    const { method = '', url: requested = '', headers } = incoming
    const body = await text(incoming)
    received.push({ method, path: requested, headers, body })
    http
      .request(target + requested, { method, headers }, (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(outgoing)
      })
      .on('error', () => outgoing.destroy())
      .end(body)
  })
  return { url, received, close }
}

interface RecordingFile {
  readonly scenarios: readonly {
    readonly scenario: string
    readonly requests: readonly RecordedRequest[]
  }[]
}

/** @returns the requests of each scenario, of a file in `recordings` */
export function readRecording(name: string): ReadonlyMap<string, readonly RecordedRequest[]> {
  const file = path.join(import.meta.dirname, 'recordings', `${name}.json`)
  const { scenarios }: RecordingFile = JSON.parse(readFileSync(file, 'utf8'))
  return new Map(scenarios.map(({ scenario, requests }) => [scenario, requests]))
}

/** Values that a server may read. Of other headers, only the name is compared. */
const READ_VALUES = [
  'accept',
  'access-control-request-headers',
  'access-control-request-method',
  'amz-sdk-request',
  'cache-control',
  'content-type',
  'x-amz-target',
]

/** Sent by the HTTP stack of the machine, and not by the client. */
const OF_THE_MACHINE = /^(accept-language|connection|content-length|host|sec-ch-ua.*)$/

/**
 * One line for each part of a request that is the same in every run. Most recordings are of an
 * endpoint without a path, so {@link slashAfterPath} compares the paths.
 */
export function stableForm(request: RecordedRequest): readonly string[] {
  const headers = Object.entries(request.headers)
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
    .filter(([name]) => !OF_THE_MACHINE.test(name))
    .map(([name, value]) => (READ_VALUES.includes(name) ? `${name}: ${value}` : name))
  const product = /^[\w-]+/.exec(String(request.headers['x-amz-user-agent'] ?? ''))?.[0]
  return [
    request.method,
    ...headers.sort(),
    ...(product === undefined ? [] : [`x-amz-user-agent begins with ${product}`]),
    ...(request.body ? [stableBody(request.body)] : []),
  ]
}

/** Whether the client adds a slash to the path of its endpoint. */
export function slashAfterPath({ path: requested }: RecordedRequest): boolean {
  return requested.endsWith('/')
}

/** The members in their order, with placeholders for ids, names of providers and tokens. */
function stableBody(body: string): string {
  return JSON.stringify(JSON.parse(body), (name, value: unknown) => {
    if (name === 'IdentityId') return 'ID'
    if (name === 'CustomRoleArn') return 'ROLE'
    if (name !== 'Logins' || typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.keys(value).map((provider) => [provider.endsWith('/') ? 'PROVIDER/' : 'PROVIDER', '']),
    )
  })
}

/** @returns the stable form of each request that the proxy received meanwhile */
export async function requestsDuring(
  { received }: RecordingProxy,
  work: () => Promise<unknown>,
): Promise<readonly (readonly string[])[]> {
  received.length = 0
  await work()
  // The classic flow also sends a form to STS.
  const isForm = ({ headers }: RecordedRequest) => /form/.test(String(headers['content-type']))
  return received.filter((request) => !isForm(request)).map(stableForm)
}
