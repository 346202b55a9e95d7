/** Joins what two sources say of one issuer. */
import {
  type AudienceTenants,
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
    accepting: async (audience) => {
      const [one, other] = await Promise.all([above.accepting(audience), below.accepting(audience)])
      return one && other ? mergeAudiences(one, other) : (one ?? other)
    },
  }
}

function mergeAudiences(above: AudienceTenants, below: AudienceTenants): AudienceTenants {
  return {
    names: join(above.names, below.names, MAX_CANDIDATES + 1),
    always: join(above.always, below.always, MAX_CANDIDATES + 1),
    claims: [...above.claims, ...below.claims],
    requiring: (claim, values) => {
      const position = claim - above.claims.length
      return position < 0 ? above.requiring(claim, values) : below.requiring(position, values)
    },
  }
}

function join(one: readonly string[], other: readonly string[], limit: number): string[] {
  return [...new Set([...one, ...other])].slice(0, limit)
}
