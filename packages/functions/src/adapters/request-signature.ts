/** Reads and checks the signature of a request to a service of AWS (Signature Version 4). */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { SignatureProblem, SignedRequest } from '@token-broker/core'

/** What a request says about its signature; nothing of it is proved yet. */
export interface Signature {
  readonly accessKeyId: string
  /** `YYYYMMDD`. */
  readonly date: string
  readonly region: string
  readonly service: string
  readonly dateTime: string
  readonly signedHeaders: readonly string[]
  /** In hexadecimal. */
  readonly value: string
}

export interface SignatureRule {
  /** For which the request must be signed, such as `sts`. */
  readonly service: string
  /** The headers that are read, in lower case: a signature must cover each that is sent. */
  readonly readHeaders: readonly string[]
}

/** Where the request must have been sent. */
export interface SignedAddress {
  readonly host: string
  /** As they are signed; any of them. */
  readonly paths: readonly string[]
}

/** How far a client's clock may be off; AWS allows as much. */
export const MAX_SKEW_MS = 5 * 60_000

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=(\w{1,128})\/(\d{8})\/([a-z\d-]{1,64})\/([a-z\d-]{1,64})\/aws4_request, *SignedHeaders=([a-z\d;-]{1,2048}), *Signature=([\da-f]{64})$/
const DATE_TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/**
 * Refuses without a look-up what cannot be right.
 * @param nowMs milliseconds since the epoch
 */
export function readSignature(
  { headers }: SignedRequest,
  { service: expectedService, readHeaders }: SignatureRule,
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
  if (
    !['host', 'x-amz-date', ...readHeaders].every(
      (name) => headers[name] === undefined || signedHeaders.includes(name),
    )
  )
    return 'incomplete'
  if (service !== expectedService) return 'other-service'
  if (!dateTime.startsWith(date)) return 'other-date'
  if (signedMs < nowMs - MAX_SKEW_MS) return 'too-old'
  if (signedMs > nowMs + MAX_SKEW_MS) return 'too-new'
  return { accessKeyId, date, region, service, dateTime, signedHeaders, value }
}

/** @param key of the date, the region and the service of the signature */
export function isSignedWith(
  key: Buffer,
  signature: Signature,
  request: SignedRequest,
  { host, paths }: SignedAddress,
): boolean {
  const { date, region, service, dateTime, signedHeaders, value } = signature
  const scope = `${date}/${region}/${service}/aws4_request`
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
    return timingSafeEqual(hmacSha256(key, text), Buffer.from(value, 'hex'))
  })
}

/**
 * The key of one date, one region and one service, from the key of the secret.
 * @param rootKey `AWS4` followed by the secret
 * @see AWS IAM User Guide, "Create a signed AWS API request", step 4
 */
export function deriveSigningKey(
  rootKey: string | Buffer,
  { date, region, service }: Pick<Signature, 'date' | 'region' | 'service'>,
): Buffer {
  return [region, service, 'aws4_request'].reduce(hmacSha256, hmacSha256(rootKey, date))
}

function hmacSha256(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** @returns milliseconds since the epoch; undefined if it is not such a time */
function readDateTime(text: string): number | undefined {
  const iso = DATE_TIME.test(text) ? text.replace(DATE_TIME, '$1-$2-$3T$4:$5:$6Z') : ''
  const ms = Date.parse(iso)
  return Number.isNaN(ms) ? undefined : ms
}
