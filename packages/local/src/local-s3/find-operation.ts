/** Which operation of S3 a request is, by its method, what it names, and its query parameters. */
import type { S3Address } from './s3-address.ts'
import { notImplemented, s3Refusal } from './s3-refusal.ts'

interface Route {
  readonly method: string
  readonly target: 'service' | 'bucket' | 'object'
  /** Query parameters that make a request this operation. */
  readonly needs?: readonly string[]
  /** Query parameters that it accepts besides. */
  readonly accepts?: readonly string[]
  readonly needsHeader?: string
}

const LISTING = ['prefix', 'delimiter', 'encoding-type', 'max-keys']
const CONTENT_HEADERS = [
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires'],
]

/** The first that matches is the operation, so that those that need more come first. */
const ROUTES = {
  ListBuckets: { method: 'GET', target: 'service' },
  ListParts: {
    ...{ method: 'GET', target: 'object', needs: ['uploadId'] },
    accepts: ['max-parts', 'part-number-marker'],
  },
  GetObjectTagging: { method: 'GET', target: 'object', needs: ['tagging'] },
  GetObject: { method: 'GET', target: 'object', accepts: ['partNumber', ...CONTENT_HEADERS] },
  HeadObject: { method: 'HEAD', target: 'object', accepts: ['partNumber', ...CONTENT_HEADERS] },
  UploadPartCopy: {
    ...{ method: 'PUT', target: 'object', needs: ['uploadId', 'partNumber'] },
    needsHeader: 'x-amz-copy-source',
  },
  UploadPart: { method: 'PUT', target: 'object', needs: ['uploadId', 'partNumber'] },
  PutObjectTagging: { method: 'PUT', target: 'object', needs: ['tagging'] },
  CopyObject: { method: 'PUT', target: 'object', needsHeader: 'x-amz-copy-source' },
  PutObject: { method: 'PUT', target: 'object' },
  CreateMultipartUpload: { method: 'POST', target: 'object', needs: ['uploads'] },
  CompleteMultipartUpload: { method: 'POST', target: 'object', needs: ['uploadId'] },
  AbortMultipartUpload: { method: 'DELETE', target: 'object', needs: ['uploadId'] },
  DeleteObjectTagging: { method: 'DELETE', target: 'object', needs: ['tagging'] },
  DeleteObject: { method: 'DELETE', target: 'object' },
  GetBucketLocation: { method: 'GET', target: 'bucket', needs: ['location'] },
  ListMultipartUploads: {
    ...{ method: 'GET', target: 'bucket', needs: ['uploads'] },
    accepts: [
      ...['prefix', 'delimiter', 'encoding-type'],
      ...['max-uploads', 'key-marker', 'upload-id-marker'],
    ],
  },
  ListObjectsV2: {
    ...{ method: 'GET', target: 'bucket', needs: ['list-type'] },
    accepts: [...LISTING, 'continuation-token', 'start-after', 'fetch-owner'],
  },
  ListObjects: { method: 'GET', target: 'bucket', accepts: [...LISTING, 'marker'] },
  HeadBucket: { method: 'HEAD', target: 'bucket' },
  CreateBucket: { method: 'PUT', target: 'bucket' },
  DeleteBucket: { method: 'DELETE', target: 'bucket' },
  DeleteObjects: { method: 'POST', target: 'bucket', needs: ['delete'] },
} as const satisfies Readonly<Record<string, Route>>

export type OperationName = keyof typeof ROUTES

const ORDERED: readonly (readonly [OperationName, Route])[] = Object.entries(ROUTES).map(
  ([name, route]) => [name as OperationName, route],
)

/** Subresources that the local S3 does not have, with the end of their operations' names. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  abac: 'Abac',
  accelerate: 'AccelerateConfiguration',
  acl: 'Acl',
  analytics: 'AnalyticsConfiguration',
  annotation: 'Annotation',
  attributes: 'Attributes',
  cors: 'Cors',
  encryption: 'Encryption',
  'intelligent-tiering': 'IntelligentTieringConfiguration',
  inventory: 'InventoryConfiguration',
  'legal-hold': 'LegalHold',
  lifecycle: 'LifecycleConfiguration',
  logging: 'Logging',
  metadataConfiguration: 'MetadataConfiguration',
  metadataTable: 'MetadataTableConfiguration',
  metrics: 'MetricsConfiguration',
  notification: 'NotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'OwnershipControls',
  policy: 'Policy',
  policyStatus: 'PolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  renameObject: 'Rename',
  replication: 'Replication',
  requestPayment: 'RequestPayment',
  restore: 'Restore',
  retention: 'Retention',
  select: 'SelectContent',
  session: 'Session',
  torrent: 'Torrent',
  versioning: 'Versioning',
  versions: 'Versions',
  website: 'Website',
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'Get',
  HEAD: 'Head',
  PUT: 'Put',
  POST: 'Post',
  DELETE: 'Delete',
}

/** PostObject, whose signature is in its body. */
export function isFormUpload(method: string, { bucket, key, parameters }: S3Address): boolean {
  return method === 'POST' && bucket !== undefined && key === undefined && parameters.size === 0
}

/**
 * @param headers in lower case
 * @throws {AwsRefusal} `NotImplemented` for what AWS has and the local S3 does not, by its name;
 * `MethodNotAllowed`
 */
export function findOperation(
  method: string,
  { bucket, key, parameters }: S3Address,
  headers: ReadonlyMap<string, string>,
): OperationName {
  const target = bucket === undefined ? 'service' : key === undefined ? 'bucket' : 'object'
  const unsupported = Object.keys(UNSUPPORTED).find((name) => parameters.has(name))
  if (unsupported !== undefined) {
    const kind = target === 'object' ? 'Object' : 'Bucket'
    throw notImplemented(
      `${VERBS[method] ?? method}${kind}${UNSUPPORTED[unsupported]} (?${unsupported})`,
    )
  }
  if (parameters.has('versionId')) throw notImplemented('The parameter versionId of versioning')
  const found = ORDERED.find(
    ([, route]) =>
      route.method === method &&
      route.target === target &&
      (route.needs ?? []).every((name) => parameters.has(name)) &&
      (route.needsHeader === undefined || headers.has(route.needsHeader)),
  )
  if (found === undefined) {
    throw s3Refusal(
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
      { Method: method },
    )
  }
  const [name, { needs = [], accepts = [] }] = found
  const unknown = [...parameters.keys()].find(
    (parameter) =>
      ![...needs, ...accepts, 'x-id'].includes(parameter) && !/^x-amz-/i.test(parameter),
  )
  if (unknown !== undefined)
    throw notImplemented(`The query parameter "${shown(unknown)}" of ${name}`)
  return name
}

function shown(name: string): string {
  return name.replace(/[^\w-]/g, '?').slice(0, 60)
}
