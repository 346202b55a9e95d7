/** CopyObject. */
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Need } from '../s3-access.ts'
import { readCopySource } from '../s3-address.ts'
import { isoTime, type S3Call, type S3Response, wholeSeconds, xmlResponse } from '../s3-call.ts'
import { invalidArgument, s3Refusal } from '../s3-refusal.ts'
import type { Bucket } from '../store/bucket.ts'
import type { StoredObject } from '../store/stored-object.ts'
import type { ByteRange } from '../wire/byte-range.ts'
import {
  type ChecksumAlgorithm,
  checksumElement,
  type ObjectChecksum,
  readAlgorithm,
  startChecksum,
} from '../wire/checksums.ts'
import { checkStorageHeaders, readKeptHeaders } from '../wire/object-headers.ts'
import { readTaggingHeader } from '../wire/object-tags.ts'
import {
  checkReadConditions,
  checkWriteConditionSyntax,
  checkWriteConditions,
  preconditionFailed,
} from '../wire/preconditions.ts'
import { type Xml, xmlDocument, xmlText } from '../wire/s3-xml.ts'
import { ENCRYPTED } from './put-object.ts'
import { writeNeeds } from './write-needs.ts'

/** AWS: of one CopyObject. */
const MAX_COPY_BYTES = 5 * 1024 ** 3

/** @see Amazon S3 API Reference, "CopyObject" */
export async function copyObject(call: S3Call): Promise<S3Response> {
  const { access, headers, key, nowMs } = call
  checkStorageHeaders(headers)
  checkWriteConditionSyntax(headers)
  const replacesMetadata = isReplaced(headers, 'x-amz-metadata-directive')
  const replacesTags = isReplaced(headers, 'x-amz-tagging-directive')
  const algorithm = headers.get('x-amz-checksum-algorithm')
  const wantedChecksum = algorithm === undefined ? undefined : readAlgorithm(algorithm)
  const replaced = readKeptHeaders(headers)
  const sentTags = readTaggingHeader(headers.get('x-amz-tagging') ?? '')
  const source = openSource(call, replacesTags ? [] : ['s3:GetObjectTagging'])
  const tags = replacesTags ? sentTags : source.object.tags
  const target = access.open(
    call.bucket,
    writeNeeds(key, headers, { creates: true, tags, copySource: source.name }),
  )
  const isSame = source.bucket === target && source.key === key
  if (isSame && !replacesMetadata && !replacesTags) throw copiesOntoItself()
  const { object } = source
  if (object.size > MAX_COPY_BYTES) {
    throw s3Refusal(
      'InvalidRequest',
      'The specified copy source is larger than the maximum allowable size for a copy source: ' +
        '5368709120',
    )
  }
  const { headers: kept, metadata } = replacesMetadata ? replaced : object
  const copy = await copyContent(source, { start: 0, end: object.size }, target, {
    algorithm: wantedChecksum ?? object.checksum?.algorithm,
  })
  const modifiedAtMs = wholeSeconds(nowMs)
  target.commit(key, { ...copy, headers: kept, metadata, tags, modifiedAtMs }, (existing) =>
    checkWriteConditions(headers, existing, key),
  )
  return xmlResponse(xmlDocument('CopyObjectResult', ...copyResult({ ...copy, modifiedAtMs })), {
    ...ENCRYPTED,
  })
}

export interface CopySource {
  readonly bucket: Bucket
  readonly key: string
  readonly object: StoredObject
  /** `BUCKET/KEY`, decoded: the value of `s3:x-amz-copy-source`. */
  readonly name: string
}

/**
 * @param ifTagged what a source with tags needs besides
 * @throws {AwsRefusal} `AccessDenied`, `NoSuchKey`, `PreconditionFailed`
 */
export function openSource(
  { access, headers }: S3Call,
  ifTagged: readonly 's3:GetObjectTagging'[],
): CopySource {
  const { bucket: bucketName, key } = readCopySource(headers.get('x-amz-copy-source') ?? '')
  const { bucket, object } = access.openObject(bucketName, key, [{ action: 's3:GetObject', key }])
  if (object.tags.length > 0)
    access.open(
      bucketName,
      ifTagged.map((action): Need => ({ action, key })),
    )
  if (checkReadConditions(headers, object, 'x-amz-copy-source-').isUnmodified)
    throw preconditionFailed('x-amz-copy-source-If-None-Match')
  return { bucket, key, object, name: `${bucketName}/${key}` }
}

type Copy = Pick<StoredObject, 'blob' | 'size' | 'etag' | 'checksum'>

/** Copies bytes as they are read, with the digest and the checksum of what was copied. */
export async function copyContent(
  source: CopySource,
  range: ByteRange,
  target: Bucket,
  { algorithm }: { readonly algorithm: ChecksumAlgorithm | undefined },
): Promise<Copy> {
  const md5 = createHash('md5')
  const running = algorithm && startChecksum(algorithm)
  const size = range.end - range.start
  async function* digested(content: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      md5.update(chunk)
      running?.update(chunk)
      yield chunk
    }
  }
  const content = source.bucket.readContent(source.object.blob, range)
  const blob = await target.writeContent(digested(content), size)
  const checksum: ObjectChecksum | undefined = algorithm &&
    running && { algorithm, type: 'FULL_OBJECT', value: running.digest() }
  return { blob, size, etag: md5.digest('hex'), ...(checksum ? { checksum } : {}) }
}

export function copyResult({
  etag,
  checksum,
  modifiedAtMs,
}: Pick<StoredObject, 'etag' | 'checksum' | 'modifiedAtMs'>): readonly Xml[] {
  return [
    xmlText('LastModified', isoTime(modifiedAtMs)),
    xmlText('ETag', `"${etag}"`),
    checksum ? xmlText(checksumElement(checksum.algorithm), checksum.value) : '',
    xmlText('ChecksumType', checksum?.type),
  ]
}

function isReplaced(
  headers: ReadonlyMap<string, string>,
  name: 'x-amz-metadata-directive' | 'x-amz-tagging-directive',
): boolean {
  const directive = headers.get(name) ?? 'COPY'
  if (directive === 'COPY' || directive === 'REPLACE') return directive === 'REPLACE'
  throw invalidArgument(name, directive, `Unknown ${name.replace('x-amz-', '')}.`)
}

function copiesOntoItself() {
  return s3Refusal(
    'InvalidRequest',
    'This copy request is illegal because it is trying to copy an object to itself without ' +
      "changing the object's metadata, storage class, website redirect location or encryption " +
      'attributes.',
  )
}
