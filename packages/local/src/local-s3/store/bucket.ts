/** One bucket: its objects by key, in the order in which S3 lists them. */
import type { Readable } from 'node:stream'
import { noSuchBucket } from '../s3-refusal.ts'
import type { ByteRange } from '../wire/byte-range.ts'
import type { Blobs } from './blobs.ts'
import { compareUtf8, createSortedKeys } from './sorted-keys.ts'
import type { StorageLimit } from './storage-limit.ts'
import type { StoredObject } from './stored-object.ts'
import { createUploads, type Uploads } from './uploads.ts'

export interface Bucket {
  readonly name: string
  readonly createdAtMs: number
  readonly uploads: Uploads
  find(key: string): StoredObject | undefined
  /** Keys in the order of their UTF-8 bytes, from the first that is not before `start`. */
  keysFrom(start: string): IterableIterator<string>
  isEmpty(): boolean
  /** @returns the name of the blob, for {@link Bucket.commit} */
  writeContent(
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    size: number,
  ): Promise<string>
  readContent(blob: string, range: ByteRange): Readable
  /** For a blob that no object uses. */
  discardContent(blob: string, size: number): void
  /**
   * Replaces the object in one step, which no other write can come between: `check` sees the
   * object that is replaced. If it throws, nothing changes, and the blob is removed.
   */
  commit(
    key: string,
    object: StoredObject,
    check?: (existing: StoredObject | undefined) => void,
  ): void
  /** Does nothing where there is no object. `check` as for {@link Bucket.commit}. */
  remove(key: string, check?: (existing: StoredObject | undefined) => void): void
  /** After the bucket was removed: a write that had begun before cannot end. */
  close(): void
}

/** Keeps the records of objects; each call is complete, and on disk where there is one. */
export interface ObjectRecords {
  save(key: string, object: StoredObject): void
  remove(key: string): void
}

export interface BucketParts {
  readonly blobs: Blobs
  readonly records: ObjectRecords
  readonly limit: StorageLimit
}

/** Where buckets are kept. */
export interface BucketKeeper {
  /** Those that were stored before. */
  readonly existing: readonly Bucket[]
  create(name: string, createdAtMs: number): BucketParts
  remove(name: string): void
}

/** @param objects those that were stored before */
export function openBucket(
  name: string,
  createdAtMs: number,
  { blobs, records, limit }: BucketParts,
  objects: ReadonlyMap<string, StoredObject> = new Map(),
): Bucket {
  const stored = new Map(objects)
  let isClosed = false
  const keys = createSortedKeys([...stored.keys()].sort(compareUtf8))
  for (const [key, object] of stored) limit.add(weightOf(key, object))

  function replace(key: string, object: StoredObject, existing: StoredObject | undefined): void {
    limit.add(weightOf(key, object))
    try {
      records.save(key, object)
    } catch (error) {
      limit.remove(weightOf(key, object))
      throw error
    }
    stored.set(key, object)
    if (existing === undefined) {
      keys.add(key)
      return
    }
    limit.remove(weightOf(key, existing))
    if (existing.blob !== object.blob) blobs.remove(existing.blob, existing.size)
  }

  return {
    name,
    createdAtMs,
    uploads: createUploads(blobs, limit),
    find: (key) => stored.get(key),
    keysFrom: (start) => keys.from(start),
    isEmpty: () => stored.size === 0,
    writeContent: (content, size) => blobs.write(content, size),
    readContent: (blob, range) => blobs.read(blob, range),
    discardContent: (blob, size) => blobs.remove(blob, size),
    commit(key, object, check) {
      const existing = stored.get(key)
      try {
        if (isClosed) throw noSuchBucket(name)
        check?.(existing)
        replace(key, object, existing)
      } catch (error) {
        if (object.blob !== existing?.blob) blobs.remove(object.blob, object.size)
        throw error
      }
    },
    remove(key, check) {
      const existing = stored.get(key)
      check?.(existing)
      if (existing === undefined) return
      records.remove(key)
      stored.delete(key)
      keys.remove(key)
      limit.remove(weightOf(key, existing))
      blobs.remove(existing.blob, existing.size)
    },
    close() {
      isClosed = true
    },
  }
}

/** Bytes that the memory of one object is counted as, beside its content. */
function weightOf(key: string, { headers, metadata, tags }: StoredObject): number {
  const texts = [key, ...[headers, metadata].flatMap(Object.entries), ...tags].flat()
  return 512 + texts.reduce((sum, text) => sum + 2 * text.length, 0)
}
