/**
 * An audience of an issuer belongs to one tenant, unless `member` conditions separate the tenants:
 * finds which tenants of the table may have one, and what two documents both claim.
 */
import {
  describeConflict,
  ownershipHint,
  separatingCondition,
  whyNotSeparated,
} from '@token-broker/core/document'
import {
  type IssuerClaim,
  issuerPartition,
  readIndexedClaim,
  type TenantClaims,
} from '@token-broker/functions/tenant-table'
import type { Conflict } from './claim-conflict.ts'
import type { OperatorTable } from './operator-table.ts'

/** Tenants whose head may claim an audience of these. The index may be older than the heads. */
export async function audienceSuspects(
  table: OperatorTable,
  { tenant, issuers }: TenantClaims,
): Promise<string[]> {
  const suspects = issuers.map(async ({ issuer, audiences, member }) => {
    const condition = separatingCondition(member)
    return (await table.query(issuerPartition(issuer)))
      .map(readIndexedClaim)
      .filter(
        (other) =>
          other.tenant !== tenant &&
          (other.audiences?.some((audience) => audiences.includes(audience)) ?? true) &&
          (other.member === undefined ||
            whyNotSeparated(condition, separatingCondition(other.member || undefined)) !==
              undefined),
      )
      .map((other) => other.tenant)
  })
  return (await Promise.all(suspects)).flat()
}

/** @param except what conflicts with these claims too is no new conflict */
export function findAudienceConflict(
  own: TenantClaims,
  others: TenantClaims,
  except: readonly IssuerClaim[] = [],
): Conflict | undefined {
  for (const { issuer, audiences, member } of own.issuers) {
    const condition = separatingCondition(member)
    for (const other of others.issuers.filter((claim) => claim.issuer === issuer)) {
      const otherCondition = separatingCondition(other.member)
      const why = whyNotSeparated(condition, otherCondition)
      const isKnown = (audience: string) =>
        except.some(
          (claim) =>
            claim.issuer === issuer &&
            claim.audiences.includes(audience) &&
            whyNotSeparated(separatingCondition(claim.member), otherCondition) !== undefined,
        )
      const shared = other.audiences.filter(
        (audience) => audiences.includes(audience) && !isKnown(audience),
      )
      if (why !== undefined && shared.length > 0)
        return {
          describe: (name) => describeConflict({ issuer, audiences: shared, why, other: name }),
          hint: ownershipHint(own.tenant),
        }
    }
  }
  return undefined
}
