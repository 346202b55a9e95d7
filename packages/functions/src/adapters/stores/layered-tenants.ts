/** Two stores of tenants as one: a tenant of the first hides one of the same id in the second. */
import type { IssuerTrust } from '@token-broker/core'
import type { TenantSource } from './tenant-source.ts'

/**
 * Both are asked who trusts an issuer, and it fails where one of them does: a token that fits two tenants must be refused
 * even while only one of them is in sight.
 */
export function createLayeredTenants(first: TenantSource, second: TenantSource): TenantSource {
  return {
    async findTrusts(issuer) {
      const [above, below] = await Promise.all([
        first.findTrusts(issuer),
        second.findTrusts(issuer),
      ])
      return mergeTrusts(above, below)
    },
    load: async (tenant) => (await first.load(tenant)) ?? second.load(tenant),
    allowsOrigin: async (origin) =>
      (await first.allowsOrigin(origin)) || second.allowsOrigin(origin),
  }
}

/** One entry a profile; where a tenant stands in both, the document that `load` returns decides. */
function mergeTrusts(
  above: readonly IssuerTrust[],
  below: readonly IssuerTrust[],
): readonly IssuerTrust[] {
  if (above.length === 0 || below.length === 0) return above.length === 0 ? below : above
  const byProfile = Map.groupBy([...below, ...above], ({ profile }) => JSON.stringify(profile))
  return [...byProfile.values()].flatMap((equal) =>
    equal.slice(0, 1).map(({ profile }) => ({
      profile,
      tenants: Object.fromEntries(equal.flatMap(({ tenants }) => Object.entries(tenants))),
    })),
  )
}
