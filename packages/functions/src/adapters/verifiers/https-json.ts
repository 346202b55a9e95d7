/** Fetches a JSON document of an identity provider, within narrow limits and without following it anywhere. */
import http from 'node:http'
import https from 'node:https'
import { BrokerError } from '@token-broker/core'

// Not global fetch: loading Node's undici costs a cold start 20 to 45 ms, and it follows redirects unless told not to.

/** Whole call: name lookup, connection, headers and body. */
const TIMEOUT_MS = 3_000
const MAX_BYTES = 512 * 1024

export type FetchJson = (
  url: string,
  options?: { readonly signal?: AbortSignal },
) => Promise<unknown>

/**
 * Makes a fetcher for https URLs, and for http on the loopback interface where that is allowed. Only status 200 with at
 * most 512 KiB of uncompressed JSON within 3 s is an answer; a redirect is a failure, because whoever controls a
 * redirect would choose the keys (and reach inside our network).
 * @throws {BrokerError} `issuer_unavailable`
 */
export function createJsonFetcher({
  allowLoopbackHttp,
}: {
  readonly allowLoopbackHttp: boolean
}): FetchJson {
  const agents = {
    http: new http.Agent({ keepAlive: true }),
    https: new https.Agent({ keepAlive: true }),
  }

  const open = (url: URL, signal: AbortSignal, reuse = true) =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      const options = {
        signal,
        headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      }
      const request =
        url.protocol === 'https:'
          ? https.get(url, { ...options, agent: reuse && agents.https }, resolve)
          : http.get(url, { ...options, agent: reuse && agents.http }, resolve)
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection, as happens while a Lambda sleeps: nothing was asked yet. It may have
        // closed the others too.
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve(open(url, signal, false))
        else reject(error)
      })
    })

  return async (address, { signal: callerSignal } = {}) => {
    const url = parseUrl(address, allowLoopbackHttp)
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    const signal = callerSignal ? AbortSignal.any([callerSignal, timeout]) : timeout
    try {
      return parseJson(await readBody(await open(url, signal), address), address)
    } catch (error) {
      if (error instanceof BrokerError) throw error
      if (timeout.aborted)
        throw unavailable(address, `did not answer within ${TIMEOUT_MS} ms`, error)
      if (signal.aborted) throw unavailable(address, 'did not answer in the time left', error)
      throw unavailable(address, `could not be read (${describe(error)})`, error)
    }
  }
}

function parseUrl(address: string, allowLoopbackHttp: boolean): URL {
  if (!URL.canParse(address)) throw unavailable(address, 'is not a URL')
  const url = new URL(address)
  if (url.protocol === 'https:') return url
  if (url.protocol === 'http:' && allowLoopbackHttp && isLoopback(url.hostname)) return url
  throw unavailable(address, 'is not an https URL')
}

/** WHATWG URL has already brought every spelling of an IPv4 address to four decimal numbers. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

async function readBody(response: http.IncomingMessage, address: string): Promise<string> {
  const refuse = (what: string): never => {
    response.destroy()
    throw unavailable(address, what)
  }
  const { statusCode = 0, headers } = response
  if (statusCode >= 300 && statusCode < 400)
    refuse(`answered with a redirect (${statusCode}), which is not followed`)
  if (statusCode !== 200) refuse(`answered with status ${statusCode}`)
  const encoding = headers['content-encoding']
  // A compressed answer of 512 KiB could unfold to gigabytes.
  if (encoding !== undefined && encoding !== 'identity')
    refuse('answered with a content-encoding although none was asked for')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    bytes += buffer.length
    if (bytes > MAX_BYTES) refuse(`answered with more than ${MAX_BYTES} bytes`)
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string, address: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unavailable(address, 'answered with something that is not JSON')
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

function unavailable(address: string, what: string, cause?: unknown): BrokerError {
  return new BrokerError(
    'issuer_unavailable',
    `${address} ${what}.`,
    cause === undefined ? {} : { cause },
  )
}
