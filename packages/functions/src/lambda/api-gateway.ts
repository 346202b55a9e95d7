/** Translates the events of API Gateway and of function URLs to the app's plain values and back. */
import type { APIGatewayProxyResult, Context } from 'aws-lambda'
import type { App } from '../http.ts'
import { readEvent } from './read-event.ts'
import { refuseEvent } from './unknown-event.ts'

/** Time reserved for the audit record and the response when a deadline is near, in milliseconds. */
const RESPONSE_RESERVE_MS = 500

/** All forms of events have responses of the same form. */
export function serveApiGateway(app: App) {
  return async (
    event: unknown,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<APIGatewayProxyResult> => {
    const deadline = new AbortController()
    const leftMs = Math.max(1, context.getRemainingTimeInMillis() - RESPONSE_RESERVE_MS)
    const onDeadline = () =>
      deadline.abort(new DOMException('The deadline is near.', 'TimeoutError'))
    const timer = setTimeout(onDeadline, leftMs)
    try {
      const request = readEvent(event) ?? { ...NO_REQUEST, refusal: refuseEvent(event) }
      const { status, headers, body } = await app({ ...request, signal: deadline.signal })
      return { statusCode: status, headers: { ...headers }, body }
    } finally {
      clearTimeout(timer)
    }
  }
}

const NO_REQUEST = { method: '', path: '', headers: {}, body: undefined, clientIp: '' }
