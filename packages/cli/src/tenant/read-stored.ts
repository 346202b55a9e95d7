/** Reads what the table contains about one tenant. */
import { isTenantId, TENANT_ID_PATTERN } from '@token-broker/core'
import {
  type Head,
  headKey,
  readHead,
  readVersion,
  tenantPartition,
  VERSION_PREFIX,
  type Version,
  versionKey,
} from '@token-broker/functions/tenant-table'
import { EXIT, quote, UsageError } from '../cli-error.ts'
import type { OperatorTable } from './operator-table.ts'
import { TenantError } from './tenant-error.ts'

/**
 * @returns undefined where the tenant was never written
 * @throws {UsageError} not the id of a tenant
 */
export async function readStoredHead(
  table: OperatorTable,
  tenant: string,
): Promise<Head | undefined> {
  if (!isTenantId(tenant))
    throw new UsageError(
      `expected the id of a tenant (${TENANT_ID_PATTERN}), found ${quote(tenant)}`,
    )
  const item = await table.get(headKey(tenant))
  return item && readHead(item, tenant)
}

/** @throws {UsageError} no such version */
export async function readStoredVersion(
  table: OperatorTable,
  tenant: string,
  version: number,
): Promise<Version> {
  const item = await table.get(versionKey(tenant, version))
  if (!item)
    throw new UsageError(
      `${tenant} has no version ${version}; see "token-broker tenant history ${tenant}"`,
    )
  return readVersion(item)
}

export interface PastVersion extends Version {
  /** False if another writer was faster or the writer stopped: the version never took effect. */
  readonly applied: boolean
}

/** Every version, the newest first. @throws {UsageError} no such tenant */
export async function readHistory(
  table: OperatorTable,
  tenant: string,
): Promise<readonly PastVersion[]> {
  const head = await readStoredHead(table, tenant)
  if (!head) throw unknownTenant(tenant)
  const versions = (await table.query(tenantPartition(tenant), VERSION_PREFIX)).map(readVersion)
  const previous = new Map(versions.map((version) => [version.version, version.previous]))
  const applied = new Set<number>()
  for (
    let at: number | undefined = head.version;
    at !== undefined && !applied.has(at);
    at = previous.get(at)
  ) {
    applied.add(at)
  }
  return versions
    .map((version) => ({ ...version, applied: applied.has(version.version) }))
    .reverse()
}

export function unknownTenant(tenant: string): UsageError {
  return new UsageError(`the table has no tenant ${tenant}; see "token-broker tenant list"`)
}

/** @throws {TenantError} the tenant was removed, so nothing is in force beside a candidate */
export async function readLiveHead(table: OperatorTable, tenant: string): Promise<Head> {
  const head = await readStoredHead(table, tenant)
  if (!head) throw unknownTenant(tenant)
  if (head.compiledJson !== undefined) return head
  throw new TenantError(
    `${tenant} was removed in version ${head.version}, and a candidate is put beside a document ` +
      'in force; write one with "token-broker tenant put"',
    EXIT.conflict,
  )
}
