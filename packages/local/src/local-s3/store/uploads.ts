/** Multipart uploads that are not complete. They are in memory, so that a restart ends them. */
import { randomBytes } from 'node:crypto'
import { s3Refusal } from '../s3-refusal.ts'
import type { ChecksumAlgorithm, ChecksumType, ObjectChecksum } from '../wire/checksums.ts'
import type { KeptHeaders } from '../wire/object-headers.ts'
import type { ObjectTags } from '../wire/object-tags.ts'
import type { Blobs } from './blobs.ts'
import type { StorageLimit } from './storage-limit.ts'

interface UploadStart extends KeptHeaders {
  readonly key: string
  readonly startedAtMs: number
  readonly tags: ObjectTags
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType }
}

export interface UploadedPart {
  readonly blob: string
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  readonly modifiedAtMs: number
  readonly checksum?: ObjectChecksum
}

export interface Upload extends UploadStart {
  readonly id: string
  readonly parts: ReadonlyMap<number, UploadedPart>
}

export interface Uploads {
  /** @throws {AwsRefusal} `SlowDown` at the limit of unfinished uploads */
  start(start: UploadStart): Upload
  /** @throws {AwsRefusal} `NoSuchUpload`, also where the upload is of another key */
  find(id: string, key: string): Upload
  all(): readonly Upload[]
  /** Replaces an earlier part. The blob is removed if the upload has ended meanwhile. */
  addPart(id: string, key: string, number: number, part: UploadedPart): void
  /** Takes the upload away, so that nothing else can complete, abort or change it. */
  detach(id: string, key: string): Upload
  /** After a detached upload could not be completed. */
  attach(upload: Upload): void
  /** Frees what the parts of a detached upload use. */
  discard(upload: Upload): void
}

const MAX_UPLOADS = 1000
/** Bytes that an upload, and each of its parts, are counted as beside their content. */
const UPLOAD_WEIGHT = 8192
const PART_WEIGHT = 512

export function createUploads(blobs: Blobs, limit: StorageLimit): Uploads {
  const uploads = new Map<string, Upload & { readonly parts: Map<number, UploadedPart> }>()

  function find(id: string, key: string) {
    const upload = uploads.get(id)
    // The key was authorized, and the upload's id was not.
    if (upload !== undefined && upload.key === key) return upload
    throw s3Refusal(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have ' +
        'been aborted or completed.',
    )
  }

  function discardPart({ blob, size }: UploadedPart): void {
    blobs.remove(blob, size)
    limit.remove(PART_WEIGHT)
  }

  return {
    start(start) {
      if (uploads.size >= MAX_UPLOADS) {
        throw s3Refusal(
          'SlowDown',
          `The bucket has ${MAX_UPLOADS} unfinished multipart uploads; abort some of them.`,
        )
      }
      limit.add(UPLOAD_WEIGHT)
      const upload = { ...start, id: randomBytes(24).toString('base64url'), parts: new Map() }
      uploads.set(upload.id, upload)
      return upload
    },
    find,
    all: () => [...uploads.values()],
    addPart(id, key, number, part) {
      try {
        const { parts } = find(id, key)
        limit.add(PART_WEIGHT)
        const existing = parts.get(number)
        if (existing) discardPart(existing)
        parts.set(number, part)
      } catch (error) {
        blobs.remove(part.blob, part.size)
        throw error
      }
    },
    detach(id, key) {
      const upload = find(id, key)
      uploads.delete(id)
      return upload
    },
    attach(upload) {
      uploads.set(upload.id, { ...upload, parts: new Map(upload.parts) })
    },
    discard(upload) {
      for (const part of upload.parts.values()) discardPart(part)
      limit.remove(UPLOAD_WEIGHT)
    },
  }
}
