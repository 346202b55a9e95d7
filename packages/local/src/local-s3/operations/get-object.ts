/** GetObject and HeadObject. */
import type { S3Call, S3Response } from '../s3-call.ts'
import { invalidArgument, s3Refusal } from '../s3-refusal.ts'
import type { StoredObject } from '../store/stored-object.ts'
import { type ByteRange, readRange } from '../wire/byte-range.ts'
import { writeKeptHeaders } from '../wire/object-headers.ts'
import { checkReadConditions, rangeApplies } from '../wire/preconditions.ts'
import { checksumHeaders, ENCRYPTED } from './put-object.ts'

/**
 * HEAD is the same request; the server leaves the body out.
 * @see Amazon S3 API Reference, "GetObject", "HeadObject"
 */
export function getObject(call: S3Call): S3Response {
  const { access, headers, key, parameters } = call
  const { bucket, object } = access.openObject(call.bucket, key, [{ action: 's3:GetObject', key }])
  const overrides = readOverrides(parameters)
  const identity = { etag: `"${object.etag}"`, 'last-modified': httpDate(object.modifiedAtMs) }
  if (checkReadConditions(headers, object).isUnmodified) return { status: 304, headers: identity }
  const part = readPart(parameters.get('partNumber'), headers, object)
  const asked = rangeApplies(headers.get('if-range'), object)
    ? readRange(headers.get('range'), object.size)
    : undefined
  const partial = part ?? asked
  const range = partial ?? { start: 0, end: object.size }
  const mayReadTags = access.allows(bucket, { action: 's3:GetObjectTagging', key })
  return {
    status: partial === undefined ? 200 : 206,
    headers: {
      ...{ ...writeKeptHeaders(object), ...overrides, ...identity, ...ENCRYPTED },
      'accept-ranges': 'bytes',
      'content-length': String(range.end - range.start),
      ...(partial === undefined ? wholeChecksum(headers, object) : contentRange(range, object)),
      ...(object.tags.length > 0 && mayReadTags
        ? { 'x-amz-tagging-count': String(object.tags.length) }
        : {}),
      ...(part && object.partSizes
        ? { 'x-amz-mp-parts-count': String(object.partSizes.length) }
        : {}),
    },
    body: bucket.readContent(object.blob, range),
  }
}

/** Only with the whole object: the client compares it with what it receives. */
function wholeChecksum(
  headers: ReadonlyMap<string, string>,
  { checksum }: StoredObject,
): Record<string, string> {
  return headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'
    ? checksumHeaders(checksum)
    : {}
}

function contentRange({ start, end }: ByteRange, { size }: StoredObject): Record<string, string> {
  // An empty object has no first byte that a range could name.
  return size === 0 ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }
}

/** Where a part of an object is that was uploaded in parts; any other object is one part. */
function readPart(
  parameter: string | undefined,
  headers: ReadonlyMap<string, string>,
  { partSizes, size }: StoredObject,
): ByteRange | undefined {
  if (parameter === undefined) return undefined
  const number = readPartNumber(parameter)
  if (headers.has('range')) {
    throw s3Refusal(
      'InvalidRequest',
      'Cannot specify both Range header and partNumber query parameter',
    )
  }
  const sizes = partSizes ?? [size]
  const length = sizes[number - 1]
  if (length === undefined) {
    throw s3Refusal('InvalidRange', 'The requested partnumber is not satisfiable', {
      PartNumberRequested: parameter,
      ActualPartCount: String(sizes.length),
    })
  }
  const start = sizes.slice(0, number - 1).reduce((sum, one) => sum + one, 0)
  return { start, end: start + length }
}

/** @throws {AwsRefusal} `InvalidArgument` */
export function readPartNumber(parameter: string): number {
  const number = /^\d{1,5}$/.test(parameter) ? Number(parameter) : 0
  if (number >= 1 && number <= 10_000) return number
  throw invalidArgument(
    'partNumber',
    parameter,
    'Part number must be an integer between 1 and 10000, inclusive',
  )
}

/** Headers of the response that the URL asks for. */
function readOverrides(parameters: ReadonlyMap<string, string>): Record<string, string> {
  const overrides: Record<string, string> = {}
  for (const [parameter, value] of parameters) {
    if (!parameter.startsWith('response-')) continue
    // A header with a line break would be two.
    if (!/^[\t\x20-\x7e]{1,2048}$/.test(value))
      throw invalidArgument(parameter, '', 'The value cannot be the value of a header.')
    overrides[parameter.slice('response-'.length)] = value
  }
  return overrides
}

function httpDate(ms: number): string {
  return new Date(ms).toUTCString()
}
