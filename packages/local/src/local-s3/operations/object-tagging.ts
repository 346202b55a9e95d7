/** GetObjectTagging, PutObjectTagging and DeleteObjectTagging. */
import type { Need } from '../s3-access.ts'
import { MAX_XML_BYTES, type S3Call, type S3Response, xmlResponse } from '../s3-call.ts'
import { verifyBody } from '../wire/checksums.ts'
import { type ObjectTags, readTaggingDocument, writeTaggingDocument } from '../wire/object-tags.ts'
import { requestTagContext } from './write-needs.ts'

export function getObjectTagging({ access, bucket, key }: S3Call): S3Response {
  const { object } = access.openObject(bucket, key, [{ action: 's3:GetObjectTagging', key }])
  return xmlResponse(writeTaggingDocument(object.tags))
}

/** The body is read first, because the tags in it are part of the decision. */
export async function putObjectTagging(call: S3Call): Promise<S3Response> {
  const { content, trailers } = await call.readBody(MAX_XML_BYTES)
  verifyBody(content, call.headers, trailers)
  const tags = readTaggingDocument(content)
  const context = requestTagContext(tags)
  replaceTags(call, tags, { action: 's3:PutObjectTagging', key: call.key, context })
  return { status: 200 }
}

export function deleteObjectTagging(call: S3Call): S3Response {
  replaceTags(call, [], { action: 's3:DeleteObjectTagging', key: call.key })
  return { status: 204 }
}

function replaceTags({ access, bucket: name, key }: S3Call, tags: ObjectTags, need: Need): void {
  const { bucket, object } = access.openObject(name, key, [need])
  bucket.commit(key, { ...object, tags })
}
