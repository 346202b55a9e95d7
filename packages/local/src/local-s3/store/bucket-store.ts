/** All buckets of the local S3, in memory or in a folder. */
import { s3Refusal } from '../s3-refusal.ts'
import { createBlobsInMemory } from './blobs.ts'
import { type Bucket, type BucketKeeper, openBucket } from './bucket.ts'
import { openBucketFolders } from './bucket-folders.ts'
import { createStorageLimit, type StorageLimit } from './storage-limit.ts'

export interface BucketStore {
  find(name: string): Bucket | undefined
  all(): readonly Bucket[]
  /** @throws {AwsRefusal} `BucketAlreadyOwnedByYou`, `TooManyBuckets` */
  create(name: string, createdAtMs: number): Bucket
  /** @throws {AwsRefusal} `BucketNotEmpty` */
  remove(bucket: Bucket): void
}

const MAX_BUCKETS = 1000
const GIB = 1024 ** 3
const MAX_BYTES_IN_MEMORY = GIB
const MAX_BYTES_IN_FOLDER = 64 * GIB

/**
 * @param folder exists; undefined: in memory, so that everything is lost at the end
 * @throws {InvalidInput} where a file of the folder cannot be read
 */
export function openBucketStore(folder: string | undefined): BucketStore {
  const keeper =
    folder === undefined
      ? keepInMemory(
          createStorageLimit(MAX_BYTES_IN_MEMORY, 'delete objects, or start it with --data DIR'),
        )
      : openBucketFolders(folder, createStorageLimit(MAX_BYTES_IN_FOLDER, 'delete objects'))
  const buckets = new Map(keeper.existing.map((bucket) => [bucket.name, bucket]))
  return {
    find: (name) => buckets.get(name),
    all: () => [...buckets.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
    create(name, createdAtMs) {
      if (buckets.has(name)) {
        throw s3Refusal(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          { BucketName: name },
        )
      }
      if (buckets.size >= MAX_BUCKETS) {
        throw s3Refusal(
          'TooManyBuckets',
          `You have attempted to create more than ${MAX_BUCKETS} buckets; delete some.`,
        )
      }
      const bucket = openBucket(name, createdAtMs, keeper.create(name, createdAtMs))
      buckets.set(name, bucket)
      return bucket
    },
    remove(bucket) {
      if (!bucket.isEmpty()) {
        throw s3Refusal('BucketNotEmpty', 'The bucket you tried to delete is not empty', {
          BucketName: bucket.name,
        })
      }
      keeper.remove(bucket.name)
      for (const { id, key } of bucket.uploads.all())
        bucket.uploads.discard(bucket.uploads.detach(id, key))
      bucket.close()
      buckets.delete(bucket.name)
    },
  }
}

function keepInMemory(limit: StorageLimit): BucketKeeper {
  const blobs = createBlobsInMemory(limit)
  const records = { save: () => undefined, remove: () => undefined }
  return { existing: [], create: () => ({ blobs, records, limit }), remove: () => undefined }
}
