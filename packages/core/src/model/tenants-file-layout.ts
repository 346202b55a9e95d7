/**
 * The layout of the file of compiled tenants. The time to open it, and to find one of 100,000
 * tenants, does not depend on how many there are:
 *
 * 1. a header: one line of JSON;
 * 2. a directory: one line of fixed width per bucket, which says where the bucket is;
 * 3. the values, one line of JSON each: the document of a tenant, or the trusts of an issuer;
 * 4. the buckets, one line of JSON each: names, and the place of each name's value.
 *
 * Places are in bytes of UTF-8, counted from the first byte after the header.
 */
import type { VerificationProfile } from './compiled-tenant.ts'
import { sha256Hex } from './digest.ts'

export const TENANTS_FILE_VERSION = 3

export interface TenantsFileHeader {
  readonly version: typeof TENANTS_FILE_VERSION
  readonly buckets: number
  /** Profiles whose keys are fetched at start. */
  readonly prefetch: readonly VerificationProfile[]
}

/** Offset and length, in bytes. */
export type Place = readonly [number, number]

/** The value of an origin is always `true`: only its presence matters. */
export type NameKind = 'tenant' | 'issuer' | 'origin'

const PLACE_DIGITS = 12
/** Two numbers, a space and a line feed. */
export const DIRECTORY_LINE_BYTES = 2 * PLACE_DIGITS + 2

export function directoryLine(place: Place): string {
  return `${place.map((number) => String(number).padStart(PLACE_DIGITS, '0')).join(' ')}\n`
}

/** @returns undefined for a line that {@link directoryLine} did not write */
export function readDirectoryLine(line: string): Place | undefined {
  const [, offset, length] = /^(\d{12}) (\d{12})\n$/.exec(line) ?? []
  return offset === undefined || length === undefined ? undefined : [Number(offset), Number(length)]
}

/** Names of different kinds never collide. */
export function bucketName(kind: NameKind, name: string): string {
  return `${kind}:${name}`
}

export function bucketOf(bucketName: string, buckets: number): number {
  return Number.parseInt(sha256Hex(bucketName).slice(0, 8), 16) % buckets
}
