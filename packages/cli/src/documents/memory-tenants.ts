/** Compiled tenants in memory, as the tenant store that the pipeline reads. */
import type { CompiledTenant, TenantStore } from '@token-broker/core'
import { trustsByIssuer } from '@token-broker/core/document'

export function createMemoryTenants(tenants: readonly CompiledTenant[]): TenantStore {
  const byId = new Map(tenants.map((tenant) => [tenant.tenant, tenant]))
  const trusts = trustsByIssuer(tenants)
  return {
    findTrusts: async (issuer) => trusts.get(issuer) ?? [],
    load: async (tenant) => byId.get(tenant),
  }
}
