/** Refusals with the codes of Amazon S3. */
import { AwsRefusal } from '../local-aws/aws-refusal.ts'

/** @see Amazon S3 API Reference, "Error responses" */
const STATUS = {
  AccessDenied: 403,
  AccessForbidden: 403,
  BadDigest: 400,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IllegalLocationConstraintException: 400,
  IncompleteBody: 400,
  /** Of the local S3 alone. 507 is not a status that SDKs retry. */
  InsufficientStorage: 507,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidPolicyDocument: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidStorageClass: 400,
  InvalidTag: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedPOSTRequest: 400,
  MalformedXML: 400,
  MaxPostPreDataLengthExceededError: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  SlowDown: 503,
  TooManyBuckets: 400,
} as const

export type S3Code = keyof typeof STATUS

/** @param details further elements of the error document, such as `Key` */
export function s3Refusal(
  code: S3Code,
  message: string,
  details: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): AwsRefusal {
  return new AwsRefusal(STATUS[code], code, message, { details, headers })
}

/** @param what of AWS the local S3 does not have: the name of an operation, header or parameter */
export function notImplemented(
  what: string,
  advice = 'leave it out, or test it at AWS',
): AwsRefusal {
  return s3Refusal(
    'NotImplemented',
    `${what} is not supported by the local S3: ${advice}. ` +
      'packages/local/docs/s3.md lists what is supported.',
  )
}

export function invalidArgument(name: string, value: string, message: string): AwsRefusal {
  return s3Refusal('InvalidArgument', message, { ArgumentName: name, ArgumentValue: value })
}

export function malformedXml(): AwsRefusal {
  return s3Refusal(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )
}

export function noSuchBucket(name: string): AwsRefusal {
  return s3Refusal('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name })
}
