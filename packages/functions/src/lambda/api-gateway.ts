/** Translates the events of API Gateway and of function URLs to the app's plain values and back. */
import type { APIGatewayProxyResult, Context } from 'aws-lambda'
import type { App } from '../http.ts'
import { readEvent } from './read-event.ts'
import { refuseEvent } from './unknown-event.ts'

/** Time for the audit record when the deadline is near, and then for the response. */
const RECORD_MS = 300
const RESPONSE_MS = 200

/** All forms of events have responses of the same form. */
export function serveApiGateway(app: App) {
  return async (
    event: unknown,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<APIGatewayProxyResult> => {
    const [work, record] = [new AbortController(), new AbortController()]
    const leftMs = Math.max(1, context.getRemainingTimeInMillis() - RECORD_MS - RESPONSE_MS)
    let timer = setTimeout(() => {
      const deadline = new DOMException('The deadline is near.', 'TimeoutError')
      timer = setTimeout(() => record.abort(deadline), RECORD_MS)
      work.abort(deadline)
    }, leftMs)
    try {
      const request = readEvent(event) ?? { ...NO_REQUEST, refusal: refuseEvent(event) }
      const { status, headers, body } = await app({
        ...request,
        signal: work.signal,
        recordSignal: record.signal,
      })
      return { statusCode: status, headers: { ...headers }, body }
    } finally {
      clearTimeout(timer)
    }
  }
}

const NO_REQUEST = { method: '', path: '', headers: {}, body: undefined, clientIp: '' }
