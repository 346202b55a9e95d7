/** Serves an App with `node:http`. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import {
  type App,
  type HttpRequest,
  type HttpResponse,
  MAX_BODY_BYTES,
} from '@token-broker/functions'

/** After this time a request is dropped, as the deployed function's timeout does. */
const DEADLINE_MS = 10_000
/** For an audit record that is written after that. */
const RECORD_MS = 300
const INTERNAL: HttpResponse = {
  status: 500,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  body: '{"title":"Internal error","status":500,"code":"internal"}',
}

/**
 * The App's `signal` aborts when the client disconnects, and after 10 s; its `recordSignal` only
 * after that, because a request of a client that disconnects is recorded, too.
 */
export function nodeListener(app: App): RequestListener {
  return async (incoming, outgoing): Promise<void> => {
    const disconnected = new AbortController()
    outgoing.once('close', () => disconnected.abort())
    const signal = AbortSignal.any([disconnected.signal, AbortSignal.timeout(DEADLINE_MS)])
    const recordSignal = AbortSignal.timeout(DEADLINE_MS + RECORD_MS)
    try {
      send(outgoing, await app({ ...(await toHttpRequest(incoming, signal)), recordSignal }))
    } catch (error) {
      if (signal.aborted) return void outgoing.destroy()
      console.error('The broker failed:', error)
      send(outgoing, INTERNAL)
    }
  }
}

async function toHttpRequest(
  incoming: IncomingMessage,
  signal: AbortSignal,
): Promise<Omit<HttpRequest, 'recordSignal'>> {
  return {
    method: incoming.method ?? 'GET',
    path: pathOf(incoming.url ?? '/'),
    query: queryOf(incoming.url ?? '/'),
    headers: headersOf(incoming),
    body: await readBody(incoming, signal),
    clientIp: incoming.socket.remoteAddress ?? '',
    signal,
  }
}

function pathOf(target: string): string {
  const end = target.search(/[?#]/)
  return end === -1 ? target : target.slice(0, end)
}

function queryOf(target: string): string {
  return /^[^?#]*\?([^#]*)/.exec(target)?.[1] ?? ''
}

/** Repeated headers are joined, so that the App can refuse a second `Authorization`. */
function headersOf(incoming: IncomingMessage): Record<string, string> {
  const entries = Object.entries(incoming.headersDistinct)
  return Object.fromEntries(entries.map(([name, values]) => [name, (values ?? []).join(', ')]))
}

/**
 * Keeps at most one byte more than the longest body that the App accepts. That byte shows the App
 * that the body is too long, and no client can fill the memory.
 */
function readBody(incoming: IncomingMessage, signal: AbortSignal): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const finish = () => {
      signal.removeEventListener('abort', onAbort)
      resolve(bytes === 0 ? undefined : Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES + 1))
    }
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    incoming.on('data', (chunk: Buffer) => {
      if (bytes > MAX_BODY_BYTES) return
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) finish()
    })
    incoming.once('end', finish)
    incoming.once('error', reject)
  })
}

function send(outgoing: ServerResponse, { status, headers, body }: HttpResponse): void {
  if (outgoing.destroyed || outgoing.headersSent) return
  // The rest of a body that is too long is not read, so the connection cannot be used again.
  const closing = outgoing.req.readableEnded ? {} : { connection: 'close' }
  outgoing.writeHead(status, { ...headers, ...closing })
  outgoing.end(body)
}
