/**
 * An identity pool has one tenant, and so has the audience of its tokens: finds which tenants of
 * the table may have one, and what two documents have in common.
 */
import { describeSharedPool, findSharedPools } from '@token-broker/core/document'
import {
  poolPartition,
  releasedAudiencePartition,
  type TenantClaims,
} from '@token-broker/functions/tenant-table'
import type { Conflict } from './claim-conflict.ts'
import type { OperatorTable } from './operator-table.ts'

/**
 * Tenants whose head may have one of the pools, or release a token for the audience of one. Those
 * with a pool that releases tokens for the audience of a grant are suspects of that grant.
 */
export async function poolSuspects(
  table: OperatorTable,
  { tenant, identityPools }: TenantClaims,
): Promise<string[]> {
  const partitions = identityPools.flatMap(({ id, releasedAudience }) =>
    releasedAudience === undefined
      ? [poolPartition(id)]
      : [poolPartition(id), releasedAudiencePartition(releasedAudience)],
  )
  const items = await Promise.all([...new Set(partitions)].map((name) => table.query(name)))
  return items.flat().flatMap(({ sk }) => (sk?.S === undefined || sk.S === tenant ? [] : [sk.S]))
}

export function findPoolConflict(own: TenantClaims, other: TenantClaims): Conflict | undefined {
  const shared = findSharedPools([own, other]).find((found) => found.tenant !== found.otherTenant)
  if (shared === undefined) return undefined
  const { field, id } = shared
  const { hint } = describeSharedPool(shared)
  const what = field[0] === 'id' ? `the pool ${id}` : 'the audience of a released token'
  return { describe: (name) => `${name} also has ${what} of this document`, hint }
}
