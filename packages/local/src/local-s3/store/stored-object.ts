/** An object as it is stored, and the reader of its record on disk. */
import { createHash } from 'node:crypto'
import { isObject } from '@token-broker/core/strict-json'
import { CHECKSUM_ALGORITHMS, CHECKSUM_TYPES, type ObjectChecksum } from '../wire/checksums.ts'
import type { KeptHeaders } from '../wire/object-headers.ts'
import type { ObjectTags } from '../wire/object-tags.ts'

export interface StoredObject extends KeptHeaders {
  /** Where its content is. */
  readonly blob: string
  /** In bytes. */
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  /** Milliseconds since the epoch, in whole seconds as in `Last-Modified`. */
  readonly modifiedAtMs: number
  readonly tags: ObjectTags
  readonly checksum?: ObjectChecksum
  /** Sizes in bytes, of an object that was uploaded in parts. */
  readonly partSizes?: readonly number[]
}

/** File names are made of a digest, so that no key can name a file outside of its folder. */
export function recordFileName(key: string): string {
  return `${createHash('sha256').update(key, 'utf8').digest('hex')}.json`
}

export function writeRecord(key: string, object: StoredObject): string {
  return JSON.stringify({ key, ...object })
}

/** @returns undefined for a text that {@link writeRecord} did not write */
export function readRecord(
  text: string,
): { readonly key: string; readonly object: StoredObject } | undefined {
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(record)) return undefined
  const { key, blob, size, etag, modifiedAtMs, headers, metadata, tags } = record
  const { checksum, partSizes } = record
  if (typeof key !== 'string' || typeof etag !== 'string') return undefined
  if (typeof blob !== 'string' || !isBlobName(blob)) return undefined
  if (!isCount(size) || !isCount(modifiedAtMs)) return undefined
  if (!isTextRecord(headers) || !isTextRecord(metadata) || !isTags(tags)) return undefined
  if (checksum !== undefined && !isChecksum(checksum)) return undefined
  if (partSizes !== undefined && !(Array.isArray(partSizes) && partSizes.every(isCount)))
    return undefined
  return {
    key,
    object: {
      ...{ blob, size, etag, modifiedAtMs, headers, metadata, tags },
      ...(checksum === undefined ? {} : { checksum }),
      ...(partSizes === undefined ? {} : { partSizes }),
    },
  }
}

export function isBlobName(name: string): boolean {
  return /^[\da-f]{32}$/.test(name)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((text) => typeof text === 'string')
}

function isTags(value: unknown): value is ObjectTags {
  return (
    Array.isArray(value) &&
    value.every(
      (tag) =>
        Array.isArray(tag) && tag.length === 2 && tag.every((text) => typeof text === 'string'),
    )
  )
}

function isChecksum(value: unknown): value is ObjectChecksum {
  return (
    isObject(value) &&
    CHECKSUM_ALGORITHMS.some((algorithm) => algorithm === value.algorithm) &&
    CHECKSUM_TYPES.some((type) => type === value.type) &&
    typeof value.value === 'string'
  )
}
