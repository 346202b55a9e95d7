/**
 * An audience of an issuer belongs to one tenant, unless `member` conditions separate the tenants:
 * checks a document against the table, also while other operators write.
 *
 * A writer first writes what its version will claim, and reads the claims of others afterwards. Of
 * two writers at once, the one that wrote its claims last sees those of the other, so at least one
 * of them stops; both may. DynamoDB's transactions are not needed, which are limited to 100 items.
 */
import type { CompiledTenant } from '@token-broker/core'
import {
  describeConflict,
  ownershipHint,
  separatingCondition,
  whyNotSeparated,
} from '@token-broker/core/document'
import {
  CLAIMS_PARTITION,
  claimsKey,
  claimsOf,
  claimsPrefix,
  type Head,
  headKey,
  type IssuerClaim,
  issuerPartition,
  newClaims,
  readClaims,
  readHead,
  readHeadClaims,
  readIndexedClaim,
} from '@token-broker/functions/tenant-table'
import { EXIT } from '../cli-error.ts'
import { ABSENT, type OperatorTable, versionIs } from './operator-table.ts'
import { TenantError } from './tenant-error.ts'

/** A version that a writer has reserved, and the head on which it is based. */
interface Reserved {
  readonly version: number
  readonly head: Head | undefined
}

interface Conflict {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly why: string
}

/**
 * Announces what the version claims, so that all other writers see it.
 * @throws {TenantError} another tenant has claimed the same; the announcement is withdrawn
 */
export async function claimOwnership(
  table: OperatorTable,
  { tenant, issuers }: CompiledTenant,
  { version, head }: Reserved,
): Promise<void> {
  const claims = { version, previous: head?.version ?? 0, issuers: claimsOf(issuers) }
  await table.put(newClaims(tenant, claims), ABSENT)
  try {
    await checkStoredOwnership(table, tenant, claims.issuers, head)
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
 * @param head the tenant's current head: a conflict that exists already does not refuse, because
 *   otherwise neither of two documents that an earlier release accepted could be corrected
 * @throws {TenantError} another tenant claims the same, or a writer of it may be about to
 */
export async function checkStoredOwnership(
  table: OperatorTable,
  tenant: string,
  own: readonly IssuerClaim[],
  head: Head | undefined,
): Promise<void> {
  const before = head === undefined ? [] : readHeadClaims(head, tenant)
  // Claims are removed when the index contains their version, so the index must be read after them.
  const written = (await table.query(CLAIMS_PARTITION)).map(readClaims)
  const pending = written.filter(
    (claims) => claims.tenant !== tenant && findConflict(own, claims.issuers) !== undefined,
  )
  const indexed = (
    await Promise.all(own.map((claim) => indexedSuspects(table, tenant, claim)))
  ).flat()
  const heads = await readHeads(table, [...pending.map((claims) => claims.tenant), ...indexed])
  for (const [other, otherHead] of heads) {
    const inForce = otherHead === undefined ? [] : readHeadClaims(otherHead, other)
    const conflict = findConflict(own, inForce, before)
    if (conflict) throw conflictError(tenant, `tenant ${other} (in the table)`, conflict)
  }
  for (const { tenant: other, version, previous, issuers } of pending) {
    // Any other version was overtaken: its head can no longer be written.
    if (previous !== (heads.get(other)?.version ?? 0)) continue
    const conflict = findConflict(own, issuers)
    if (conflict)
      throw conflictError(
        tenant,
        `version ${version} of tenant ${other}, which is being written,`,
        conflict,
        `wait for its writer; if that has stopped, put ${other} again or remove it with ` +
          `"token-broker tenant rm ${other}"`,
      )
  }
}

/** Tenants whose head may claim an audience of the claim. The index may be older than the heads. */
async function indexedSuspects(
  table: OperatorTable,
  tenant: string,
  { issuer, audiences, member }: IssuerClaim,
): Promise<string[]> {
  const condition = separatingCondition(member)
  return (await table.query(issuerPartition(issuer)))
    .map(readIndexedClaim)
    .filter(
      (other) =>
        other.tenant !== tenant &&
        (other.audiences?.some((audience) => audiences.includes(audience)) ?? true) &&
        (other.member === undefined ||
          whyNotSeparated(condition, separatingCondition(other.member || undefined)) !== undefined),
    )
    .map((other) => other.tenant)
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

/** @param except what conflicts with these claims too is no new conflict */
function findConflict(
  own: readonly IssuerClaim[],
  others: readonly IssuerClaim[],
  except: readonly IssuerClaim[] = [],
): Conflict | undefined {
  for (const { issuer, audiences, member } of own) {
    const condition = separatingCondition(member)
    for (const other of others.filter((claim) => claim.issuer === issuer)) {
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
      if (why !== undefined && shared.length > 0) return { issuer, audiences: shared, why }
    }
  }
  return undefined
}

function conflictError(
  tenant: string,
  other: string,
  conflict: Conflict,
  todo: string = ownershipHint(tenant),
): TenantError {
  return new TenantError(
    `${tenant}: ${describeConflict({ ...conflict, other })}; ${todo}`,
    EXIT.conflict,
  )
}
