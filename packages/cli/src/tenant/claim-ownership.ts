/**
 * What a document claims belongs to no other tenant: checks it against the table, also while other
 * operators write.
 *
 * A writer first writes what its version will claim, and reads the claims of others afterwards. Of
 * two writers at once, the one that wrote its claims last sees those of the other, so at least one
 * of them stops; both may. DynamoDB's transactions are not needed, which are limited to 100 items.
 */
import type { CompiledTenant } from '@token-broker/core'
import {
  CLAIMS_PARTITION,
  claimsKey,
  claimsOf,
  claimsPrefix,
  type Head,
  headKey,
  newClaims,
  readClaims,
  readHead,
  readHeadClaims,
  type TenantClaims,
} from '@token-broker/functions/tenant-table'
import { audienceSuspects, findAudienceConflict } from './audience-conflicts.ts'
import { type Conflict, conflictError } from './claim-conflict.ts'
import { ABSENT, type OperatorTable, versionIs } from './operator-table.ts'
import { findPoolConflict, poolSuspects } from './pool-conflicts.ts'
import { findReleaseConflict, releaseSuspects } from './release-conflicts.ts'

/** A version that a writer has reserved, and the head on which it is based. */
interface Reserved {
  readonly version: number
  readonly head: Head | undefined
}

/**
 * Announces what the version claims, so that all other writers see it.
 * @throws {TenantError} another tenant has claimed the same; the announcement is withdrawn
 */
export async function claimOwnership(
  table: OperatorTable,
  compiled: CompiledTenant,
  { version, head }: Reserved,
): Promise<void> {
  const { tenant } = compiled
  const claims = claimsOf(compiled)
  await table.put(newClaims({ ...claims, version, previous: head?.version ?? 0 }), ABSENT)
  try {
    await checkStoredOwnership(table, claims, head)
  } catch (error) {
    await withdrawClaims(table, tenant, version)
    throw error
  }
}

/** Of a version that will not take effect. */
export async function withdrawClaims(
  table: OperatorTable,
  tenant: string,
  version: number,
): Promise<void> {
  await table.remove(claimsKey(tenant, version), versionIs('equal', version))
}

/** Removes the claims of this and of earlier versions, once the index contains this one. */
export async function settleClaims(
  table: OperatorTable,
  tenant: string,
  version: number,
): Promise<void> {
  const claims = await pendingClaims(table, tenant)
  const settled = claims.filter((claim) => claim.version <= version)
  await Promise.all(settled.map((claim) => withdrawClaims(table, tenant, claim.version)))
}

/** Claims of versions whose writers have not finished, or stopped. */
export async function pendingClaims(table: OperatorTable, tenant: string) {
  return (await table.query(CLAIMS_PARTITION, claimsPrefix(tenant))).map(readClaims)
}

/**
 * @param head the tenant's current head: an audience that it shares already does not refuse,
 *   because otherwise neither of two documents that an earlier release accepted could be corrected
 * @throws {TenantError} another tenant claims the same, or a writer of it may be about to
 */
export async function checkStoredOwnership(
  table: OperatorTable,
  own: TenantClaims,
  head: Head | undefined,
): Promise<void> {
  const { tenant } = own
  const before = head === undefined ? [] : readHeadClaims(head, tenant).issuers
  // Claims are removed when the index contains their version, so the index must be read after them.
  const written = (await table.query(CLAIMS_PARTITION)).map(readClaims)
  const pending = written.filter(
    (claims) => claims.tenant !== tenant && findConflict(own, claims) !== undefined,
  )
  const suspects = await Promise.all(
    [audienceSuspects, releaseSuspects, poolSuspects].map((find) => find(table, own)),
  )
  const heads = await readHeads(table, [
    ...pending.map((claims) => claims.tenant),
    ...suspects.flat(),
  ])
  for (const [other, otherHead] of heads) {
    if (otherHead === undefined) continue
    const inForce = readHeadClaims(otherHead, other)
    const conflict = findAudienceConflict(own, inForce, before) ?? findSharedClaim(own, inForce)
    if (conflict) throw conflictError(tenant, `tenant ${other} (in the table)`, conflict)
  }
  for (const claims of pending) {
    const { tenant: other, version, previous } = claims
    // Any other version was overtaken: its head can no longer be written.
    if (previous !== (heads.get(other)?.version ?? 0)) continue
    const conflict = findConflict(own, claims)
    if (conflict)
      throw conflictError(
        tenant,
        `version ${version} of tenant ${other}, which is being written,`,
        {
          ...conflict,
          hint:
            `wait for its writer; if that has stopped, put ${other} again or remove it with ` +
            `"token-broker tenant rm ${other}"`,
        },
      )
  }
}

function findConflict(own: TenantClaims, other: TenantClaims): Conflict | undefined {
  return findAudienceConflict(own, other) ?? findSharedClaim(own, other)
}

function findSharedClaim(own: TenantClaims, other: TenantClaims): Conflict | undefined {
  return findReleaseConflict(own, other) ?? findPoolConflict(own, other)
}

async function readHeads(
  table: OperatorTable,
  tenants: readonly string[],
): Promise<ReadonlyMap<string, Head | undefined>> {
  const names = [...new Set(tenants)]
  const heads = new Map<string, Head | undefined>(names.map((name) => [name, undefined]))
  for (const item of await table.getAll(names.map(headKey))) {
    const name = item.pk?.S?.replace(/^tenant#/, '') ?? ''
    heads.set(name, readHead(item, name))
  }
  return heads
}
