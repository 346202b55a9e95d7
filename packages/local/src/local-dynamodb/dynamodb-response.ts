/** Responses of DynamoDB: JSON with a checksum, and errors with the names that AWS gives them. */
import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Denial } from '../local-aws/authorize-session.ts'
import type { AwsRefusal } from '../local-aws/aws-refusal.ts'

export interface DynamodbResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const CONTENT_TYPE = 'application/x-amz-json-1.0'
const OF_VALIDATION = new Set(['ValidationException'])
const OF_DYNAMODB = new Set([
  ...['ConditionalCheckFailedException', 'LimitExceededException', 'ResourceInUseException'],
  ...['ResourceNotFoundException', 'ProvisionedThroughputExceededException'],
])

export function jsonResponse(value: unknown): DynamodbResponse {
  return respond(200, JSON.stringify(value))
}

export function refusalResponse({ status, code, message, headers }: AwsRefusal): DynamodbResponse {
  const text = message === '' ? {} : { message }
  const response = respond(status, JSON.stringify({ __type: errorType(code), ...text }))
  return { ...response, headers: { ...response.headers, ...headers } }
}

/** AWS writes `Message` here, and `message` elsewhere. */
export function denialResponse({ message, explanation }: Denial): DynamodbResponse {
  const __type = errorType('AccessDeniedException')
  const response = respond(400, JSON.stringify({ __type, Message: message }))
  return { ...response, headers: { ...response.headers, 'x-token-broker-denial': explanation } }
}

/** A request that is not one of the JSON protocol. */
export function notFoundResponse(): DynamodbResponse {
  return respond(404, '<UnknownOperationException/>\n', 'text/xml')
}

/** For a program that waits until the server runs. */
export function healthResponse(): DynamodbResponse {
  return respond(200, 'healthy: local DynamoDB', 'text/plain')
}

function errorType(code: string): string {
  if (OF_VALIDATION.has(code)) return `com.amazon.coral.validate#${code}`
  if (OF_DYNAMODB.has(code)) return `com.amazonaws.dynamodb.v20120810#${code}`
  return `com.amazon.coral.service#${code}`
}

function respond(status: number, body: string, contentType = CONTENT_TYPE): DynamodbResponse {
  return {
    status,
    body,
    headers: {
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-crc32': String(crc32(body)),
      'x-amzn-requestid': requestId(),
    },
  }
}

/** 52 characters, as at AWS. */
function requestId(): string {
  return [...randomBytes(52)]
    .map((byte) => '0123456789ABCDEFGHIJKLMNOPQRSTUV'.charAt(byte & 31))
    .join('')
}
