/** Parses what the tenants of an issuer of many have in common. */
import { isObject, type TenantIndex, type VerificationProfile } from '@token-broker/core'
import { isProfile, isStrings, parseJson } from './read-items.ts'
import type { Item } from './tenant-table.ts'

/** The tenants that trust an issuer under one profile. */
export interface TrustSummary extends Pick<TenantIndex, 'first' | 'audiences'> {
  /** As in the index items, because it is part of the names of partitions. */
  readonly profileJson: string
  /** Claims by which tenants are found, for any of the audiences. */
  readonly claims: readonly (readonly string[])[]
}

interface ReadSummary extends TrustSummary {
  readonly profile: VerificationProfile
}

/** @returns undefined for an item that no release wrote, or that is of another issuer */
export function readSummary(item: Item | undefined, issuer: string): ReadSummary[] | undefined {
  const trusts = parseJson(item?.trusts?.S)
  if (!Array.isArray(trusts) || !trusts.every(isSummary)) return undefined
  const summaries = trusts.flatMap((trust) => {
    const profile = parseJson(trust.profileJson)
    return isProfile(profile, issuer) ? { ...trust, profile } : []
  })
  return summaries.length === trusts.length ? summaries : undefined
}

function isSummary(value: unknown): value is TrustSummary {
  if (!isObject(value)) return false
  const { profileJson, first, audiences, claims } = value
  return (
    typeof profileJson === 'string' &&
    isStrings(first) &&
    isStrings(audiences) &&
    Array.isArray(claims) &&
    claims.every(isStrings)
  )
}
