/** Writes the deployable file of compiled tenants: an index line, then one line of JSON a tenant. */
import type { CompiledTenant } from '../compiled-tenant.ts'
import { prefetchedProfiles, trustsByIssuer } from './trusts.ts'

const VERSION = 1

/** Offsets in the index are in UTF-8 bytes, counted from the first byte after the index line. */
export function tenantsFile(tenants: readonly CompiledTenant[]): string {
  const places: [string, [number, number]][] = []
  const lines: string[] = []
  let offset = 0
  for (const tenant of tenants) {
    const line = JSON.stringify(tenant)
    const length = Buffer.byteLength(line)
    places.push([tenant.tenant, [offset, length]])
    offset += length + 1
    lines.push(line)
  }
  const index = {
    version: VERSION,
    issuers: Object.fromEntries(trustsByIssuer(tenants)),
    tenants: Object.fromEntries(places),
    origins: Object.fromEntries(tenants.flatMap(({ allowedOrigins }) => allowedOrigins.map((origin) => [origin, 1]))),
    prefetch: prefetchedProfiles(tenants),
  }
  return `${[JSON.stringify(index), ...lines].join('\n')}\n`
}
