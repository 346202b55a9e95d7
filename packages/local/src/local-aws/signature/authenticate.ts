/** Whose request it is: verifies the signature, the session token and the times of a request. */
import { hash } from 'node:crypto'
import { AwsRefusal } from '../aws-refusal.ts'
import type { LocalSession } from '../local-session.ts'
import type { SessionRegistry } from '../session-registry.ts'
import {
  canonicalPaths,
  canonicalText,
  deriveScopeKey,
  isSameText,
  signLines,
} from './canonical-request.ts'
import { ALGORITHM, type ClaimedSignature, readClaimedSignature } from './read-signature.ts'
import {
  canonicalHeaders,
  type QueryParameter,
  readTarget,
  type SignedRequest,
  type SignedService,
} from './request-parts.ts'
import { isoSeconds, SIGNATURE_REFUSALS } from './service-refusals.ts'

export interface Authenticated {
  readonly session: LocalSession
  /** As the values of the condition key `s3:authType`. */
  readonly authType: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST'
  readonly region: string
  readonly signedAtMs: number
  /** How the body is signed: a hex SHA-256, `UNSIGNED-PAYLOAD` or a `STREAMING-…` value. */
  readonly payload: string
  /** With which the chunks of an `aws-chunked` body are signed. */
  readonly seed: SeedSignature
}

/** A secret: the key signs requests of its date, region and service. */
export interface SeedSignature {
  readonly key: Buffer
  readonly claimed: Pick<ClaimedSignature, 'scope' | 'dateTime' | 'signature'>
}

/** How far a client's clock may differ. */
const MAX_SKEW_MS = 15 * 60_000

/**
 * @param nowMs milliseconds since the epoch
 * @throws {AwsRefusal} with the code, status and text of the service
 */
export function authenticate(
  request: SignedRequest,
  service: SignedService,
  sessions: SessionRegistry,
  nowMs: number,
): Authenticated {
  const { path, query } = readTarget(request.url)
  const headers = canonicalHeaders(request.rawHeaders)
  const claimed = readClaimedSignature(request, query, service)
  const session = findSession(claimed, service, sessions, nowMs)
  checkSignatureTime(claimed, service, nowMs)
  const payload = service === 's3' ? payloadOfS3(claimed, headers, query) : hashOf(request.body)
  const key = deriveScopeKey(session.secretAccessKey, claimed.scope)
  const { method } = request
  const { signedHeaders } = claimed
  const isSigned = canonicalPaths(path, service).some((signedPath) =>
    isSignatureOf(
      canonicalText({ method, path: signedPath, query, headers, signedHeaders, payload }),
      key,
      claimed,
    ),
  )
  if (!isSigned) throw SIGNATURE_REFUSALS[service].mismatch(session.accessKeyId)
  return {
    session,
    authType: claimed.place === 'header' ? 'REST-HEADER' : 'REST-QUERY-STRING',
    region: claimed.scope.region,
    signedAtMs: claimed.signedMs,
    payload,
    seed: { key, claimed },
  }
}

/**
 * The session with this access key, if its token was sent with it and is still valid.
 *
 * @throws {AwsRefusal}
 */
export function findSession(
  { accessKeyId, sessionToken }: Pick<ClaimedSignature, 'accessKeyId' | 'sessionToken'>,
  service: SignedService,
  sessions: SessionRegistry,
  nowMs: number,
): LocalSession {
  const refusals = SIGNATURE_REFUSALS[service]
  const session = sessions.find(accessKeyId)
  if (session === undefined) throw refusals.unknownKey(accessKeyId)
  if (session.sessionToken !== undefined && sessionToken === undefined)
    throw refusals.tokenMissing(accessKeyId)
  if (!isSameText(session.sessionToken ?? '', sessionToken ?? '')) throw refusals.otherToken()
  if (session.expiresAtMs <= nowMs) throw refusals.expiredToken()
  return session
}

function checkSignatureTime(claimed: ClaimedSignature, service: SignedService, nowMs: number) {
  const { dateTime, signedMs, expiresSeconds } = claimed
  const isTooNew = signedMs > nowMs + MAX_SKEW_MS
  if (expiresSeconds === undefined) {
    if (isTooNew || signedMs < nowMs - MAX_SKEW_MS) {
      const time = { dateTime, signedMs, nowMs, maxSkewMs: MAX_SKEW_MS }
      throw SIGNATURE_REFUSALS[service].skewed(time)
    }
    return
  }
  if (isTooNew) throw new AwsRefusal(403, 'AccessDenied', 'Request is not yet valid')
  const expiresMs = signedMs + expiresSeconds * 1000
  if (expiresMs > nowMs) return
  throw new AwsRefusal(403, 'AccessDenied', 'Request has expired', {
    details: {
      'X-Amz-Expires': String(expiresSeconds),
      Expires: isoSeconds(expiresMs),
      ServerTime: isoSeconds(nowMs),
    },
  })
}

const STREAMING = [
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
]

/** @throws {AwsRefusal} */
function payloadOfS3(
  { place }: ClaimedSignature,
  headers: ReadonlyMap<string, string>,
  query: readonly QueryParameter[],
): string {
  const parameter = query.find(([name]) => name === 'X-Amz-Content-Sha256')?.[1]
  // A presigned URL is made without the body.
  const ofUrl = place === 'query' ? (parameter ?? UNSIGNED_PAYLOAD) : undefined
  const payload = headers.get('x-amz-content-sha256') ?? ofUrl
  if (payload === undefined)
    throw new AwsRefusal(
      400,
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    )
  if (payload === UNSIGNED_PAYLOAD || STREAMING.includes(payload) || /^[\da-f]{64}$/.test(payload))
    return payload
  throw new AwsRefusal(
    400,
    'InvalidArgument',
    `x-amz-content-sha256 must be ${[UNSIGNED_PAYLOAD, ...STREAMING].join(', ')} ` +
      'or a valid sha256 value.',
    { details: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payload.slice(0, 100) } },
  )
}

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

function hashOf(body: Buffer | undefined): string {
  return hash('sha256', body ?? Buffer.alloc(0))
}

function isSignatureOf(canonical: string, key: Buffer, claimed: ClaimedSignature): boolean {
  const { scope, dateTime, signature } = claimed
  const time = { algorithm: ALGORITHM, dateTime, scope }
  return isSameText(signLines(key, time, [hash('sha256', canonical)]), signature)
}
