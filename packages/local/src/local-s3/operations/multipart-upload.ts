/** Starts, fills and aborts multipart uploads. */
import { createHash } from 'node:crypto'
import {
  MAX_UPLOAD_BYTES,
  type S3Call,
  type S3Response,
  wholeSeconds,
  xmlResponse,
} from '../s3-call.ts'
import { s3Refusal } from '../s3-refusal.ts'
import type { Upload, UploadedPart } from '../store/uploads.ts'
import { readCopyRange } from '../wire/byte-range.ts'
import {
  type ChecksumAlgorithm,
  readAlgorithm,
  readChecksumType,
  requestedChecksum,
  verifyBody,
} from '../wire/checksums.ts'
import { checkStorageHeaders, readKeptHeaders } from '../wire/object-headers.ts'
import { readTaggingHeader } from '../wire/object-tags.ts'
import { xmlDocument, xmlText } from '../wire/s3-xml.ts'
import { copyContent, copyResult, openSource } from './copy-object.ts'
import { readPartNumber } from './get-object.ts'
import { ENCRYPTED, storedHeaders } from './put-object.ts'
import { writeNeeds } from './write-needs.ts'

/** @see Amazon S3 API Reference, "CreateMultipartUpload" */
export function createMultipartUpload(call: S3Call): S3Response {
  const { access, headers, key, nowMs } = call
  checkStorageHeaders(headers)
  const kept = readKeptHeaders(headers)
  const tags = readTaggingHeader(headers.get('x-amz-tagging') ?? '')
  const checksum = readChecksumChoice(headers)
  const bucket = access.open(call.bucket, writeNeeds(key, headers, { creates: false, tags }))
  const { id } = bucket.uploads.start({
    ...{ ...kept, key, tags, startedAtMs: wholeSeconds(nowMs) },
    ...(checksum ? { checksum } : {}),
  })
  return xmlResponse(
    xmlDocument(
      'InitiateMultipartUploadResult',
      xmlText('Bucket', bucket.name),
      xmlText('Key', key),
      xmlText('UploadId', id),
    ),
    {
      ...ENCRYPTED,
      ...(checksum
        ? {
            'x-amz-checksum-algorithm': checksum.algorithm,
            'x-amz-checksum-type': checksum.type,
          }
        : {}),
    },
  )
}

function readChecksumChoice(headers: ReadonlyMap<string, string>): Upload['checksum'] {
  const name = headers.get('x-amz-checksum-algorithm')
  const type = headers.get('x-amz-checksum-type')
  if (name === undefined) {
    if (type === undefined) return undefined
    throw s3Refusal(
      'InvalidRequest',
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    )
  }
  const algorithm = readAlgorithm(name)
  return { algorithm, type: readChecksumType(type, algorithm) }
}

/** @see Amazon S3 API Reference, "UploadPart" */
export async function uploadPart(call: S3Call): Promise<S3Response> {
  const { access, headers, key, nowMs, parameters } = call
  const number = readPartNumber(parameters.get('partNumber') ?? '')
  const requested = requestedChecksum(headers, new Map())
  const bucket = access.open(call.bucket, writeNeeds(key, headers, { creates: false }))
  const id = parameters.get('uploadId') ?? ''
  const upload = bucket.uploads.find(id, key)
  if (requested) checkPartAlgorithm(upload, requested.algorithm)
  const { content, trailers } = await call.readBody(MAX_UPLOAD_BYTES)
  const checksum = verifyBody(content, headers, trailers)
  if (checksum) checkPartAlgorithm(upload, checksum.algorithm)
  const part: UploadedPart = {
    blob: await bucket.writeContent([content], content.length),
    size: content.length,
    etag: createHash('md5').update(content).digest('hex'),
    modifiedAtMs: wholeSeconds(nowMs),
    ...(checksum ? { checksum } : {}),
  }
  bucket.uploads.addPart(id, key, number, part)
  const { 'x-amz-checksum-type': _, ...written } = storedHeaders(part)
  return { status: 200, headers: written }
}

/** Parts of other algorithms could not be combined. */
function checkPartAlgorithm({ checksum }: Upload, algorithm: ChecksumAlgorithm): void {
  if (checksum === undefined || checksum.algorithm === algorithm) return
  throw s3Refusal(
    'InvalidRequest',
    'Checksum Type mismatch occurred, expected checksum Type: ' +
      `${checksum.algorithm.toLowerCase()}, actual checksum Type: ${algorithm.toLowerCase()}`,
  )
}

/** @see Amazon S3 API Reference, "UploadPartCopy" */
export async function uploadPartCopy(call: S3Call): Promise<S3Response> {
  const { access, headers, key, nowMs, parameters } = call
  const number = readPartNumber(parameters.get('partNumber') ?? '')
  const source = openSource(call, [])
  const needs = writeNeeds(key, headers, { creates: false, copySource: source.name })
  const bucket = access.open(call.bucket, needs)
  const id = parameters.get('uploadId') ?? ''
  const { checksum } = bucket.uploads.find(id, key)
  const header = headers.get('x-amz-copy-source-range')
  const { size } = source.object
  const range = header === undefined ? { start: 0, end: size } : readCopyRange(header, size)
  const copy = await copyContent(source, range, bucket, { algorithm: checksum?.algorithm })
  const part: UploadedPart = { ...copy, modifiedAtMs: wholeSeconds(nowMs) }
  bucket.uploads.addPart(id, key, number, part)
  return xmlResponse(xmlDocument('CopyPartResult', ...copyResult(part)), ENCRYPTED)
}

/** @see Amazon S3 API Reference, "AbortMultipartUpload" */
export function abortMultipartUpload({ access, bucket, key, parameters }: S3Call): S3Response {
  const { uploads } = access.open(bucket, [{ action: 's3:AbortMultipartUpload', key }])
  uploads.discard(uploads.detach(parameters.get('uploadId') ?? '', key))
  return { status: 204 }
}
