/** Compiled tenants in memory, as the tenant store that the pipeline reads. */
import type { CompiledTenant, TenantStore } from '@token-broker/core'
import { trustsByIssuer } from '@token-broker/core/document'

export function createMemoryTenants(tenants: readonly CompiledTenant[]): TenantStore {
  const byId = new Map(tenants.map((tenant) => [tenant.tenant, tenant]))
  const pools = new Map(
    tenants.flatMap(({ tenant, identityPools = [] }) =>
      identityPools.map(({ id }) => [id, tenant] as const),
    ),
  )
  const trusts = trustsByIssuer(tenants)
  return {
    findTrusts: async (issuer) => trusts.get(issuer) ?? [],
    findPool: async (id) => pools.get(id),
    load: async (tenant) => byId.get(tenant),
  }
}
