/** DeleteObject and DeleteObjects. */
import { AwsRefusal } from '../../local-aws/aws-refusal.ts'
import { DENIAL_HEADER, type Need, type S3Access } from '../s3-access.ts'
import { checkKeyLength } from '../s3-address.ts'
import { MAX_XML_BYTES, type S3Call, type S3Response, xmlResponse } from '../s3-call.ts'
import { malformedXml, notImplemented, s3Refusal } from '../s3-refusal.ts'
import { CHECKSUM_ALGORITHMS, checksumHeader, verifyBody } from '../wire/checksums.ts'
import { checkWriteConditionSyntax, checkWriteConditions } from '../wire/preconditions.ts'
import {
  childText,
  demandChildren,
  type RequestElement,
  readRequestXml,
} from '../wire/read-request-xml.ts'
import { type Xml, xmlDocument, xmlElement, xmlText } from '../wire/s3-xml.ts'
import { comparisonNeeds, headerContext } from './write-needs.ts'

const MAX_KEYS = 1000
/** Lines in the log; the response has an entry for each. */
const MAX_LOGGED_DENIALS = 5

type Headers = ReadonlyMap<string, string>

/** @see Amazon S3 API Reference, "DeleteObject" */
export function deleteObject({ access, bucket, headers, key }: S3Call): S3Response {
  checkWriteConditionSyntax(headers)
  deleteKey(access, bucket, key, headers)
  return { status: 204 }
}

function deleteKey(access: S3Access, bucket: string, key: string, headers: Headers): void {
  const needs: Need[] = [
    { action: 's3:DeleteObject', key, context: headerContext(headers, ['if-match']) },
    ...comparisonNeeds(key, headers),
  ]
  access.open(bucket, needs).remove(key, (existing) => checkWriteConditions(headers, existing, key))
}

interface WantedDeletion {
  readonly key: string
  /** The condition of this key: `if-match`. */
  readonly headers: Headers
  readonly refused?: AwsRefusal
}

/** @see Amazon S3 API Reference, "DeleteObjects" */
export async function deleteObjects(call: S3Call): Promise<S3Response> {
  const { access, headers } = call
  // Each key is authorized on its own, below.
  access.open(call.bucket, [])
  const { content, trailers } = await call.readBody(MAX_XML_BYTES)
  const names = [...CHECKSUM_ALGORITHMS.map(checksumHeader), 'content-md5']
  if (!names.some((name) => headers.has(name) || trailers.has(name))) {
    throw s3Refusal(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    )
  }
  verifyBody(content, headers, trailers)
  const { wanted, isQuiet } = readDeletions(content)
  const results = wanted.map((deletion) => ({ deletion, refusal: tryDeletion(call, deletion) }))
  const denials = results.flatMap(({ refusal }) => refusal?.headers[DENIAL_HEADER] ?? [])
  for (const denial of denials.slice(0, MAX_LOGGED_DENIALS))
    call.log(`200 with AccessDenied for a key: ${denial}`)
  if (denials.length > MAX_LOGGED_DENIALS)
    call.log(`${denials.length - MAX_LOGGED_DENIALS} more keys were denied`)
  const entries = results.map(({ deletion, refusal }) => resultEntry(deletion, refusal, isQuiet))
  return xmlResponse(
    xmlDocument('DeleteResult', ...entries),
    denials[0] === undefined ? {} : { [DENIAL_HEADER]: denials[0] },
  )
}

function tryDeletion(call: S3Call, { key, headers, refused }: WantedDeletion) {
  if (refused) return refused
  try {
    checkKeyLength(key)
    deleteKey(call.access, call.bucket, key, headers)
    return undefined
  } catch (error) {
    if (error instanceof AwsRefusal) return error
    throw error
  }
}

function resultEntry(
  { key }: WantedDeletion,
  refusal: AwsRefusal | undefined,
  isQuiet: boolean,
): Xml {
  if (refusal === undefined) return isQuiet ? '' : xmlElement('Deleted', xmlText('Key', key))
  const { code, message } = refusal
  return xmlElement(
    'Error',
    xmlText('Key', key),
    xmlText('Code', code),
    xmlText('Message', message),
  )
}

function readDeletions(content: Buffer): {
  readonly wanted: readonly WantedDeletion[]
  readonly isQuiet: boolean
} {
  const root = readRequestXml(content, 'Delete')
  demandChildren(root, ['Quiet', 'Object'])
  const objects = root.children.filter(({ name }) => name === 'Object')
  if (objects.length === 0 || objects.length > MAX_KEYS) throw malformedXml()
  return {
    wanted: objects.map(readDeletion),
    isQuiet: childText(root, 'Quiet')?.trim() === 'true',
  }
}

function readDeletion(object: RequestElement): WantedDeletion {
  demandChildren(object, ['Key', 'VersionId', 'ETag', 'LastModifiedTime', 'Size'])
  const key = childText(object, 'Key')
  if (key === undefined || key === '') throw malformedXml()
  const etag = childText(object, 'ETag')
  const unsupported = ['VersionId', 'LastModifiedTime', 'Size'].find(
    (name) => childText(object, name) !== undefined,
  )
  return {
    key,
    headers: new Map(etag === undefined ? [] : [['if-match', etag]]),
    ...(unsupported === undefined
      ? {}
      : { refused: notImplemented(`The element ${unsupported} of DeleteObjects`) }),
  }
}
