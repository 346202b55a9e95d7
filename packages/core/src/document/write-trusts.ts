/** Values of the tenants file by which the tenants of an issuer are found. */
import { firstTenants, indexByAudience, someAudiences } from '../expression/tenant-index.ts'
import type { ListedTrust } from '../model/tenant-store.ts'
import {
  bucketOf,
  KEYS_PER_SHARD,
  MAX_LISTED,
  type ShardedMap,
  type StoredAudience,
  type StoredIndex,
  type StoredTrust,
  shardName,
} from '../model/tenants-file-layout.ts'

type Shard = readonly [name: string, value: Readonly<Record<string, unknown>>]

/**
 * @param nextMapId returns a number that no other map of the file has
 * @returns the value of the issuer, and the shards of its maps by their names
 */
export function storeTrusts(
  trusts: readonly ListedTrust[],
  nextMapId: () => number,
): { readonly stored: readonly StoredTrust[]; readonly shards: readonly Shard[] } {
  const shards: Shard[] = []
  const addMap = (values: Readonly<Record<string, unknown>>): ShardedMap => {
    const entries = Object.entries(values)
    const map = { id: nextMapId(), shards: Math.ceil(entries.length / KEYS_PER_SHARD) }
    const byShard = Map.groupBy(entries, ([key]) => bucketOf(key, map.shards))
    for (let shard = 0; shard < map.shards; shard++)
      shards.push([shardName(map.id, shard), Object.fromEntries(byShard.get(shard) ?? [])])
    return map
  }
  const stored = trusts.map((trust) =>
    Object.keys(trust.tenants).length <= MAX_LISTED ? trust : storeIndex(trust, addMap),
  )
  return { stored, shards }
}

function storeIndex(
  { profile, tenants }: ListedTrust,
  addMap: (values: Readonly<Record<string, unknown>>) => ShardedMap,
): StoredIndex {
  const byAudience = indexByAudience(tenants)
  const audiences = [...byAudience].map(([audience, { names, always, byClaim }]) => {
    const valueMaps = byClaim.map((claim) => addMap(claim.names))
    const claims = byClaim.map(({ claim }) => claim)
    return [audience, { names, always, claims, valueMaps } satisfies StoredAudience] as const
  })
  return {
    profile,
    first: firstTenants(tenants),
    audiences: someAudiences(byAudience),
    tenantMap: addMap(Object.fromEntries(Object.keys(tenants).map((name) => [name, true]))),
    audienceMap: addMap(Object.fromEntries(audiences)),
  }
}
