/** PutObject, also from a form (PostObject). */
import { createHash } from 'node:crypto'
import { MAX_UPLOAD_BYTES, type S3Call, type S3Response, wholeSeconds } from '../s3-call.ts'
import type { StoredObject } from '../store/stored-object.ts'
import {
  checksumHeader,
  type ObjectChecksum,
  requestedChecksum,
  verifyBody,
} from '../wire/checksums.ts'
import { checkStorageHeaders, readKeptHeaders } from '../wire/object-headers.ts'
import { readTaggingHeader } from '../wire/object-tags.ts'
import { checkWriteConditionSyntax, checkWriteConditions } from '../wire/preconditions.ts'
import { writeNeeds } from './write-needs.ts'

/** @see Amazon S3 API Reference, "PutObject" */
export async function putObject(call: S3Call): Promise<S3Response> {
  const stored = await storeBody(call)
  return { status: 200, headers: storedHeaders(stored) }
}

/** @returns the object that was stored */
export async function storeBody(call: S3Call): Promise<StoredObject> {
  const { access, headers, key, nowMs } = call
  checkStorageHeaders(headers)
  checkWriteConditionSyntax(headers)
  requestedChecksum(headers, new Map())
  const kept = readKeptHeaders(headers)
  const tags = readTaggingHeader(headers.get('x-amz-tagging') ?? '')
  const bucket = access.open(call.bucket, writeNeeds(key, headers, { creates: true, tags }))
  const { content, trailers } = await call.readBody(MAX_UPLOAD_BYTES)
  const checksum = verifyBody(content, headers, trailers)
  const size = content.length
  const stored: StoredObject = {
    ...kept,
    blob: await bucket.writeContent([content], size),
    size,
    etag: createHash('md5').update(content).digest('hex'),
    modifiedAtMs: wholeSeconds(nowMs),
    tags,
    ...(checksum === undefined ? {} : { checksum }),
  }
  bucket.commit(key, stored, (existing) => checkWriteConditions(headers, existing, key))
  return stored
}

/** Response headers of a write. */
export function storedHeaders({
  etag,
  checksum,
}: Pick<StoredObject, 'etag' | 'checksum'>): Record<string, string> {
  return { etag: `"${etag}"`, ...checksumHeaders(checksum), ...ENCRYPTED }
}

export function checksumHeaders(checksum: ObjectChecksum | undefined): Record<string, string> {
  if (checksum === undefined) return {}
  return {
    [checksumHeader(checksum.algorithm)]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  }
}

/** What AWS returns for every object. The local S3 does not encrypt. */
export const ENCRYPTED = { 'x-amz-server-side-encryption': 'AES256' } as const
