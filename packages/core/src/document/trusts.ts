/** Gathers which tenants trust an issuer, and under which verification profile. */
import type { CompiledTenant, VerificationProfile } from '../model/compiled-tenant.ts'
import type { IssuerTrust } from '../model/tenant-store.ts'

/** Tenants with equal profiles share an entry, so that a token is verified once for all of them. */
export function trustsByIssuer(
  tenants: readonly CompiledTenant[],
): ReadonlyMap<string, readonly IssuerTrust[]> {
  const gathered = new Map<
    string,
    Map<string, { profile: VerificationProfile; tenants: Record<string, string[]> }>
  >()
  for (const { tenant, issuers } of tenants) {
    for (const { profile, audiences } of issuers) {
      const ofIssuer = gathered.get(profile.issuer) ?? new Map()
      gathered.set(profile.issuer, ofIssuer)
      const key = profileKey(profile)
      const trust = ofIssuer.get(key) ?? { profile, tenants: {} }
      ofIssuer.set(key, trust)
      trust.tenants[tenant] = [...audiences]
    }
  }
  return new Map([...gathered].map(([issuer, profiles]) => [issuer, [...profiles.values()]]))
}

/** Profiles of the issuers whose keys are wanted at start, each once. */
export function prefetchedProfiles(tenants: readonly CompiledTenant[]): VerificationProfile[] {
  const issuers = tenants.flatMap((tenant) => tenant.issuers).filter(({ prefetch }) => prefetch)
  return [...new Map(issuers.map(({ profile }) => [profileKey(profile), profile])).values()]
}

/** Equal for profiles that are deeply equal, in whatever order their fields were written. */
function profileKey(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
