/** The headers that are kept with an object, and returned with it. */
import { invalidArgument, notImplemented, s3Refusal } from '../s3-refusal.ts'

export interface KeptHeaders {
  /** System metadata, such as `content-type`. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata by name in lower case, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
}

const SYSTEM_HEADERS = [
  ...['cache-control', 'content-disposition', 'content-encoding', 'content-language'],
  ...['content-type', 'expires'],
]
const METADATA_PREFIX = 'x-amz-meta-'
/** Names and values together. */
const MAX_METADATA_BYTES = 2048
const MAX_HEADER_BYTES = 2048
const DEFAULT_TYPE = 'binary/octet-stream'

/**
 * @param headers in lower case
 * @throws {AwsRefusal} `MetadataTooLarge`, `InvalidArgument`
 */
export function readKeptHeaders(headers: ReadonlyMap<string, string>): KeptHeaders {
  const kept: Record<string, string> = { 'content-type': DEFAULT_TYPE }
  for (const name of SYSTEM_HEADERS) {
    const value = name === 'content-encoding' ? contentEncoding(headers) : headers.get(name)
    if (value === undefined || value === '') continue
    if (value.length > MAX_HEADER_BYTES || !isHeaderValue(value))
      throw invalidArgument(name, '', `The value of the header ${name} cannot be stored.`)
    kept[name] = value
  }
  const metadata = [...headers]
    .filter(([name]) => name.startsWith(METADATA_PREFIX))
    .map(([name, value]) => [name.slice(METADATA_PREFIX.length), value] as const)
  const bytes = metadata.reduce((sum, [name, value]) => sum + byteLength(name + value), 0)
  if (bytes > MAX_METADATA_BYTES) {
    throw s3Refusal(
      'MetadataTooLarge',
      'Your metadata headers exceed the maximum allowed metadata size',
      { Size: String(bytes), MaxSizeAllowed: String(MAX_METADATA_BYTES) },
    )
  }
  for (const [name, value] of metadata) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || hasControlCharacter(value))
      throw invalidArgument(METADATA_PREFIX + name, '', 'The user metadata cannot be stored.')
  }
  return { headers: kept, metadata: Object.fromEntries(metadata) }
}

/** `aws-chunked` is how the body is sent, and not a property of the object. */
function contentEncoding(headers: ReadonlyMap<string, string>): string | undefined {
  return headers
    .get('content-encoding')
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding.toLowerCase() !== 'aws-chunked')
    .join(',')
}

/** @returns response headers */
export function writeKeptHeaders({ headers, metadata }: KeptHeaders): Record<string, string> {
  const written = Object.entries(metadata).map(([name, value]) => [
    METADATA_PREFIX + name,
    isHeaderValue(value) ? value : encodedWord(value),
  ])
  return { ...headers, ...Object.fromEntries(written) }
}

/** RFC 2047 §2, in which S3 returns what is not ASCII. It comes from a form or a presigned URL. */
function encodedWord(value: string): string {
  return `=?UTF-8?B?${Buffer.from(value, 'utf8').toString('base64')}?=`
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value)
}

function hasControlCharacter(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a header with one would be split
  return /[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)
}

const STORAGE_CLASSES = [
  ...['DEEP_ARCHIVE', 'EXPRESS_ONEZONE', 'GLACIER', 'GLACIER_IR', 'INTELLIGENT_TIERING'],
  ...['ONEZONE_IA', 'OUTPOSTS', 'REDUCED_REDUNDANCY', 'SNOW', 'STANDARD_IA'],
]

/**
 * Refuses values that AWS would act upon and the local S3 would not.
 *
 * @throws {AwsRefusal} `NotImplemented`, `InvalidStorageClass`
 */
export function checkStorageHeaders(headers: ReadonlyMap<string, string>): void {
  const storageClass = headers.get('x-amz-storage-class') ?? 'STANDARD'
  if (STORAGE_CLASSES.includes(storageClass))
    throw notImplemented(`The storage class ${storageClass}`, 'use STANDARD, or test it at AWS')
  if (storageClass !== 'STANDARD')
    throw s3Refusal('InvalidStorageClass', 'The storage class you specified is not valid')
  const acl = headers.get('x-amz-acl') ?? 'private'
  if (acl !== 'private' && acl !== 'bucket-owner-full-control')
    throw notImplemented('An x-amz-acl other than private or bucket-owner-full-control')
  const encryption = headers.get('x-amz-server-side-encryption') ?? 'AES256'
  if (encryption !== 'AES256')
    throw notImplemented('Encryption other than AES256 in x-amz-server-side-encryption')
}
