/** Writes a new version of a tenant so that no change is lost, even if a writer stops halfway. */
import type { CompiledTenant } from '@token-broker/core'
import {
  COMPILED_FORMAT,
  claimsOf,
  type Head,
  newHead,
  newName,
  newVersion,
  type Version,
} from '@token-broker/functions/tenant-table'
import { checkStoredOwnership, claimOwnership, withdrawClaims } from './claim-ownership.ts'
import { changedMeanwhile } from './expectation.ts'
import { ABSENT, headIs, type OperatorTable } from './operator-table.ts'
import { readStoredHead } from './read-stored.ts'
import { indexItemsOf, settleIndex } from './settle-index.ts'

export interface Change extends Pick<Version, 'action' | 'source' | 'at' | 'by'> {
  readonly tenant: string
  /** Absent where the tenant is removed. */
  readonly compiled: CompiledTenant | undefined
  /** The head as it was read: the change is made on top of it, or not at all. */
  readonly head: Head | undefined
}

/** After these, the tenant has no candidate: it is in force, or nothing is. */
const ENDING_CANDIDATES: readonly Change['action'][] = ['promote', 'rm']

/**
 * Needs no transaction: writing the head is the one step that makes the change effective, and its
 * condition is that version and candidate of the head are still those that were read. A writer that
 * stops before that step leaves a version in the history that never took effect. A writer that
 * stops after it leaves an index that is out of date until the next `put` or `rm` of the tenant.
 *
 * @returns the new version
 * @throws {TenantError} the tenant was changed in the meantime, or another tenant claims the same
 */
export async function writeVersion(table: OperatorTable, change: Change): Promise<number> {
  const { tenant, compiled, head } = change
  // A document that is refused here leaves nothing in the table.
  if (compiled) await checkStoredOwnership(table, claimsOf(compiled), head)
  // A name without a head is harmless; a tenant that `list` does not show is not.
  if (head === undefined) await table.put(newName(tenant), ABSENT)
  const version = await reserveVersion(table, change)
  if (compiled) await claimOwnership(table, compiled, { version, head })
  const partitions = indexItemsOf(compiled, version).map(({ pk }) => pk.S)
  const next: Head = {
    ...headOf(change, version),
    indexed: [...new Set([...(head?.indexed ?? []), ...partitions])],
  }
  const onTop = head === undefined ? ABSENT : headIs(head)
  if (!(await table.put(newHead(tenant, next), onTop))) {
    // Only this writer has the version. If the head has it, the response to the write was lost and
    // the SDK repeated the write.
    const current = await readStoredHead(table, tenant)
    if (current?.version !== version) {
      await withdrawClaims(table, tenant, version)
      throw changedMeanwhile(tenant, current)
    }
  }
  await settleIndex(table, tenant, next)
  return version
}

/** Writes the change to the history, under the next number that no other writer has reserved. */
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

function headOf({ action, compiled, at, by, head }: Change, version: number): Head {
  const compiledJson = compiled === undefined ? undefined : JSON.stringify(compiled)
  const { candidateNumber = 0, candidateJson } = head ?? {}
  const isEnding = candidateJson !== undefined && ENDING_CANDIDATES.includes(action)
  return {
    ...{ version, format: COMPILED_FORMAT, compiledJson, at, by, indexed: [], settled: false },
    candidateNumber: isEnding ? candidateNumber + 1 : candidateNumber,
    candidateJson: isEnding ? undefined : candidateJson,
  }
}
