/** The text that a signature of AWS covers, and the signature of a text. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { decodeEscapes, type QueryParameter, type SignedService } from './request-parts.ts'

export interface CredentialScope {
  /** `YYYYMMDD`. */
  readonly date: string
  readonly region: string
  readonly service: string
}

export interface CanonicalRequest {
  readonly method: string
  readonly path: string
  readonly query: readonly QueryParameter[]
  readonly headers: ReadonlyMap<string, string>
  readonly signedHeaders: readonly string[]
  /** In hexadecimal, or a word of AWS such as `UNSIGNED-PAYLOAD`. */
  readonly payload: string
}

/** @see AWS IAM User Guide, "Create a signed AWS API request", step 1 */
export function canonicalText(request: CanonicalRequest): string {
  const { method, path, query, headers, signedHeaders, payload } = request
  return [
    method,
    path,
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${headers.get(name) ?? ''}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n')
}

/** Everything but the signature itself, which a presigned URL has in its query. */
function canonicalQuery(query: readonly QueryParameter[]): string {
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): QueryParameter => [encode(name), encode(value)])
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/**
 * The forms in which a client may have signed the path.
 *
 * S3 neither normalizes a path nor encodes it twice. Some clients sign the path as they send it,
 * and others escape more in what they sign; both forms name the same object.
 */
export function canonicalPaths(path: string, service: SignedService): readonly string[] {
  if (service === 's3') return [...new Set([encodePath(decodeEscapes(path)), path])]
  return [encodePath(withoutDotSegments(path))]
}

/** @see RFC 3986 §5.2.4; AWS also removes empty segments. */
function withoutDotSegments(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const ending = kept.length > 0 && /\/\.{0,2}$/.test(path) ? '/' : ''
  return `/${kept.join('/')}${ending}`
}

function encodePath(path: string): string {
  return path.split('/').map(encode).join('/')
}

/** Everything but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The same for every request of one date, region and service. */
export function deriveScopeKey(
  secretAccessKey: string,
  { date, region, service }: CredentialScope,
): Buffer {
  return [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, date))
}

/**
 * @param lines what follows the algorithm, the time and the scope in the text that is signed
 * @returns the signature in hexadecimal
 */
export function signLines(
  key: Buffer,
  { algorithm, dateTime, scope }: SignatureTime,
  lines: readonly string[],
): string {
  const { date, region, service } = scope
  const text = [algorithm, dateTime, `${date}/${region}/${service}/aws4_request`, ...lines].join(
    '\n',
  )
  return hmac(key, text).toString('hex')
}

export interface SignatureTime {
  /** `AWS4-HMAC-SHA256`, or that of a chunk. */
  readonly algorithm: string
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly dateTime: string
  readonly scope: CredentialScope
}

export function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** In a time that does not depend on where the texts differ. */
export function isSameText(expected: string, found: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(found)]
  return left.length === right.length && timingSafeEqual(left, right)
}
