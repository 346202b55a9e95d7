/** Joins what two sources say of one issuer. */
import {
  type IssuerTrust,
  MAX_CANDIDATES,
  SHOWN_AUDIENCES,
  type TenantIndex,
  tenantIndexOf,
} from '@token-broker/core'

/** One entry per profile. If both sources contain a tenant, the document from `load` decides. */
export function mergeTrusts(
  above: readonly IssuerTrust[],
  below: readonly IssuerTrust[],
): readonly IssuerTrust[] {
  const byProfile = Map.groupBy([...above, ...below], ({ profile }) => JSON.stringify(profile))
  return [...byProfile.values()].map((equal) =>
    equal.reduce((trust, other) => ({
      profile: trust.profile,
      index: mergeIndexes(tenantIndexOf(trust), tenantIndexOf(other)),
    })),
  )
}

function mergeIndexes(above: TenantIndex, below: TenantIndex): TenantIndex {
  return {
    first: join(above.first, below.first, MAX_CANDIDATES),
    audiences: join(above.audiences, below.audiences, SHOWN_AUDIENCES + 1),
    has: async (tenant) => (await above.has(tenant)) || below.has(tenant),
    accepting: async (audiences) =>
      (await Promise.all([above.accepting(audiences), below.accepting(audiences)])).flat(),
  }
}

function join(one: readonly string[], other: readonly string[], limit: number): string[] {
  return [...new Set([...one, ...other])].slice(0, limit)
}
