/**
 * Cross-origin requests of browsers: a rule like that of a bucket, for the origins of the tenants.
 * @see Amazon S3 User Guide, "Using cross-origin resource sharing (CORS)"
 */
import { s3Refusal } from './s3-refusal.ts'

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']
const MAX_AGE_SECONDS = 600
const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'

type Headers = Readonly<Record<string, string>>

interface PreflightHeaders {
  readonly origin?: string | undefined
  readonly 'access-control-request-method'?: string | undefined
  readonly 'access-control-request-headers'?: string | undefined
}

/**
 * @returns response headers of a preflight request
 * @throws {AwsRefusal} `AccessForbidden`
 */
export function allowPreflight(
  allowedOrigins: readonly string[],
  requested: PreflightHeaders,
): Headers {
  const origin = requested.origin ?? ''
  const method = requested['access-control-request-method'] ?? ''
  if (!allowedOrigins.includes(origin) || !METHODS.includes(method)) {
    throw s3Refusal(
      'AccessForbidden',
      'CORSResponse: This CORS request is not allowed. The local S3 allows the origins that the ' +
        'tenants list in allowedOrigins.',
      { Method: method.slice(0, 20), ResourceType: 'BUCKET' },
      { vary: VARY },
    )
  }
  const headers = requested['access-control-request-headers']
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': METHODS.join(', '),
    ...(headers === undefined ? {} : { 'access-control-allow-headers': headers }),
    'access-control-max-age': String(MAX_AGE_SECONDS),
    vary: VARY,
  }
}

/**
 * Adds what lets a page of an allowed origin read a response with all its headers: user metadata,
 * checksums, the ETag and the explanation of a denial.
 */
export function allowReading(
  allowedOrigins: readonly string[],
  origin: string | undefined,
  headers: Headers,
): Headers {
  if (origin === undefined) return headers
  if (!allowedOrigins.includes(origin)) return { ...headers, vary: VARY }
  return {
    ...headers,
    'access-control-allow-origin': origin,
    'access-control-expose-headers': Object.keys(headers).join(', '),
    vary: VARY,
  }
}
