/** How S3 and DynamoDB refuse a request because of its signature: codes, statuses and texts. */
import { AwsRefusal } from '../aws-refusal.ts'
import type { SignedService } from './request-parts.ts'

/** Where the signature is. */
export type SignaturePlace = 'header' | 'query'

/**
 * @see S3 API Reference, "Error responses"
 * @see DynamoDB Developer Guide, "Error handling with DynamoDB", and "Common errors"
 */
export interface SignatureRefusals {
  /** Neither a header nor a query with a signature. */
  unsigned(): AwsRefusal
  otherAlgorithm(): AwsRefusal
  severalMechanisms(): AwsRefusal
  malformed(place: SignaturePlace, detail: string): AwsRefusal
  /** The header `x-amz-date` is missing or is not a time. */
  undated(): AwsRefusal
  unsignedHeaders(names: readonly string[]): AwsRefusal
  unknownKey(accessKeyId: string): AwsRefusal
  /** A session's key without its token. */
  tokenMissing(accessKeyId: string): AwsRefusal
  otherToken(): AwsRefusal
  expiredToken(): AwsRefusal
  skewed(time: SkewedTime): AwsRefusal
  mismatch(accessKeyId: string): AwsRefusal
}

interface SkewedTime {
  /** As it was sent: `YYYYMMDDTHHMMSSZ`. */
  readonly dateTime: string
  readonly signedMs: number
  readonly nowMs: number
  readonly maxSkewMs: number
}

const S3: SignatureRefusals = {
  // S3 has anonymous requests; nothing allows them here.
  unsigned: () => new AwsRefusal(403, 'AccessDenied', 'Access Denied'),
  otherAlgorithm: () =>
    new AwsRefusal(
      400,
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. ' +
        'Please use AWS4-HMAC-SHA256.',
    ),
  severalMechanisms: () =>
    new AwsRefusal(
      400,
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature ' +
        'query string parameter or the Authorization header should be specified',
    ),
  malformed: (place, detail) =>
    place === 'header'
      ? new AwsRefusal(
          400,
          'AuthorizationHeaderMalformed',
          `The authorization header is malformed; ${detail}`,
        )
      : new AwsRefusal(400, 'AuthorizationQueryParametersError', detail),
  undated: () =>
    new AwsRefusal(
      403,
      'AccessDenied',
      'AWS authentication requires a valid Date or x-amz-date header',
    ),
  unsignedHeaders: (names) =>
    new AwsRefusal(
      403,
      'AccessDenied',
      'There were headers present in the request which were not signed',
      { details: { HeadersNotSigned: names.join(', ') } },
    ),
  unknownKey: unknownKeyOfS3,
  tokenMissing: unknownKeyOfS3,
  otherToken: () =>
    new AwsRefusal(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.'),
  expiredToken: () => new AwsRefusal(400, 'ExpiredToken', 'The provided token has expired.'),
  skewed: ({ dateTime, nowMs, maxSkewMs }) =>
    new AwsRefusal(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      {
        details: {
          RequestTime: dateTime,
          ServerTime: isoSeconds(nowMs),
          MaxAllowedSkewMilliseconds: String(maxSkewMs),
        },
      },
    ),
  mismatch: (accessKeyId) =>
    new AwsRefusal(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. ' +
        'Check your key and signing method.',
      { details: { AWSAccessKeyId: accessKeyId } },
    ),
}

function unknownKeyOfS3(accessKeyId: string): AwsRefusal {
  return new AwsRefusal(
    403,
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
    { details: { AWSAccessKeyId: accessKeyId } },
  )
}

const DYNAMODB: SignatureRefusals = {
  unsigned: () =>
    new AwsRefusal(
      400,
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    ),
  otherAlgorithm: () => incomplete('Unsupported AWS algorithm.'),
  severalMechanisms: () =>
    invalidSignature(
      'Found both X-Amz-Algorithm as a URL query-string parameter and Authorization as HTTP ' +
        'header.',
    ),
  malformed: (_place, detail) => incomplete(detail),
  undated: () =>
    incomplete(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ),
  unsignedHeaders: (names) =>
    invalidSignature(
      names.map((name) => `'${name}' must be a 'SignedHeader' in the AWS Authorization.`).join(' '),
    ),
  unknownKey: unrecognizedClient,
  tokenMissing: unrecognizedClient,
  otherToken: unrecognizedClient,
  expiredToken: () =>
    new AwsRefusal(
      400,
      'ExpiredTokenException',
      'The security token included in the request is expired',
    ),
  skewed: ({ dateTime, signedMs, nowMs, maxSkewMs }) => {
    const minutes = maxSkewMs / 60_000
    const now = compactTime(nowMs)
    return invalidSignature(
      signedMs < nowMs
        ? `Signature expired: ${dateTime} is now earlier than ${compactTime(nowMs - maxSkewMs)} ` +
            `(${now} - ${minutes} min.)`
        : `Signature not yet current: ${dateTime} is still later than ` +
            `${compactTime(nowMs + maxSkewMs)} (${now} + ${minutes} min.)`,
    )
  },
  mismatch: () =>
    invalidSignature(
      'The request signature we calculated does not match the signature you provided. Check your ' +
        'AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ),
}

function unrecognizedClient(): AwsRefusal {
  return new AwsRefusal(
    400,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  )
}

function incomplete(detail: string): AwsRefusal {
  return new AwsRefusal(400, 'IncompleteSignatureException', detail)
}

function invalidSignature(detail: string): AwsRefusal {
  return new AwsRefusal(400, 'InvalidSignatureException', detail)
}

export const SIGNATURE_REFUSALS: Readonly<Record<SignedService, SignatureRefusals>> = {
  s3: S3,
  dynamodb: DYNAMODB,
}

/** @returns such as `2026-11-27T02:14:37Z` */
export function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** @returns such as `20261127T021437Z` */
function compactTime(ms: number): string {
  return isoSeconds(ms).replaceAll(/[-:]/g, '')
}
