/** Writes a valid document as a new version of its tenant. */
import type { CompiledTenant } from '@token-broker/core'
import { COMPILED_FORMAT, type Head } from '@token-broker/functions/tenant-table'
import type { CompiledDocument } from '../documents/read-documents.ts'
import { checkSizes } from './check-sizes.ts'
import { pendingClaims } from './claim-ownership.ts'
import { checkExpectation, type Expectation } from './expectation.ts'
import { nameOperator } from './operator-name.ts'
import type { OperatorTable } from './operator-table.ts'
import { readStoredHead, readStoredVersion } from './read-stored.ts'
import { settleIndex } from './settle-index.ts'
import { writeVersion } from './write-version.ts'

export interface PutResult {
  readonly version: number
  /** The current version is this document already, and the index is up to date. */
  readonly isUnchanged: boolean
}

/** @throws {TenantError} the tenant is not as expected, or another tenant claims the same */
export async function putDocument(
  table: OperatorTable,
  { tenant: compiled, text }: CompiledDocument,
  expected: Expectation,
): Promise<PutResult> {
  const { tenant } = compiled
  const head = await readStoredHead(table, tenant)
  if (
    head &&
    isSame(head, compiled) &&
    (await pendingClaims(table, tenant)).every(({ version }) => version <= head.version) &&
    (await readStoredVersion(table, tenant, head.version)).source === text
  ) {
    if (!head.settled) await settleIndex(table, tenant, head)
    return { version: head.version, isUnchanged: true }
  }
  checkExpectation(tenant, head, expected)
  checkSizes(compiled, text, head?.candidateJson)
  const version = await writeVersion(table, {
    tenant,
    action: 'put',
    compiled,
    source: text,
    at: new Date().toISOString(),
    by: await nameOperator(),
    head,
  })
  return { version, isUnchanged: false }
}

/** Where a release compiles the same text differently, the put makes a new version. */
function isSame(head: Head, compiled: CompiledTenant): boolean {
  return head.format === COMPILED_FORMAT && head.compiledJson === JSON.stringify(compiled)
}
