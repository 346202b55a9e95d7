/** Puts the candidate of a tenant in force, or drops it, on top of what the operator has seen. */
import { compileTenant, type TenantDocumentError } from '@token-broker/core/document'
import {
  type Head,
  readStoredCandidate,
  type StoredCandidate,
} from '@token-broker/functions/tenant-table'
import { EXIT } from '../cli-error.ts'
import { checkExpectation, type Expectation } from './expectation.ts'
import { nameOperator } from './operator-name.ts'
import type { OperatorTable } from './operator-table.ts'
import { readLiveHead } from './read-stored.ts'
import { TenantError } from './tenant-error.ts'
import { candidateChanged, checkCandidate, writeCandidate } from './write-candidate.ts'
import { writeVersion } from './write-version.ts'

interface Promoted {
  /** Absent: the candidate is no longer valid, and was not written. */
  readonly version?: number
  /** The number of the candidate. */
  readonly candidate: number
  readonly document: { readonly file: string; readonly text: string }
  readonly errors: readonly TenantDocumentError[]
}

/** What the operator has seen. */
interface SeenTenant {
  /** The version in force; absent: the one beside which the candidate was put. */
  readonly expected: Expectation
  /** The number of the candidate; absent: any. */
  readonly number: number | undefined
}

/**
 * The text is compiled again, so that a document that is no longer valid is not written.
 * @throws {TenantError} the tenant or its candidate is not as the operator has seen it
 */
export async function promoteStored(
  table: OperatorTable,
  tenant: string,
  { expected, number }: SeenTenant,
): Promise<Promoted> {
  const head = await readLiveHead(table, tenant)
  const candidate = demandCandidate(tenant, head)
  if (number !== undefined && number !== head.candidateNumber)
    throw new TenantError(
      `${tenant} has candidate ${head.candidateNumber}; expected candidate ${number}: look at ` +
        `it with "token-broker tenant shadow status ${tenant}", then repeat with ` +
        `--candidate ${head.candidateNumber}`,
      EXIT.conflict,
    )
  if (expected === undefined) demandUnchanged(tenant, head, candidate)
  else checkExpectation(tenant, head, expected)
  const { source } = candidate
  const document = { file: `${tenant} candidate ${head.candidateNumber}`, text: source }
  const found = { candidate: head.candidateNumber, document }
  const { tenant: compiled, errors } = compileTenant(source, document.file)
  if (compiled?.tenant !== tenant) return { ...found, errors }
  const version = await writeVersion(table, {
    ...{ tenant, action: 'promote', compiled, source, head },
    at: new Date().toISOString(),
    by: await nameOperator(),
  })
  return { ...found, version, errors: [] }
}

/** @returns the number of the candidate; @throws {TenantError} it is not the expected one */
export async function dropStored(
  table: OperatorTable,
  tenant: string,
  expected: Expectation,
): Promise<number> {
  const head = await readLiveHead(table, tenant)
  demandCandidate(tenant, head)
  checkCandidate(tenant, head, expected)
  await writeCandidate(table, tenant, head, undefined)
  return head.candidateNumber
}

/** What was found by comparing is of the document that was in force then. */
function demandUnchanged(tenant: string, head: Head, { besideVersion }: StoredCandidate): void {
  if (besideVersion === head.version) return
  throw new TenantError(
    `${tenant} is at version ${head.version} (${head.at}, ${head.by}); its candidate was put ` +
      `beside version ${besideVersion}: put the candidate again with "token-broker tenant shadow ` +
      `put FILE --expect ${head.candidateNumber}", or promote it with --expect ${head.version}`,
    EXIT.conflict,
  )
}

function demandCandidate(tenant: string, head: Head): StoredCandidate {
  const candidate = readStoredCandidate(head, tenant)
  if (candidate) return candidate
  throw candidateChanged(tenant, undefined, 'expected one')
}
