/**
 * The layout of the file of compiled tenants. The time to open it, and to find one of 100,000
 * tenants, does not depend on how many there are:
 *
 * 1. a header: one line of JSON;
 * 2. a directory: one line of fixed width per bucket, which says where the bucket is;
 * 3. the values, one line of JSON each: the document of a tenant, the trusts of an issuer, …;
 * 4. the buckets, one line of JSON each: names, and the place of each name's value.
 *
 * Places are in bytes of UTF-8, counted from the first byte after the header.
 *
 * The tenants of an issuer are listed together where they are few. Otherwise they are in maps, and
 * maps are split into shards by the digests of their keys, so that a request reads the few shards
 * with its audience and its claim values. A shard is a value with a name of its own.
 */
import type { VerificationProfile } from './compiled-tenant.ts'
import { sha256Hex } from './digest.ts'
import type { AudienceTenants, ListedTrust, TenantIndex } from './tenant-store.ts'

export const TENANTS_FILE_VERSION = 4
/** Limit of the tenants of one issuer and profile that are listed together. */
export const MAX_LISTED = 64
/** Keys in one shard, on average. */
export const KEYS_PER_SHARD = 64

export interface TenantsFileHeader {
  readonly version: typeof TENANTS_FILE_VERSION
  readonly buckets: number
  /** How many tenants there are, and how many have a grant that needs a signing key. */
  readonly tenants: number
  readonly minting: number
  /** Profiles whose keys are fetched at start. */
  readonly prefetch: readonly VerificationProfile[]
}

/** Offset and length, in bytes. */
export type Place = readonly [number, number]

/**
 * The value of a pool is the id of its tenant. That of an origin is always `true`: only its
 * presence matters.
 */
export type NameKind = 'tenant' | 'issuer' | 'pool' | 'origin' | 'shard'

/** The value of an issuer is a list of these. */
export type StoredTrust = ListedTrust | StoredIndex

export interface StoredIndex extends Pick<TenantIndex, 'first' | 'audiences'> {
  readonly profile: VerificationProfile
  /** `true` by tenant. */
  readonly tenantMap: ShardedMap
  /** {@link StoredAudience} by audience. */
  readonly audienceMap: ShardedMap
}

export interface StoredAudience extends Pick<AudienceTenants, 'names' | 'always' | 'claims'> {
  /** Names of tenants by the value that they require, for each of `claims`. */
  readonly valueMaps: readonly ShardedMap[]
}

export interface ShardedMap {
  /** Different for each map of the file. */
  readonly id: number
  readonly shards: number
}

const PLACE_DIGITS = 12
/** Two numbers, a space and a line feed. */
export const DIRECTORY_LINE_BYTES = 2 * PLACE_DIGITS + 2

export function directoryLine(place: Place): string {
  return `${place.map((number) => String(number).padStart(PLACE_DIGITS, '0')).join(' ')}\n`
}

/** @returns undefined for a line that {@link directoryLine} did not write */
export function readDirectoryLine(line: string): Place | undefined {
  const match = /^(\d{12}) (\d{12})\n$/.exec(line)
  return match === null ? undefined : [Number(match[1]), Number(match[2])]
}

/** Names of different kinds never collide. */
export function bucketName(kind: NameKind, name: string): string {
  return `${kind}:${name}`
}

export function bucketOf(bucketName: string, buckets: number): number {
  return Number.parseInt(sha256Hex(bucketName).slice(0, 8), 16) % buckets
}

/** The name of the shard that contains the key, if the map does. */
export function shardOf({ id, shards }: ShardedMap, key: string): string {
  return shardName(id, bucketOf(key, shards))
}

export function shardName(mapId: number, shard: number): string {
  return `${mapId}.${shard}`
}
