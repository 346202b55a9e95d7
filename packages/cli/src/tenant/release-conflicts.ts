/**
 * No tenant has the role or the audience of a token that another one releases: finds which tenants
 * of the table may have one, and what two documents have in common.
 */
import { findSharedReleases } from '@token-broker/core/document'
import {
  type GrantClaim,
  releasedAudiencePartition,
  releasedRolePartition,
  rolePartition,
  type TenantClaims,
} from '@token-broker/functions/tenant-table'
import type { Conflict } from './claim-conflict.ts'
import type { OperatorTable } from './operator-table.ts'

/** Tenants whose head may share what one of the grants releases, or release what one shares. */
export async function releaseSuspects(
  table: OperatorTable,
  { tenant, grants }: TenantClaims,
): Promise<string[]> {
  const partitions = new Set(Object.values(grants).flatMap(conflictingPartitions))
  const items = await Promise.all([...partitions].map((partition) => table.query(partition)))
  return items.flat().flatMap(({ sk }) => (sk?.S === undefined || sk.S === tenant ? [] : [sk.S]))
}

/** Thousands of tenants may use one role, so a grant that releases nothing reads few of them. */
function conflictingPartitions({ roleArn, releasedAudience }: GrantClaim): string[] {
  return releasedAudience === undefined
    ? [releasedRolePartition(roleArn)]
    : [rolePartition(roleArn), releasedAudiencePartition(releasedAudience)]
}

/**
 * Unlike an audience of an issuer, a conflict that exists already refuses too: a change of one of
 * the two documents resolves it.
 */
export function findReleaseConflict(own: TenantClaims, other: TenantClaims): Conflict | undefined {
  const shared = findSharedReleases([own, other]).find(
    (found) => found.tenant !== found.otherTenant,
  )
  if (shared === undefined) return undefined
  const isReleasing = shared.tenant === own.tenant
  const [grant, otherGrant] = isReleasing
    ? [shared.grant, shared.otherGrant]
    : [shared.otherGrant, shared.grant]
  const { roleArn, releasedAudience } = own.grants[grant] ?? {}
  if (shared.field === 'releasedAudience')
    return {
      describe: (name) =>
        `${name} also has the releasedAudience ${releasedAudience}, in its grant ${otherGrant}, ` +
        'so a role may trust the tokens of both',
      hint:
        `write an audience of its own for the grant ${grant}, such as ` +
        `${own.tenant}-${grant}-released`,
    }
  const released = isReleasing ? `of the grant ${grant} of this document` : 'of that grant'
  return {
    describe: (name) =>
      `${name} also has the role ${roleArn}, in its grant ${otherGrant}, and the holder of a ` +
      `released token ${released} gets all that the role may do`,
    hint: `give the grant ${grant} a role of its own`,
  }
}
