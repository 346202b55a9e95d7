/** Operations of buckets themselves. */

import { checkBucketName } from '../s3-address.ts'
import {
  isoTime,
  MAX_XML_BYTES,
  type S3Call,
  type S3Response,
  wholeSeconds,
  xmlResponse,
} from '../s3-call.ts'
import { malformedXml, notImplemented, s3Refusal } from '../s3-refusal.ts'
import { verifyBody } from '../wire/checksums.ts'
import { childText, readRequestXml } from '../wire/read-request-xml.ts'
import { xmlDocument, xmlElement, xmlText } from '../wire/s3-xml.ts'
import { headerContext } from './write-needs.ts'

/** The region whose buckets have no location constraint. */
const FIRST_REGION = 'us-east-1'

/** Of all buckets: everything in the local S3 belongs to one owner. */
export const OWNER = xmlElement(
  'Owner',
  xmlText('ID', '0'.repeat(64)),
  xmlText('DisplayName', 'local-owner'),
)

export function listBuckets({ access }: S3Call): S3Response {
  const buckets = access
    .everyBucket()
    .map(({ name, createdAtMs }) =>
      xmlElement('Bucket', xmlText('Name', name), xmlText('CreationDate', isoTime(createdAtMs))),
    )
  return xmlResponse(
    xmlDocument('ListAllMyBucketsResult', OWNER, xmlElement('Buckets', ...buckets)),
  )
}

export function headBucket({ access, bucket, region }: S3Call): S3Response {
  access.open(bucket, [{ action: 's3:ListBucket' }])
  return {
    status: 200,
    headers: { 'x-amz-bucket-region': region, 'x-amz-access-point-alias': 'false' },
  }
}

/** Each bucket is in every region: in the one that the client signs for. */
export function getBucketLocation({ access, bucket, region }: S3Call): S3Response {
  access.open(bucket, [{ action: 's3:GetBucketLocation' }])
  return xmlResponse(xmlDocument('LocationConstraint', region === FIRST_REGION ? '' : region))
}

/** The body is read first, because the location in it is part of the decision. */
export async function createBucket(call: S3Call): Promise<S3Response> {
  const { access, bucket, headers, nowMs, region } = call
  checkBucketName(bucket)
  if ((headers.get('x-amz-acl') ?? 'private') !== 'private')
    throw notImplemented('An x-amz-acl other than private of a bucket')
  const ownership = headers.get('x-amz-object-ownership') ?? 'BucketOwnerEnforced'
  if (ownership !== 'BucketOwnerEnforced')
    throw notImplemented('An x-amz-object-ownership other than BucketOwnerEnforced')
  const { content, trailers } = await call.readBody(MAX_XML_BYTES)
  verifyBody(content, headers, trailers)
  const location = content.length === 0 ? undefined : readLocation(content)
  const context = {
    ...headerContext(headers, ['x-amz-acl', 'x-amz-object-ownership']),
    ...(location === undefined ? {} : { 's3:locationconstraint': [location] }),
  }
  if (location !== undefined && location !== region) {
    throw s3Refusal(
      'IllegalLocationConstraintException',
      `The ${location} location constraint is incompatible for the region specific endpoint ` +
        'this request was sent to.',
    )
  }
  access.createBucket(bucket, wholeSeconds(nowMs), context)
  return { status: 200, headers: { location: `/${bucket}` } }
}

function readLocation(content: Buffer): string | undefined {
  const configuration = readRequestXml(content, 'CreateBucketConfiguration')
  const unsupported = configuration.children.find(({ name }) => name !== 'LocationConstraint')
  if (unsupported) throw notImplemented(`The element ${unsupported.name} of CreateBucket`)
  const location = childText(configuration, 'LocationConstraint')?.trim()
  if (location !== undefined && !/^[a-zA-Z\d-]{0,40}$/.test(location)) throw malformedXml()
  return location === '' ? undefined : location
}

export function deleteBucket({ access, bucket }: S3Call): S3Response {
  access.removeBucket(bucket)
  return { status: 204 }
}
