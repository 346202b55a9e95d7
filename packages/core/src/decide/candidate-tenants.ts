/**
 * Which tenants can accept an identity whose caller names none, found by audience and by the claim
 * values that `member` conditions require. The cost does not depend on how many tenants share the
 * issuer: otherwise, one caller of a large issuer could occupy the broker.
 */
import { lookUpClaim } from '../expression/claim-paths.ts'
import { claimTexts } from '../expression/condition-index.ts'
import { tenantIndexOf } from '../expression/tenant-index.ts'
import { type AudienceTenants, MAX_CANDIDATES, SHOWN_AUDIENCES } from '../model/tenant-store.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'

/** The tenants of each trust that accept an audience of the identity. */
export async function acceptingTenants({ trusts }: VerifiedIdentity): Promise<AudienceTenants[]> {
  const found = trusts.map(({ trust, parties }) =>
    tenantIndexOf(trust).accepting(parties.audiences),
  )
  return (await Promise.all(found)).flat()
}

/**
 * Few tenants are all candidates, so that the trace shows why each of them refuses.
 * @returns more than {@link MAX_CANDIDATES} names, but not all, where so many can accept it
 */
export async function candidateTenants(
  accepting: readonly AudienceTenants[],
  { claims }: VerifiedIdentity,
): Promise<readonly string[]> {
  const total = accepting.reduce((sum, { names }) => sum + names.length, 0)
  const candidates = new Set<string>()
  for (const tenants of accepting) {
    const names = total <= MAX_CANDIDATES ? tenants.names : await possibleTenants(tenants, claims)
    for (const name of names) {
      candidates.add(name)
      if (candidates.size > MAX_CANDIDATES) return [...candidates]
    }
  }
  return [...candidates]
}

/** Some audiences that tenants accept from the issuer, one more than {@link SHOWN_AUDIENCES}. */
export function acceptedAudiences({ trusts }: VerifiedIdentity): string[] {
  const accepted = new Set(trusts.flatMap(({ trust }) => tenantIndexOf(trust).audiences))
  return [...accepted].slice(0, SHOWN_AUDIENCES + 1)
}

async function possibleTenants(
  { always, claims: paths, requiring }: AudienceTenants,
  claims: VerifiedIdentity['claims'],
): Promise<readonly string[]> {
  const found = paths.map((path, claim) => requiring(claim, claimTexts(lookUpClaim(path, claims))))
  return [...(await Promise.all(found)).flat(), ...always]
}
