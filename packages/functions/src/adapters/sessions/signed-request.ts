/** Reads and checks the signature of a request to STS (Signature Version 4). */
import { hash, timingSafeEqual } from 'node:crypto'
import type { SignatureProblem, SignedRequest } from '@token-broker/core'
import { hmacSha256, MAX_SKEW_MS, SERVICE } from './signing-keys.ts'

/** What a request says about its signature; nothing of it is proved yet. */
export interface Signature {
  readonly accessKeyId: string
  readonly sessionToken: string
  /** `YYYYMMDD`. */
  readonly date: string
  readonly region: string
  readonly dateTime: string
  readonly signedHeaders: readonly string[]
  /** In hexadecimal. */
  readonly value: string
}

/** Where the request must have been sent. */
export interface SignedAddress {
  readonly host: string
  /** Any of them. */
  readonly paths: readonly string[]
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=(\w{1,128})\/(\d{8})\/([a-z\d-]{1,64})\/([a-z\d-]{1,64})\/aws4_request, *SignedHeaders=([a-z\d;-]{1,2048}), *Signature=([\da-f]{64})$/
/** The headers that are read. */
const READ_HEADERS = ['host', 'x-amz-date', 'x-amz-security-token']
const DATE_TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/**
 * Refuses without a look-up what cannot be right.
 * @param nowMs milliseconds since the epoch
 */
export function readSignature(
  { headers }: SignedRequest,
  nowMs: number,
): Signature | SignatureProblem {
  const { authorization } = headers
  if (authorization === undefined) return 'unsigned'
  const [, accessKeyId = '', date = '', region = '', service = '', names = '', value = ''] =
    AUTHORIZATION.exec(authorization) ?? []
  const dateTime = headers['x-amz-date'] ?? ''
  const signedMs = readDateTime(dateTime)
  if (value === '' || signedMs === undefined) return 'incomplete'
  const signedHeaders = names.split(';')
  // What is not signed could be another one's. Other headers may be added on the way, such as
  // CloudFront's `x-amz-cf-id`.
  if (!READ_HEADERS.every((name) => headers[name] === undefined || signedHeaders.includes(name)))
    return 'incomplete'
  if (service !== SERVICE) return 'other-service'
  if (!dateTime.startsWith(date)) return 'other-date'
  if (signedMs < nowMs - MAX_SKEW_MS) return 'too-old'
  if (signedMs > nowMs + MAX_SKEW_MS) return 'too-new'
  const sessionToken = headers['x-amz-security-token']
  // All sessions have a token; a long-term key cannot be known here.
  if (!sessionToken) return 'unknown-session'
  return { accessKeyId, sessionToken, date, region, dateTime, signedHeaders, value }
}

/** @param key of the date and the region of the signature, in hexadecimal */
export function isSignedWith(
  key: string,
  signature: Signature,
  request: SignedRequest,
  { host, paths }: SignedAddress,
): boolean {
  const { date, region, dateTime, signedHeaders, value } = signature
  const scope = `${date}/${region}/${SERVICE}/aws4_request`
  // The host is the broker's own and not the header's: a request that was meant for another server
  // proves nothing here.
  const signedValue = (name: string) => (name === 'host' ? host : (request.headers[name] ?? ''))
  const headerLines = signedHeaders.map(
    (name) => `${name}:${signedValue(name).trim().replaceAll(/ +/g, ' ')}\n`,
  )
  const rest = [headerLines.join(''), signedHeaders.join(';'), hash('sha256', request.body)]
  return paths.some((path) => {
    const canonical = ['POST', path, '', ...rest].join('\n')
    const text = ['AWS4-HMAC-SHA256', dateTime, scope, hash('sha256', canonical)].join('\n')
    return timingSafeEqual(hmacSha256(Buffer.from(key, 'hex'), text), Buffer.from(value, 'hex'))
  })
}

/** @returns milliseconds since the epoch; undefined if it is not such a time */
function readDateTime(text: string): number | undefined {
  const iso = DATE_TIME.test(text) ? text.replace(DATE_TIME, '$1-$2-$3T$4:$5:$6Z') : ''
  const ms = Date.parse(iso)
  return Number.isNaN(ms) ? undefined : ms
}
