/** An HTTP server for the client's tests that responds as each test says, like a broker or not. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { BrokerError, type RefusalCode } from '@token-broker/core'
import { afterEach, beforeEach } from 'vitest'
import { problemResponse } from '../../../packages/functions/src/endpoints/problem.ts'
import { startServer } from '../adapters/test-server.ts'

type Respond = (response: ServerResponse) => void

interface ReceivedRequest {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface ScriptedServer {
  readonly url: string
  readonly requests: readonly ReceivedRequest[]
  /** From now on; until the first call it responds with 500. */
  respondWith(respond: Respond): void
  close(): Promise<void>
}

/** Starts a server before each test of the file, or of the `describe`, and closes it afterwards. */
export function useScriptedServer(): ScriptedServer {
  let current: ScriptedServer | undefined
  beforeEach(async () => {
    current = await startScriptedServer()
  })
  afterEach(() => current?.close())
  const running = () => {
    if (!current) throw new Error('the server runs during tests only')
    return current
  }
  return {
    get url() {
      return running().url
    },
    get requests() {
      return running().requests
    },
    respondWith: (respond) => running().respondWith(respond),
    close: () => running().close(),
  }
}

async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = []
  let respond: Respond = (response) => response.writeHead(500).end()
  const { url, close } = await startServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url: path, headers } = request
      requests.push({ method, path, headers, body: Buffer.concat(chunks).toString() })
      respond(response)
    })
  })
  return {
    url,
    requests,
    close,
    respondWith: (next) => {
      respond = next
    },
  }
}

/** Issues credentials with the access key IDs `ASIA1`, `ASIA2` and so on. */
export function issueUntil(expiration: () => number, prefix = 'ASIA'): Respond {
  let count = 0
  return (response) => {
    count++
    const body = issuedBody({
      accessKeyId: `${prefix}${count}`,
      expiration: new Date(expiration()).toISOString(),
    })
    json(200, body)(response)
  }
}

export function issuedBody(changes: Record<string, unknown> = {}) {
  return {
    credentials: {
      accessKeyId: 'ASIA1',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: '2030-01-01T00:00:00Z',
      ...changes,
    },
    tenant: 'acme',
    grant: 'read',
    requestId: 'request-1',
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Respond {
  return (response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body))
  }
}

/** Responds as the real broker does for this code. */
export function refuse(
  code: RefusalCode,
  details: { callerMessage?: string; retryAfterSeconds?: number } = {},
): Respond {
  return (response) => {
    const { status, headers, body } = problemResponse(
      new BrokerError(code, 'for the operator', details),
      'request-1',
    )
    response.writeHead(status, headers).end(body)
  }
}
