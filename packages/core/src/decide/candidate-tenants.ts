/**
 * Which tenants can accept an identity whose caller names none, found by audience and by the claim
 * values that `member` conditions require. The cost does not depend on how many tenants share the
 * issuer: otherwise, one caller of a large issuer could occupy the broker.
 */
import type { ClaimPath } from '../expression/claim-paths.ts'
import { candidatePositions, indexConditions } from '../expression/condition-index.ts'
import type { ConditionIndex } from '../model/compiled-tenant.ts'
import type { IssuerTrust } from '../model/tenant-store.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'

/** Limit of tenants that are loaded and evaluated for one request. */
export const MAX_CANDIDATES = 16
/** Limit of audiences in a refusal: an issuer may have thousands. */
export const SHOWN_AUDIENCES = 3
/** Limit of different claims by which the tenants of one audience are found. */
const MAX_INDEXED_CLAIMS = 16

/** The tenants that accept one audience of an issuer, under one verification profile. */
interface AudienceTenants {
  readonly names: readonly string[]
  /** Positions of `names`. A list is cut where it is longer than any that is evaluated. */
  readonly index: ConditionIndex
}

const indexes = new WeakMap<IssuerTrust, ReadonlyMap<string, AudienceTenants>>()

/**
 * Few tenants are all candidates, so that the trace shows why each of them refuses.
 * @returns more than {@link MAX_CANDIDATES} names, but not all, where so many can accept it;
 *   undefined where no tenant accepts an audience of the identity
 */
export function candidateTenants(identity: VerifiedIdentity): readonly string[] | undefined {
  const groups = groupsOf(identity)
  if (groups.length === 0) return undefined
  const total = groups.reduce((sum, { names }) => sum + names.length, 0)
  const candidates = new Set<string>()
  for (const { names, index } of groups) {
    const positions =
      total <= MAX_CANDIDATES ? names.keys() : candidatePositions(index, identity.claims)
    for (const position of positions) {
      candidates.add(names[position] ?? '')
      if (candidates.size > MAX_CANDIDATES) return [...candidates]
    }
  }
  return [...candidates]
}

/** Some audiences that tenants accept from the issuer, one more than {@link SHOWN_AUDIENCES}. */
export function acceptedAudiences({ trusts }: VerifiedIdentity): string[] {
  const accepted = new Set<string>()
  for (const trust of trusts) {
    for (const audience of tenantsByAudience(trust).keys()) {
      accepted.add(audience)
      if (accepted.size > SHOWN_AUDIENCES) return [...accepted]
    }
  }
  return [...accepted]
}

/** The claims by which candidates are found. */
export function indexedClaims(identity: VerifiedIdentity): ClaimPath[] {
  return groupsOf(identity).flatMap(({ index }) => index.byClaim.map(({ claim }) => claim))
}

function groupsOf({ trusts, audiences }: VerifiedIdentity): AudienceTenants[] {
  return trusts.flatMap((trust) => {
    const tenants = tenantsByAudience(trust)
    return audiences.flatMap((audience) => tenants.get(audience) ?? [])
  })
}

/** Made once for each trust that the store returns. */
function tenantsByAudience(trust: IssuerTrust): ReadonlyMap<string, AudienceTenants> {
  const known = indexes.get(trust)
  if (known) return known
  const pairs = Object.entries(trust.tenants).flatMap(([name, { audiences, requires }]) =>
    audiences.map((audience) => ({ audience, name, requires })),
  )
  const byAudience = new Map(
    [...Map.groupBy(pairs, ({ audience }) => audience)].map(([audience, tenants]) => [
      audience,
      {
        names: tenants.map(({ name }) => name),
        index: boundIndex(indexConditions(tenants.map(({ requires }) => requires))),
      },
    ]),
  )
  indexes.set(trust, byAudience)
  return byAudience
}

/** Tenants of claims beyond the limit are candidates of every request. */
function boundIndex({ always, byClaim }: ConditionIndex): ConditionIndex {
  const beyond = byClaim
    .slice(MAX_INDEXED_CLAIMS)
    .flatMap(({ positions }) => Object.values(positions).flat())
  return {
    always: cut([...always, ...beyond]),
    byClaim: byClaim.slice(0, MAX_INDEXED_CLAIMS).map(({ claim, positions }) => ({
      claim,
      positions: Object.fromEntries(
        Object.entries(positions).map(([value, found]) => [value, cut(found)]),
      ),
    })),
  }
}

/** One more than the limit is enough to refuse. */
function cut(positions: readonly number[]): readonly number[] {
  return positions.slice(0, MAX_CANDIDATES + 1)
}
