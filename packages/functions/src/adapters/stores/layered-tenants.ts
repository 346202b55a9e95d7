/** Combines two sources of tenants: a tenant of the first hides the same id in the second. */
import type { IssuerTrust } from '@token-broker/core'
import { mergeTrusts } from './merge-trusts.ts'
import type { TenantSource } from './tenant-source.ts'

interface Merged {
  readonly below: readonly IssuerTrust[]
  readonly trusts: readonly IssuerTrust[]
}

/**
 * Trusts are read from both sources, and the look-up fails if one of them fails: a token that two
 * tenants accept must be refused, even if only one of the tenants can be read.
 */
export function createLayeredTenants(first: TenantSource, second: TenantSource): TenantSource {
  const merged = new WeakMap<readonly IssuerTrust[], Merged>()
  return {
    async findTrusts(issuer) {
      const [above, below] = await Promise.all([
        first.findTrusts(issuer),
        second.findTrusts(issuer),
      ])
      if (above.length === 0 || below.length === 0) return above.length === 0 ? below : above
      // Both sources return the same lists for as long as their values are in use.
      const known = merged.get(above)
      if (known?.below === below) return known.trusts
      const trusts = mergeTrusts(above, below)
      merged.set(above, { below, trusts })
      return trusts
    },
    load: async (tenant) => (await first.load(tenant)) ?? second.load(tenant),
    findPool: async (id) => (await first.findPool(id)) ?? second.findPool(id),
    allowsOrigin: async (origin) =>
      (await first.allowsOrigin(origin)) || second.allowsOrigin(origin),
  }
}
