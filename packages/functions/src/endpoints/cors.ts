/**
 * Cross-origin requests (Fetch standard, "CORS protocol"): refused, except from the origins that
 * tenant documents name.
 */
import type { HttpRequest, HttpResponse } from '../http.ts'

/** The last five are added by AWS SDKs in a browser. */
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'dpop',
  'cache-control',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'x-amz-user-agent',
  'x-amz-target',
].join(', ')

const EXPOSED_HEADERS = [
  ...['retry-after', 'date', 'dpop-nonce', 'www-authenticate'],
  ...['x-amzn-requestid', 'x-amzn-errortype', 'x-amzn-errormessage'],
].join(', ')

/** Adds the headers by which a browser lets a page of an allowed origin read the response. */
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
          'access-control-expose-headers': EXPOSED_HEADERS,
        }
      : vary,
  }
}

/** Responds to a preflight request; only for an allowed origin does it permit the call. */
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
