/** Tenants that were compiled a moment ago, as the store that the pipeline reads. */
import type { CompiledTenant, IssuerTrust, TenantStore, VerificationProfile } from '@token-broker/core'

interface GatheredTrust {
  readonly profile: VerificationProfile
  readonly tenants: Map<string, readonly string[]>
}

export function createMemoryTenants(tenants: readonly CompiledTenant[]): TenantStore {
  const byId = new Map(tenants.map((tenant) => [tenant.tenant, tenant]))
  const byProfile = gatherTrusts(tenants)
  return {
    findTrusts: async (issuer) => byProfile.filter(({ profile }) => profile.issuer === issuer),
    load: async (tenant) => byId.get(tenant),
  }
}

/** Tenants with equal profiles share an entry, as they do in the build's index. */
function gatherTrusts(tenants: readonly CompiledTenant[]): readonly IssuerTrust[] {
  const gathered = new Map<string, GatheredTrust>()
  for (const { tenant, issuers } of tenants) {
    for (const { profile, audiences } of issuers) {
      const key = JSON.stringify(profile)
      const trust = gathered.get(key) ?? { profile, tenants: new Map<string, readonly string[]>() }
      trust.tenants.set(tenant, [...(trust.tenants.get(tenant) ?? []), ...audiences])
      gathered.set(key, trust)
    }
  }
  return [...gathered.values()].map(({ profile, tenants }) => ({ profile, tenants: Object.fromEntries(tenants) }))
}
