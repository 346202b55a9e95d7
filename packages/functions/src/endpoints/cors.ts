/** Cross-origin requests (Fetch standard, "CORS protocol"): off, but for the origins that tenant documents name. */
import type { HttpRequest, HttpResponse } from '../http.ts'

/** The rest is what AWS SDKs in a browser add of their own accord. */
const ALLOWED_HEADERS =
  'authorization, content-type, cache-control, amz-sdk-invocation-id, amz-sdk-request, x-amz-user-agent'

/** Adds what a browser needs to let a page of an allowed origin read the answer. */
export function allowOrigin(
  response: HttpResponse,
  origin: string | undefined,
  allowed: boolean,
): HttpResponse {
  if (origin === undefined) return response
  const vary = { ...response.headers, vary: 'Origin' }
  return {
    ...response,
    headers: allowed
      ? {
          ...vary,
          'access-control-allow-origin': origin,
          'access-control-expose-headers': 'retry-after, x-amzn-requestid',
        }
      : vary,
  }
}

/** Answers a preflight; a page of another origin gets no allowance and its browser stops there. */
export function preflightResponse(
  request: HttpRequest,
  methods: string,
  allowed: boolean,
): HttpResponse {
  const headers = allowed
    ? {
        'access-control-allow-methods': methods,
        'access-control-allow-headers': ALLOWED_HEADERS,
        'access-control-max-age': '600',
      }
    : {}
  return allowOrigin({ status: 204, headers, body: '' }, request.headers.origin, allowed)
}
