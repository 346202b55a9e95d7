/**
 * Translates API Gateway's HTTP API events (payload format 2.0) to the app's plain values and back.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { type App, type HttpRequest, MAX_BODY_BYTES } from '../http.ts'

/** Time reserved for the audit record and the response when a deadline is near, in milliseconds. */
const RESPONSE_RESERVE_MS = 500

export function serveApiGateway(app: App) {
  return async (
    event: APIGatewayProxyEventV2,
    context: Context,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const deadline = new AbortController()
    const leftMs = Math.max(1, context.getRemainingTimeInMillis() - RESPONSE_RESERVE_MS)
    const onDeadline = () =>
      deadline.abort(new DOMException('The deadline is near.', 'TimeoutError'))
    const timer = setTimeout(onDeadline, leftMs)
    try {
      const { status, headers, body } = await app(requestOf(event, deadline.signal))
      return { statusCode: status, headers: { ...headers }, body }
    } finally {
      clearTimeout(timer)
    }
  }
}

function requestOf(event: APIGatewayProxyEventV2, signal: AbortSignal): HttpRequest {
  const { requestContext, rawPath, body, isBase64Encoded } = event
  const { http, stage } = requestContext
  // Without a custom domain, a named stage comes before the path.
  const prefixed = stage !== '$default' && rawPath.startsWith(`/${stage}/`)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(event.headers))
    if (value !== undefined) headers[name.toLowerCase()] = value
  const bytes = body ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : undefined
  return {
    method: http.method,
    path: prefixed ? rawPath.slice(stage.length + 1) : rawPath,
    headers,
    body: bytes?.subarray(0, MAX_BODY_BYTES + 1),
    clientIp: http.sourceIp,
    signal,
  }
}
