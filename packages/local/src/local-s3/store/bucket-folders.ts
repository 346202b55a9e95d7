/**
 * Buckets as folders: `bucket.json`, a folder of records, one per object, and a folder of blobs.
 *
 * A record is the only place that names the blob of its object, and it is replaced by renaming a
 * complete file. So a crash leaves the object as it was before or after a write; a blob that no
 * record names is removed at the next start.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { isObject } from '@token-broker/core/strict-json'
import { InvalidInput } from '../../startup-error.ts'
import { blobFileSize, createBlobsInFolder } from './blob-folder.ts'
import { type Bucket, type BucketKeeper, type ObjectRecords, openBucket } from './bucket.ts'
import type { StorageLimit } from './storage-limit.ts'
import { readRecord, recordFileName, type StoredObject, writeRecord } from './stored-object.ts'

const BUCKET_FILE = 'bucket.json'
const NEW_FILE = '.new'

/**
 * @param folder exists, and is used by one process at a time
 * @throws {InvalidInput} for a file that this program did not write
 */
export function openBucketFolders(folder: string, limit: StorageLimit): BucketKeeper {
  const open = (name: string) => openParts(join(folder, name), limit)
  const existing = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const found = readBucket(join(folder, name), name, limit)
      // What a crash left of a bucket that was being created or removed.
      if (found === undefined) rmSync(join(folder, name), { recursive: true })
      return found ?? []
    })
  return {
    existing,
    create(name, createdAtMs) {
      for (const part of ['objects', 'blobs'])
        mkdirSync(join(folder, name, part), { recursive: true, mode: 0o700 })
      replaceFile(join(folder, name), BUCKET_FILE, JSON.stringify({ createdAtMs }))
      syncFolder(folder)
      return open(name)
    },
    remove(name) {
      rmSync(join(folder, name, BUCKET_FILE))
      syncFolder(join(folder, name))
      rmSync(join(folder, name), { recursive: true })
    },
  }
}

function openParts(folder: string, limit: StorageLimit) {
  const objects = join(folder, 'objects')
  const records: ObjectRecords = {
    save(key, object) {
      syncFolder(join(folder, 'blobs'))
      replaceFile(objects, recordFileName(key), writeRecord(key, object))
    },
    remove(key) {
      rmSync(join(objects, recordFileName(key)))
      syncFolder(objects)
    },
  }
  return { blobs: createBlobsInFolder(join(folder, 'blobs'), limit), records, limit }
}

/** @returns undefined if there is no complete bucket in the folder */
function readBucket(folder: string, name: string, limit: StorageLimit): Bucket | undefined {
  const file = join(folder, BUCKET_FILE)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const objects = new Map<string, StoredObject>()
  for (const fileName of readdirSync(join(folder, 'objects'))) {
    const path = join(folder, 'objects', fileName)
    if (fileName.endsWith(NEW_FILE)) {
      rmSync(path)
      continue
    }
    const record = readRecord(readFileSync(path, 'utf8'))
    if (record === undefined || recordFileName(record.key) !== fileName) throw unreadable(path)
    const { blob, size } = record.object
    if (blobFileSize(join(folder, 'blobs'), blob) !== size)
      throw unreadable(join(folder, 'blobs', blob))
    limit.add(size)
    objects.set(record.key, record.object)
  }
  removeUnusedBlobs(join(folder, 'blobs'), objects)
  return openBucket(name, readCreationTime(text, file), openParts(folder, limit), objects)
}

function removeUnusedBlobs(folder: string, objects: ReadonlyMap<string, StoredObject>): void {
  const used = new Set([...objects.values()].map(({ blob }) => blob))
  for (const name of readdirSync(folder)) if (!used.has(name)) rmSync(join(folder, name))
}

function readCreationTime(text: string, file: string): number {
  try {
    const bucket: unknown = JSON.parse(text)
    if (isObject(bucket) && typeof bucket.createdAtMs === 'number') return bucket.createdAtMs
  } catch {
    // Reported below.
  }
  throw unreadable(file)
}

function unreadable(path: string): InvalidInput {
  return new InvalidInput(
    `--data: ${path} is not complete; restore it, or remove the folder of its bucket`,
  )
}

/** Complete on disk when it returns. */
function replaceFile(folder: string, name: string, text: string): void {
  const path = join(folder, name)
  writeFileSync(`${path}${NEW_FILE}`, text, { mode: 0o600, flush: true })
  renameSync(`${path}${NEW_FILE}`, path)
  syncFolder(folder)
}

/** A renamed or removed entry is on disk only after this. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
