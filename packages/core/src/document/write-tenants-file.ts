/** Writes the deployable file of compiled tenants; its layout is in `tenants-file-layout.ts`. */
import type { CompiledTenant, VerificationProfile } from '../model/compiled-tenant.ts'
import type { ListedTrust, TrustingTenant } from '../model/tenant-store.ts'
import {
  bucketName,
  bucketOf,
  DIRECTORY_LINE_BYTES,
  directoryLine,
  type Place,
  TENANTS_FILE_VERSION,
  type TenantsFileHeader,
} from '../model/tenants-file-layout.ts'
import { storeTrusts } from './write-trusts.ts'

const NAMES_PER_BUCKET = 8

interface TrustBuilder extends ListedTrust {
  readonly tenants: Record<string, TrustingTenant>
}

export function tenantsFile(tenants: readonly CompiledTenant[]): string {
  const entries = [...entriesOf(tenants)]
  const header: TenantsFileHeader = {
    version: TENANTS_FILE_VERSION,
    buckets: Math.max(1, Math.ceil(entries.length / NAMES_PER_BUCKET)),
    tenants: tenants.length,
    minting: tenants.filter(isMinting).length,
    prefetch: prefetchedProfiles(tenants),
  }
  const buckets = Array.from({ length: header.buckets }, (): Record<string, Place> => ({}))
  const lines: string[] = []
  let end = header.buckets * DIRECTORY_LINE_BYTES
  const append = (value: unknown): Place => {
    const line = JSON.stringify(value)
    const place: Place = [end, Buffer.byteLength(line)]
    lines.push(line)
    end += place[1] + 1
    return place
  }
  for (const [name, value] of entries) {
    const place = append(value)
    const bucket = buckets[bucketOf(name, header.buckets)]
    if (bucket) bucket[name] = place
  }
  const directory = buckets.map((bucket) => directoryLine(append(bucket))).join('')
  return `${JSON.stringify(header)}\n${directory}${lines.join('\n')}\n`
}

/**
 * Which tenants trust each issuer. Tenants with equal profiles share an entry, so that a token is
 * verified once for all of them.
 */
export function trustsByIssuer(
  tenants: readonly CompiledTenant[],
): ReadonlyMap<string, readonly ListedTrust[]> {
  const trusts = new Map<string, Map<string, TrustBuilder>>()
  for (const { tenant, issuers } of tenants) {
    for (const { profile, audiences, memberRequires: requires } of issuers) {
      const byProfile = trusts.get(profile.issuer) ?? new Map<string, TrustBuilder>()
      trusts.set(profile.issuer, byProfile)
      const key = profileKey(profile)
      const trust: TrustBuilder = byProfile.get(key) ?? { profile, tenants: {} }
      byProfile.set(key, trust)
      trust.tenants[tenant] = { audiences: [...audiences], ...(requires ? { requires } : {}) }
    }
  }
  return new Map([...trusts].map(([issuer, byProfile]) => [issuer, [...byProfile.values()]]))
}

function isMinting({ grants }: CompiledTenant): boolean {
  return Object.values(grants).some(({ webIdentity }) => webIdentity === 'minted')
}

/** Profiles of the issuers whose keys are fetched at start, each once. */
function prefetchedProfiles(tenants: readonly CompiledTenant[]): VerificationProfile[] {
  const issuers = tenants.flatMap((tenant) => tenant.issuers).filter(({ prefetch }) => prefetch)
  return [...new Map(issuers.map(({ profile }) => [profileKey(profile), profile])).values()]
}

/** Equal for profiles that are deeply equal, in any order of their fields. */
function profileKey(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

function* entriesOf(tenants: readonly CompiledTenant[]): Generator<[name: string, value: unknown]> {
  for (const tenant of tenants) yield [bucketName('tenant', tenant.tenant), tenant]
  let mapId = 0
  for (const [issuer, trusts] of trustsByIssuer(tenants)) {
    const { stored, shards } = storeTrusts(trusts, () => mapId++)
    yield [bucketName('issuer', issuer), stored]
    for (const [name, shard] of shards) yield [bucketName('shard', name), shard]
  }
  for (const { tenant, identityPools = [] } of tenants)
    for (const { id } of identityPools) yield [bucketName('pool', id), tenant]
  const origins = new Set(tenants.flatMap(({ allowedOrigins }) => allowedOrigins))
  for (const origin of origins) yield [bucketName('origin', origin), true]
}
