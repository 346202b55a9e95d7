/** ListObjectsV2, and ListObjects as older clients send it. */
import type { NeedContext } from '../s3-access.ts'
import { isoTime, type S3Call, type S3Response, xmlResponse } from '../s3-call.ts'
import { invalidArgument } from '../s3-refusal.ts'
import type { Bucket } from '../store/bucket.ts'
import {
  commonPrefixElements,
  type KeyEncoding,
  listPage,
  type Page,
  readKeyEncoding,
  readPageSize,
} from '../wire/listing.ts'
import { type Xml, xmlDocument, xmlElement, xmlText } from '../wire/s3-xml.ts'
import { OWNER } from './buckets.ts'

interface Listing {
  readonly bucket: Bucket
  readonly page: Page
  readonly encode: KeyEncoding
  /** Elements that both forms have. */
  readonly common: readonly Xml[]
}

/** @see Amazon S3 API Reference, "ListObjectsV2" */
export function listObjectsV2(call: S3Call): S3Response {
  const { parameters } = call
  const version = parameters.get('list-type') ?? ''
  if (version !== '2') throw invalidArgument('list-type', version, 'The list-type must be 2')
  const token = parameters.get('continuation-token')
  const startAfter = parameters.get('start-after')
  const { bucket, page, encode, common } = list(
    call,
    token === undefined ? (startAfter ?? '') : readToken(token),
  )
  const isOwnerWanted = parameters.get('fetch-owner') === 'true'
  return xmlResponse(
    xmlDocument(
      'ListBucketResult',
      ...common,
      xmlText('KeyCount', page.keys.length + page.commonPrefixes.length),
      xmlText('ContinuationToken', token),
      xmlText('NextContinuationToken', page.last && writeToken(page.last)),
      xmlText('StartAfter', startAfter && encode(startAfter)),
      ...contents(bucket, page.keys, encode, isOwnerWanted),
      ...commonPrefixElements(page.commonPrefixes, encode),
    ),
  )
}

/** @see Amazon S3 API Reference, "ListObjects" */
export function listObjects(call: S3Call): S3Response {
  const marker = call.parameters.get('marker') ?? ''
  const { bucket, page, encode, common } = list(call, marker)
  const hasDelimiter = (call.parameters.get('delimiter') ?? '') !== ''
  return xmlResponse(
    xmlDocument(
      'ListBucketResult',
      ...common,
      xmlText('Marker', encode(marker)),
      // Without a delimiter, clients continue after the last key.
      hasDelimiter ? xmlText('NextMarker', page.last && encode(page.last)) : '',
      ...contents(bucket, page.keys, encode, true),
      ...commonPrefixElements(page.commonPrefixes, encode),
    ),
  )
}

function list({ access, bucket: name, parameters }: S3Call, after: string): Listing {
  const size = readPageSize(parameters, 'max-keys')
  const encode = readKeyEncoding(parameters)
  const bucket = access.open(name, [{ action: 's3:ListBucket', context: listContext(parameters) }])
  const prefix = parameters.get('prefix') ?? ''
  const delimiter = parameters.get('delimiter') ?? ''
  const page = listPage((start) => bucket.keysFrom(start), { prefix, delimiter, after, size })
  return {
    ...{ bucket, page, encode },
    common: [
      xmlText('Name', name),
      xmlText('Prefix', encode(prefix)),
      delimiter === '' ? '' : xmlText('Delimiter', encode(delimiter)),
      xmlText('MaxKeys', size),
      xmlText('EncodingType', parameters.get('encoding-type') || undefined),
      xmlText('IsTruncated', page.last !== undefined),
    ],
  }
}

/** Exactly what was sent: a parameter that is absent is absent in the decision, too. */
function listContext(parameters: ReadonlyMap<string, string>): NeedContext {
  const sent = ['prefix', 'delimiter', 'max-keys'].flatMap((name) => {
    const value = parameters.get(name)
    return value === undefined ? [] : [[`s3:${name}`, [value]] as const]
  })
  return Object.fromEntries(sent)
}

function contents(
  bucket: Bucket,
  keys: readonly string[],
  encode: KeyEncoding,
  withOwner: boolean,
): readonly Xml[] {
  return keys.map((key) => {
    const object = bucket.find(key)
    if (object === undefined) return ''
    const { checksum, etag, modifiedAtMs, size } = object
    return xmlElement(
      'Contents',
      xmlText('Key', encode(key)),
      xmlText('LastModified', isoTime(modifiedAtMs)),
      xmlText('ETag', `"${etag}"`),
      xmlText('ChecksumAlgorithm', checksum?.algorithm),
      xmlText('ChecksumType', checksum?.type),
      xmlText('Size', size),
      withOwner ? OWNER : '',
      xmlText('StorageClass', 'STANDARD'),
    )
  })
}

/** Opaque to clients: the key or common prefix after which the next page starts. */
function writeToken(last: string): string {
  return Buffer.from(last, 'utf8').toString('base64')
}

function readToken(token: string): string {
  const last = Buffer.from(token, 'base64').toString('utf8')
  if (token !== '' && writeToken(last) === token) return last
  throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect')
}
