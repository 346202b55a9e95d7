/** Reads an item of the tenants table that says under which profile a tenant trusts an issuer. */
import { isObject, type VerificationProfile } from '@token-broker/core'
import { isStrings, parseJson } from './stored-json.ts'
import { type Item, isTenantId } from './tenant-table.ts'

export interface TrustItem {
  readonly tenant: string
  readonly profileJson: string
  readonly profile: VerificationProfile
  readonly audiences: readonly string[]
}

/** @returns undefined for an item that is not ours, or not of this issuer */
export function readTrust(item: Item, issuer: string): TrustItem | undefined {
  const tenant = item.sk?.S
  const profileJson = item.profile?.S
  const profile = parseJson(profileJson ?? '')
  const audiences = parseJson(item.audiences?.S ?? '')
  const ours =
    tenant !== undefined && isTenantId(tenant) && isProfile(profile, issuer) && isStrings(audiences)
  return ours && profileJson !== undefined ? { tenant, profileJson, profile, audiences } : undefined
}

function isProfile(value: unknown, issuer: string): value is VerificationProfile {
  if (!isObject(value) || value.issuer !== issuer || !isObject(value.keys)) return false
  const { algorithms, types, maxTokenAgeSeconds, clockToleranceSeconds } = value
  return (
    isStrings(algorithms) &&
    isStrings(types) &&
    typeof maxTokenAgeSeconds === 'number' &&
    typeof clockToleranceSeconds === 'number'
  )
}
