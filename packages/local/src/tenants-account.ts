/** What the local account has for the tenants: buckets, and pages that may call its services. */
import type { CompiledTenant } from '@token-broker/core'

/** A bucket without a slot or a wildcard in its name, and what follows it. */
const BUCKET = /^arn:[a-z-]+:s3:::([a-z\d][a-z\d.-]{1,61}[a-z\d])(?:\/|$)/

/** @returns the buckets whose names appear literally in the tenants' policies, sorted */
export function bucketsOfTenants(tenants: readonly CompiledTenant[]): string[] {
  const resources = tenants
    .flatMap(({ grants }) => Object.values(grants))
    .flatMap(({ statements }) => statements)
    .flatMap(({ Resource = [] }) => [Resource].flat())
  const names = resources.flatMap((resource) => BUCKET.exec(resource)?.[1] ?? [])
  return [...new Set(names)].sort()
}

export function originsOfTenants(tenants: readonly CompiledTenant[]): string[] {
  return [...new Set(tenants.flatMap(({ allowedOrigins }) => allowedOrigins))].sort()
}
