/** Writes the deployable file of compiled tenants: an index line, then one line of JSON a tenant. */
import type { CompiledTenant, VerificationProfile } from '../compiled-tenant.ts'

const VERSION = 1

interface Trust {
  readonly profile: VerificationProfile
  readonly tenants: Record<string, readonly string[]>
}

/** Offsets in the index are in UTF-8 bytes, counted from the first byte after the index line. */
export function tenantsFile(tenants: readonly CompiledTenant[]): string {
  const trusts = new Map<string, Map<string, Trust>>()
  const prefetch = new Map<string, VerificationProfile>()
  const places: [string, [number, number]][] = []
  const lines: string[] = []
  let offset = 0
  for (const tenant of tenants) {
    const line = JSON.stringify(tenant)
    const length = Buffer.byteLength(line)
    places.push([tenant.tenant, [offset, length]])
    offset += length + 1
    lines.push(line)
    for (const issuer of tenant.issuers) {
      const key = profileKey(issuer.profile)
      const ofIssuer = trusts.get(issuer.profile.issuer) ?? new Map<string, Trust>()
      trusts.set(issuer.profile.issuer, ofIssuer)
      const trust = ofIssuer.get(key) ?? { profile: issuer.profile, tenants: {} }
      ofIssuer.set(key, trust)
      trust.tenants[tenant.tenant] = issuer.audiences
      if (issuer.prefetch) prefetch.set(key, issuer.profile)
    }
  }
  const index = {
    version: VERSION,
    issuers: Object.fromEntries([...trusts].map(([issuer, profiles]) => [issuer, [...profiles.values()]])),
    tenants: Object.fromEntries(places),
    origins: Object.fromEntries(tenants.flatMap(({ allowedOrigins }) => allowedOrigins.map((origin) => [origin, 1]))),
    prefetch: [...prefetch.values()],
  }
  return `${[JSON.stringify(index), ...lines].join('\n')}\n`
}

/** Equal for profiles that are deeply equal, in whatever order their fields were written. */
function profileKey(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
