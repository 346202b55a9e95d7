/** A store of tenants behind a bounded cache, so that few requests ask it and none needs it while it is briefly away. */
import { createRevalidatingCache } from './revalidating-cache.ts'
import type { TenantSource } from './tenant-source.ts'

export const MAX_CACHED_TENANTS = 1_000

/** Trusts are kept by issuer, documents by tenant: no answer about one is ever given for another. */
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
    allowsOrigin: createRevalidatingCache({
      ...shared,
      load: (origin: string) => source.allowsOrigin(origin),
      isNegative: (allowed) => !allowed,
    }),
  }
}
