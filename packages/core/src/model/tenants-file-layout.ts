/**
 * The file of compiled tenants, made so that neither opening it nor finding one of 100,000 depends on how many there are:
 *
 * 1. a header, one line of JSON;
 * 2. a directory, one line of fixed width a bucket: where the bucket is;
 * 3. the values, each one line of JSON: a tenant's document, or the trusts of an issuer;
 * 4. the buckets, each one line of JSON: names, and where the value of each is.
 *
 * Places are in bytes (UTF-8), counted from the first byte after the header.
 */
import type { VerificationProfile } from './compiled-tenant.ts'
import { sha256Hex } from './digest.ts'

export const TENANTS_FILE_VERSION = 2

export interface TenantsFileHeader {
  readonly version: typeof TENANTS_FILE_VERSION
  readonly buckets: number
  /** Issuers whose keys are wanted at start. */
  readonly prefetch: readonly VerificationProfile[]
}

/** Offset and length. */
export type Place = readonly [number, number]

/** Of an origin nothing is told but that its name is there. */
export type NameKind = 'tenant' | 'issuer' | 'origin'

const DIGITS = 12
/** Bytes of a line of the directory. */
export const DIRECTORY_LINE_BYTES = 2 * DIGITS + 2

export function directoryLine([offset, length]: Place): string {
  return `${String(offset).padStart(DIGITS, '0')} ${String(length).padStart(DIGITS, '0')}\n`
}

/** @returns undefined for what {@link directoryLine} did not write */
export function readDirectoryLine(line: string): Place | undefined {
  const [, offset, length] = /^(\d{12}) (\d{12})\n$/.exec(line) ?? []
  return offset === undefined || length === undefined ? undefined : [Number(offset), Number(length)]
}

/** Names of different kinds never meet. */
export function bucketName(kind: NameKind, name: string): string {
  return `${kind}:${name}`
}

export function bucketOf(bucketName: string, buckets: number): number {
  return Number.parseInt(sha256Hex(bucketName).slice(0, 8), 16) % buckets
}
