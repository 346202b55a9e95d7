/** Which bucket and object a request names, in path style or in virtual-hosted style. */
import { decodeEscapes, readTarget } from '../local-aws/signature/request-parts.ts'
import { s3Refusal } from './s3-refusal.ts'

export interface S3Address {
  /** Undefined: the request is for the service, as ListBuckets is. */
  readonly bucket: string | undefined
  /** Decoded, with all its slashes. Undefined: the request is for the bucket. */
  readonly key: string | undefined
  readonly parameters: ReadonlyMap<string, string>
}

const MAX_KEY_BYTES = 1024
/** @see Amazon S3 User Guide, "General purpose bucket naming rules" */
const BUCKET_NAME = /^(?!\d{1,3}(\.\d{1,3}){3}$)[a-z\d](?:[a-z\d-]|\.(?!\.)){1,61}[a-z\d]$/
const VIRTUAL_HOST = /^(.+?)(?:\.s3)?\.localhost$/

/**
 * Nothing is normalized: `a/../b` and `a//b` are keys of their own, as they are in S3.
 *
 * @param url the request target as it was sent
 * @param host the `Host` header
 * @throws {AwsRefusal} `InvalidURI`, `InvalidArgument`, `KeyTooLongError`
 */
export function readAddress(url: string, host: string | undefined): S3Address {
  if (!url.startsWith('/')) throw invalidUri()
  const { path, query } = readTarget(url)
  const parameters = new Map(query)
  // Which of two values is meant depends on the program, so that a policy and a listing could
  // differ in it.
  if (parameters.size < query.length)
    throw s3Refusal('InvalidArgument', 'A query parameter appears twice; send it once.')
  const fromHost = bucketOfHost(host)
  const rest = path.slice(1)
  const slash = rest.indexOf('/')
  const [bucket, rawKey] =
    fromHost === undefined
      ? [slash === -1 ? rest : rest.slice(0, slash), slash === -1 ? '' : rest.slice(slash + 1)]
      : [fromHost, rest]
  const key = decodeKey(rawKey)
  if (bucket === '') {
    if (key !== '') throw invalidUri()
    return { bucket: undefined, key: undefined, parameters }
  }
  return { bucket: decodeKey(bucket), key: key === '' ? undefined : key, parameters }
}

/** @throws {AwsRefusal} */
export function checkBucketName(name: string): void {
  if (!BUCKET_NAME.test(name))
    throw s3Refusal('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name })
}

/** @throws {AwsRefusal} `KeyTooLongError` */
export function checkKeyLength(key: string): void {
  const bytes = Buffer.byteLength(key, 'utf8')
  if (bytes <= MAX_KEY_BYTES) return
  throw s3Refusal('KeyTooLongError', 'Your key is too long', {
    Size: String(bytes),
    MaxSizeAllowed: String(MAX_KEY_BYTES),
  })
}

/**
 * `x-amz-copy-source`: `BUCKET/KEY`, with or without a slash before it, encoded as in a URL.
 *
 * @throws {AwsRefusal} `InvalidArgument`, `NotImplemented`
 */
export function readCopySource(header: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', rawKey = '', version] =
    /^\/?([^/?]+)\/([^?]+)(\?.*)?$/s.exec(header.replace(/^%2F/i, '/')) ?? []
  if (bucket === '' || bucket.startsWith('arn:'))
    throw s3Refusal('InvalidArgument', 'Copy Source must mention the source bucket and key.')
  if (version !== undefined)
    throw s3Refusal(
      'NotImplemented',
      'Versions of objects are not supported by the local S3: leave out ?versionId.',
    )
  // S3 reads a plus sign as a space here, and only here.
  const [bucketName, key] = [bucket, rawKey].map((part) => decodeKey(part.replaceAll('+', ' ')))
  return { bucket: bucketName ?? '', key: key ?? '' }
}

function bucketOfHost(host = ''): string | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '')
  if (name === 's3.localhost') return undefined
  return VIRTUAL_HOST.exec(name)?.[1]
}

/** The bytes of the path, percent-decoded once. They must be UTF-8, because keys are text. */
function decodeKey(raw: string): string {
  const key = decodeEscapes(raw)
  checkKeyLength(key)
  return key
}

function invalidUri() {
  return s3Refusal('InvalidURI', "Couldn't parse the specified URI.")
}
