/** An HTTP server for the client's tests that answers as each test says, in the broker's wire or in anything else. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { BrokerError, type RefusalCode } from '@token-broker/core'
import { problemResponse } from '../../../packages/functions/src/endpoints/problem.ts'
import { startServer } from '../adapters/test-server.ts'

type Answer = (response: ServerResponse, seen: Seen) => void

interface Seen {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface AnsweringServer {
  readonly url: string
  readonly seen: Seen[]
  answerWith(answer: Answer): void
  close(): Promise<void>
}

export async function startAnsweringServer(): Promise<AnsweringServer> {
  const seen: Seen[] = []
  let answer: Answer = (response) => response.writeHead(500).end()
  const { url, close } = await startServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url: path, headers } = request
      const one = { method, path, headers, body: Buffer.concat(chunks).toString() }
      seen.push(one)
      answer(response, one)
    })
  })
  return {
    url,
    seen,
    close,
    answerWith: (next) => {
      answer = next
    },
  }
}

/** Credentials whose key ends in the count of issues. */
export function issueUntil(expiration: () => number, prefix = 'ASIA'): Answer {
  let count = 0
  return (response) => {
    count++
    json(
      200,
      issued({
        accessKeyId: `${prefix}${count}`,
        expiration: new Date(expiration()).toISOString(),
      }),
    )(response)
  }
}

export function issued(changes: Record<string, unknown> = {}) {
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

export function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body))
  }
}

/** What the real broker answers for this code. */
export function refuse(
  code: RefusalCode,
  details: { callerMessage?: string; retryAfterSeconds?: number } = {},
) {
  return (response: ServerResponse): void => {
    const { status, headers, body } = problemResponse(
      new BrokerError(code, 'for the operator', details),
      'request-1',
    )
    response.writeHead(status, headers).end(body)
  }
}

/** A clock that stands still until it is moved. */
export function stoppedClock(startAt = Date.UTC(2026, 0, 1)) {
  let at = startAt
  return {
    now: () => at,
    advanceSeconds: (seconds: number) => {
      at += seconds * 1000
    },
  }
}

export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expectedRejection,
    (error: unknown) => error,
  )
}

const expectedRejection = new Error('was not rejected')
