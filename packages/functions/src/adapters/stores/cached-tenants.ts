/** Bounded cache of tenants, which reduces requests to the store and bridges its outages. */
import { createRevalidatingCache } from './revalidating-cache.ts'
import type { TenantSource } from './tenant-source.ts'

export const MAX_CACHED_TENANTS = 1_000

/** Each cache has the exact name as its key, so no tenant or issuer gets the values of another. */
export function createCachedTenants(source: TenantSource, now: () => number): TenantSource {
  const shared = { now, maxEntries: MAX_CACHED_TENANTS }
  return {
    findTrusts: createRevalidatingCache({
      ...shared,
      load: (issuer: string) => source.findTrusts(issuer),
      isNegative: (trusts) => trusts.length === 0,
    }),
    load: createRevalidatingCache({
      ...shared,
      load: (tenant: string) => source.load(tenant),
      isNegative: (tenant) => tenant === undefined,
    }),
    findPool: createRevalidatingCache({
      ...shared,
      load: (id: string) => source.findPool(id),
      isNegative: (tenant) => tenant === undefined,
    }),
    allowsOrigin: createRevalidatingCache({
      ...shared,
      load: (origin: string) => source.allowsOrigin(origin),
      isNegative: (allowed) => !allowed,
    }),
  }
}
