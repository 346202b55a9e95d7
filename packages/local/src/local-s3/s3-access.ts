/**
 * The only way to a bucket is a permission for what the operation does with it.
 *
 * @see Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"
 */
import type { Authorizer, Denial } from '../local-aws/authorize-session.ts'
import type { AwsRefusal } from '../local-aws/aws-refusal.ts'
import type { HttpFacts } from '../local-aws/condition-context.ts'
import type { Authenticated } from '../local-aws/signature/authenticate.ts'
import { noSuchBucket, s3Refusal } from './s3-refusal.ts'
import type { Bucket } from './store/bucket.ts'
import type { BucketStore } from './store/bucket-store.ts'
import type { StoredObject } from './store/stored-object.ts'
import { noSuchKey } from './wire/preconditions.ts'

/** Condition keys of the request, in lower case. */
export type NeedContext = Readonly<Record<string, readonly string[]>>

/** A permission that an operation needs. */
export interface Need {
  readonly action: ObjectAction | BucketAction
  /** Of the object; undefined: the resource is the bucket. */
  readonly key?: string
  readonly context?: NeedContext
}

type ObjectAction =
  | 's3:AbortMultipartUpload'
  | 's3:DeleteObject'
  | 's3:DeleteObjectTagging'
  | 's3:GetObject'
  | 's3:GetObjectTagging'
  | 's3:ListMultipartUploadParts'
  | 's3:PutObject'
  | 's3:PutObjectAcl'
  | 's3:PutObjectTagging'

type BucketAction =
  | 's3:CreateBucket'
  | 's3:DeleteBucket'
  | 's3:GetBucketLocation'
  | 's3:ListBucket'
  | 's3:ListBucketMultipartUploads'

/** Actions with the condition key `s3:ExistingObjectTag/KEY`. */
const WITH_EXISTING_TAGS: ReadonlySet<string> = new Set([
  ...['s3:DeleteObjectTagging', 's3:GetObject', 's3:GetObjectTagging'],
  ...['s3:PutObjectAcl', 's3:PutObjectTagging'],
])

export interface S3Access {
  /**
   * @returns the bucket, if every need is allowed
   * @throws {AwsRefusal} `NoSuchBucket`, `AccessDenied`
   */
  open(bucket: string, needs: readonly Need[]): Bucket
  /** Like {@link S3Access.open}, for an object that must exist. */
  openObject(
    bucket: string,
    key: string,
    needs: readonly Need[],
  ): { readonly bucket: Bucket; readonly object: StoredObject }
  /** Whether the session may also do this. */
  allows(bucket: Bucket, need: Need): boolean
  /** @throws {AwsRefusal} `AccessDenied`, `BucketAlreadyOwnedByYou` */
  createBucket(name: string, createdAtMs: number, context: NeedContext): void
  /** @throws {AwsRefusal} `AccessDenied`, `NoSuchBucket`, `BucketNotEmpty` */
  removeBucket(name: string): void
  /** Of ListBuckets. @throws {AwsRefusal} `AccessDenied` */
  everyBucket(): readonly Bucket[]
}

export interface AccessPorts {
  readonly authorizer: Authorizer
  readonly authenticated: Authenticated
  readonly http: HttpFacts
  readonly buckets: BucketStore
}

export const DENIAL_HEADER = 'x-token-broker-denial'

export function createAccess({ authorizer, authenticated, http, buckets }: AccessPorts): S3Access {
  const denialOf = (bucket: string, { action, key, context = {} }: Need): Denial | undefined => {
    const existing = key === undefined ? undefined : buckets.find(bucket)?.find(key)
    const tags = WITH_EXISTING_TAGS.has(action) ? tagContext(existing) : {}
    return authorizer.authorize(
      authenticated,
      {
        action,
        resource: key === undefined ? bucketArn(bucket) : `${bucketArn(bucket)}/${key}`,
        context: new Map(Object.entries({ ...context, ...tags })),
      },
      http,
    )
  }

  function demand(bucket: string, need: Need): void {
    const denial = denialOf(bucket, need)
    if (denial) throw accessDenied(denial)
  }

  function open(name: string, needs: readonly Need[]): Bucket {
    const bucket = buckets.find(name)
    if (bucket === undefined) throw noSuchBucket(name)
    for (const need of needs) demand(name, need)
    return bucket
  }

  return {
    open,
    openObject(name, key, needs) {
      const bucket = open(name, needs)
      const object = bucket.find(key)
      if (object !== undefined) return { bucket, object }
      // Whether an object exists is known only to those who may list: others get 403.
      demand(name, { action: 's3:ListBucket' })
      throw noSuchKey(key)
    },
    allows: (bucket, need) => denialOf(bucket.name, need) === undefined,
    createBucket(name, createdAtMs, context) {
      demand(name, { action: 's3:CreateBucket', context })
      buckets.create(name, createdAtMs)
    },
    removeBucket: (name) => buckets.remove(open(name, [{ action: 's3:DeleteBucket' }])),
    everyBucket() {
      const resource = 'arn:aws:s3:::*'
      const request = { action: 's3:ListAllMyBuckets', resource, context: new Map() }
      const denial = authorizer.authorize(authenticated, request, http)
      if (denial) throw accessDenied(denial)
      return buckets.all()
    },
  }
}

function accessDenied({ message, explanation }: Denial): AwsRefusal {
  return s3Refusal('AccessDenied', message, {}, { [DENIAL_HEADER]: explanation })
}

function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`
}

function tagContext(object: StoredObject | undefined): NeedContext {
  const tags = object?.tags ?? []
  return Object.fromEntries(
    tags.map(([key, value]) => [`s3:existingobjecttag/${key.toLowerCase()}`, [value]]),
  )
}
