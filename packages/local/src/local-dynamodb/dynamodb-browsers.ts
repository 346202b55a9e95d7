/** CORS: which pages may read the responses of the local DynamoDB. */
import type { IncomingHttpHeaders } from 'node:http'

const EXPOSED = 'x-amzn-requestid, x-amz-crc32, x-token-broker-denial'
const MAX_AGE_SECONDS = 7200

/** @returns headers of every response; without `access-control-allow-origin` for other pages */
export function corsHeaders(
  headers: IncomingHttpHeaders,
  allowedOrigins: readonly string[],
): Readonly<Record<string, string>> {
  const { origin } = headers
  if (origin === undefined || !allowedOrigins.includes(origin)) return { vary: 'origin' }
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED,
  }
}

/** Any header may be sent: the signature decides, and AWS allows the same. */
export function preflightHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const requested = headers['access-control-request-headers'] ?? ''
  return {
    'access-control-allow-methods': 'POST',
    'access-control-max-age': String(MAX_AGE_SECONDS),
    ...(/^[\w-]+( *, *[\w-]+)*$/.test(requested)
      ? { 'access-control-allow-headers': requested }
      : {}),
  }
}
