/**
 * Conditions on the state of an object: of reads, of the source of a copy, and of writes.
 * @see RFC 9110 §13.2.2
 * @see Amazon S3 User Guide, "Add preconditions to S3 operations with conditional requests"
 */
import { notImplemented, s3Refusal } from '../s3-refusal.ts'

type Headers = ReadonlyMap<string, string>

interface ObjectState {
  /** Without quotes. */
  readonly etag: string
  /** Whole seconds. */
  readonly modifiedAtMs: number
}

/**
 * @param prefix of the header names: `x-amz-copy-source-` for the source of a copy
 * @returns whether it was not modified, so that a read ends with 304
 * @throws {AwsRefusal} `PreconditionFailed`
 */
export function checkReadConditions(
  headers: Headers,
  { etag, modifiedAtMs }: ObjectState,
  prefix = '',
): { readonly isUnmodified: boolean } {
  const ifMatch = headers.get(`${prefix}if-match`)
  const ifUnmodifiedSince = readDate(headers.get(`${prefix}if-unmodified-since`))
  if (ifMatch !== undefined) {
    if (!listsEtag(ifMatch, etag)) throw preconditionFailed('If-Match')
  } else if (ifUnmodifiedSince !== undefined && modifiedAtMs > ifUnmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since')
  }
  const ifNoneMatch = headers.get(`${prefix}if-none-match`)
  if (ifNoneMatch !== undefined) return { isUnmodified: listsEtag(ifNoneMatch, etag) }
  const ifModifiedSince = readDate(headers.get(`${prefix}if-modified-since`))
  return { isUnmodified: ifModifiedSince !== undefined && modifiedAtMs <= ifModifiedSince }
}

/** `If-Range`: whether the range applies, because the object is still the one that it names. */
export function rangeApplies(ifRange: string | undefined, state: ObjectState): boolean {
  if (ifRange === undefined) return true
  if (ifRange.includes('"')) return ifRange === `"${state.etag}"`
  return readDate(ifRange) === state.modifiedAtMs
}

/**
 * Refuses writes whose condition S3 does not know, before the body is read.
 *
 * @throws {AwsRefusal} `NotImplemented`
 */
export function checkWriteConditionSyntax(headers: Headers): void {
  const ifNoneMatch = headers.get('if-none-match')
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw notImplemented('If-None-Match with another value than *', 'send If-None-Match: *')
  if (ifNoneMatch !== undefined && headers.has('if-match'))
    throw notImplemented('If-Match together with If-None-Match', 'send one of them')
  for (const name of ['if-modified-since', 'if-unmodified-since'])
    if (headers.has(name)) throw notImplemented(`The header ${name} of a write`)
}

/**
 * @param existing the object that the write would replace or delete
 * @throws {AwsRefusal} `PreconditionFailed`, `NoSuchKey`
 */
export function checkWriteConditions(
  headers: Headers,
  existing: ObjectState | undefined,
  key: string,
): void {
  if (headers.has('if-none-match') && existing !== undefined)
    throw preconditionFailed('If-None-Match')
  const ifMatch = headers.get('if-match')
  if (ifMatch === undefined) return
  if (existing === undefined) throw noSuchKey(key)
  if (!listsEtag(ifMatch, existing.etag)) throw preconditionFailed('If-Match')
}

export function noSuchKey(key: string) {
  return s3Refusal('NoSuchKey', 'The specified key does not exist.', { Key: key })
}

export function preconditionFailed(condition: string) {
  return s3Refusal(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    { Condition: condition },
  )
}

/** Clients send ETags with quotes and without. */
function listsEtag(header: string, etag: string): boolean {
  const listed = header.split(',').map((one) => one.trim().replace(/^(?:W\/)?"(.*)"$/, '$1'))
  return listed.includes('*') || listed.includes(etag)
}

/** RFC 9110 §13.1.3: a date that cannot be read is ignored. */
function readDate(header: string | undefined): number | undefined {
  const date = header === undefined ? Number.NaN : Date.parse(header)
  return Number.isNaN(date) ? undefined : date
}
