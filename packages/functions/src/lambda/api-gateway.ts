/** Translates API Gateway's HTTP API events (payload 2.0) to the app's plain values and back. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { type App, type HttpRequest, MAX_BODY_BYTES } from '../http.ts'

/** Time kept for the audit record and the answer when a deadline nears, in milliseconds. */
const ANSWER_RESERVE_MS = 500

export function serveApiGateway(app: App) {
  return async (
    event: APIGatewayProxyEventV2,
    context: Context,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const deadline = new AbortController()
    const leftMs = Math.max(1, context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS)
    const timer = setTimeout(
      () => deadline.abort(new DOMException('The deadline nears.', 'TimeoutError')),
      leftMs,
    )
    try {
      const { status, headers, body } = await app(requestOf(event, deadline.signal))
      return { statusCode: status, headers: { ...headers }, body }
    } finally {
      clearTimeout(timer)
    }
  }
}

function requestOf(event: APIGatewayProxyEventV2, signal: AbortSignal): HttpRequest {
  const { http, stage } = event.requestContext
  return {
    method: http.method,
    // Without a custom domain a named stage stands before the path.
    path:
      stage !== '$default' && event.rawPath.startsWith(`/${stage}/`)
        ? event.rawPath.slice(stage.length + 1)
        : event.rawPath,
    headers: lowerCased(event.headers),
    body: bodyOf(event),
    clientIp: http.sourceIp,
    signal,
  }
}

function lowerCased(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const lower: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) lower[name.toLowerCase()] = value
  return lower
}

function bodyOf({ body, isBase64Encoded }: APIGatewayProxyEventV2): Uint8Array | undefined {
  if (!body) return undefined
  const encoding = isBase64Encoded ? 'base64' : 'utf8'
  return Buffer.from(body, encoding).subarray(0, MAX_BODY_BYTES + 1)
}
