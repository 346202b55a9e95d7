/** Who trusts an issuer, from the tenants file; of many tenants, only some shards are read. */
import {
  type AudienceTenants,
  type IssuerTrust,
  isObject,
  type ShardedMap,
  type StoredAudience,
  type StoredIndex,
  type StoredTrust,
  shardOf,
  type TenantIndex,
} from '@token-broker/core'
import { createLruMap } from '../caching.ts'
import { isStrings } from './read-items.ts'
import type { TenantsFile } from './read-tenants-file.ts'

/** Shards of 64 keys each, so that some megabytes stay in memory. */
const MAX_SHARDS = 1_000

type Shard = Readonly<Record<string, unknown>>

/**
 * @param unreadable what is thrown for a value that the build did not write
 * @returns undefined for an issuer that the file does not contain
 */
export function createTrustReader(
  file: TenantsFile,
  unreadable: () => Error,
): (issuer: string) => readonly IssuerTrust[] | undefined {
  const shards = createLruMap<Shard>(MAX_SHARDS)

  const readShard = (name: string): Shard => {
    const shard = file.find('shard', name)
    if (!isObject(shard)) throw unreadable()
    shards.set(name, shard)
    return shard
  }

  /** The value of the map's own key: callers choose keys such as `__proto__`. */
  const lookUp = (map: ShardedMap, key: string): unknown => {
    // No map contains such a key, and it has no digest.
    if (map.shards === 0 || !key.isWellFormed()) return undefined
    const name = shardOf(map, key)
    const shard = shards.get(name) ?? readShard(name)
    return Object.hasOwn(shard, key) ? shard[key] : undefined
  }

  const readAudience = ({ names, always, claims, valueMaps }: StoredAudience): AudienceTenants => ({
    ...{ names, always, claims },
    requiring: async (claim, values) => {
      const map = valueMaps[claim]
      return values.flatMap((value) => {
        const found = map && lookUp(map, value)
        if (found === undefined) return []
        if (!isStrings(found)) throw unreadable()
        return found
      })
    },
  })

  const readIndex = ({ first, audiences, tenantMap, audienceMap }: StoredIndex): TenantIndex => ({
    ...{ first, audiences },
    has: async (tenant) => lookUp(tenantMap, tenant) === true,
    accepting: async (accepted) =>
      accepted.flatMap((audience) => {
        const found = lookUp(audienceMap, audience)
        if (found === undefined) return []
        if (!isStoredAudience(found)) throw unreadable()
        return readAudience(found)
      }),
  })

  return (issuer) => {
    const found = file.find('issuer', issuer)
    if (found === undefined) return undefined
    if (!Array.isArray(found) || !found.every(isStoredTrust)) throw unreadable()
    return found.map((trust) =>
      'tenants' in trust ? trust : { profile: trust.profile, index: readIndex(trust) },
    )
  }
}

/** The build wrote the file after every check; this detects a corrupt one. */
function isStoredTrust(value: unknown): value is StoredTrust {
  if (!isObject(value) || !isObject(value.profile)) return false
  if ('tenants' in value) return isObject(value.tenants)
  const { first, audiences, tenantMap, audienceMap } = value
  return isStrings(first) && isStrings(audiences) && isMap(tenantMap) && isMap(audienceMap)
}

function isStoredAudience(value: unknown): value is StoredAudience {
  if (!isObject(value)) return false
  const { names, always, claims, valueMaps } = value
  return (
    isStrings(names) &&
    isStrings(always) &&
    Array.isArray(claims) &&
    claims.every(isStrings) &&
    Array.isArray(valueMaps) &&
    valueMaps.every(isMap)
  )
}

function isMap(value: unknown): value is ShardedMap {
  return isObject(value) && Number.isInteger(value.id) && Number.isInteger(value.shards)
}
