/** Writes a new version of a tenant so that no other operator's change is lost, whenever a writer dies. */
import type { CompiledTenant } from '@token-broker/core'
import {
  COMPILED_FORMAT,
  type Head,
  newHead,
  newName,
  newVersion,
  type Version,
} from '@token-broker/functions/tenant-table'
import { changedMeanwhile } from './expectation.ts'
import { ABSENT, type OperatorTable, versionIs } from './operator-table.ts'
import { readStoredHead } from './read-stored.ts'
import { indexItemsOf, settleIndex } from './settle-index.ts'

export interface Change extends Pick<Version, 'action' | 'source' | 'at' | 'by'> {
  readonly tenant: string
  /** Absent: the tenant is removed. */
  readonly compiled: CompiledTenant | undefined
  /** What was read before: the change is made on top of it, or not at all. */
  readonly head: Head | undefined
}

/**
 * Needs no transaction. Writing the head is the one step by which the change takes effect, and its condition lets it be made
 * on top of the version that was read alone. A writer that dies before that step leaves a version in the history that never
 * decided; one that dies after it, an index that lags until the next `put` or `rm` of the tenant.
 * @returns the new version
 * @throws {TenantError} where the tenant was changed meanwhile
 */
export async function writeVersion(table: OperatorTable, change: Change): Promise<number> {
  const { tenant, compiled, head } = change
  // A name without a head is harmless; a tenant that `list` does not show would not be.
  if (head === undefined) await table.put(newName(tenant), ABSENT)
  const version = await reserveVersion(table, change)
  const partitions = indexItemsOf(compiled, version).map(({ pk }) => pk.S)
  const next: Head = {
    ...headOf(change, version),
    indexed: [...new Set([...(head?.indexed ?? []), ...partitions])],
  }
  const onTop = head === undefined ? ABSENT : versionIs('equal', head.version)
  if (!(await table.put(newHead(tenant, next), onTop))) {
    // The version is ours alone. If the head has it, the answer to our write was lost and the SDK wrote again.
    const current = await readStoredHead(table, tenant)
    if (current?.version !== version) throw changedMeanwhile(tenant, current)
  }
  await settleIndex(table, tenant, next)
  return version
}

/** Keeps what is to be written in the history, under the next number that no other writer took. */
async function reserveVersion(
  table: OperatorTable,
  { tenant, head, ...written }: Change,
): Promise<number> {
  const previous = head?.version ?? 0
  for (let version = previous + 1; ; version++) {
    if (await table.put(newVersion(tenant, { ...written, version, previous }), ABSENT))
      return version
    const current = await readStoredHead(table, tenant)
    if ((current?.version ?? 0) !== previous) throw changedMeanwhile(tenant, current)
  }
}

function headOf({ compiled, at, by }: Change, version: number): Head {
  const compiledJson = compiled === undefined ? undefined : JSON.stringify(compiled)
  return { version, format: COMPILED_FORMAT, compiledJson, at, by, indexed: [], settled: false }
}
