/** Responses for the client's tests, like the broker's or not. */
import type { ServerResponse } from 'node:http'
import { BrokerError, type RefusalCode } from '@token-broker/core'
import { problemResponse } from '../../../packages/functions/src/endpoints/problem.ts'

type Respond = (response: ServerResponse) => void

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
