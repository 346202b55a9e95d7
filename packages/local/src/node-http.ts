/** A node:http listener for an App: the shell around the broker on a laptop. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import {
  type App,
  type HttpRequest,
  type HttpResponse,
  MAX_BODY_BYTES,
} from '@token-broker/functions'

const DEADLINE_MS = 10_000
const INTERNAL: HttpResponse = {
  status: 500,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  body: '{"title":"Internal error","status":500,"code":"internal"}',
}

export function nodeListener(app: App): RequestListener {
  return async (incoming, outgoing): Promise<void> => {
    const gone = new AbortController()
    outgoing.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(DEADLINE_MS)])
    try {
      send(outgoing, await app(await readRequest(incoming, signal)))
    } catch (error) {
      if (signal.aborted) return void outgoing.destroy()
      console.error('the broker failed:', error)
      send(outgoing, INTERNAL)
    }
  }
}

async function readRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<HttpRequest> {
  return {
    method: incoming.method ?? 'GET',
    path: pathOf(incoming.url ?? '/'),
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

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const entries = Object.entries(incoming.headersDistinct)
  return Object.fromEntries(entries.map(([name, values]) => [name, (values ?? []).join(', ')]))
}

/** Stops one byte after the longest body: the App sees that it is too long, and the rest is never held in memory. */
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

function send(outgoing: ServerResponse, answer: HttpResponse): void {
  if (outgoing.destroyed || outgoing.headersSent) return
  const unread = outgoing.req.readableEnded ? {} : { connection: 'close' }
  outgoing.writeHead(answer.status, { ...answer.headers, ...unread })
  outgoing.end(answer.body)
}
