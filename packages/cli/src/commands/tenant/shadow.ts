/** `token-broker tenant shadow put`, `promote` and `drop`: the candidate of a tenant. */
import { type CompiledTenant, sha256Hex } from '@token-broker/core'
import { compileTenant } from '@token-broker/core/document'
import {
  candidateJsonOf,
  claimsOf,
  type Head,
  readStoredCandidate,
  type StoredCandidate,
} from '@token-broker/functions/tenant-table'
import { EXIT, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { printDocumentErrors, readDocuments } from '../../documents/read-documents.ts'
import { hasErrors, lintDocuments, printFindings } from '../../lint/lint-documents.ts'
import { checkSizes } from '../../tenant/check-sizes.ts'
import { checkStoredOwnership } from '../../tenant/claim-ownership.ts'
import { checkExpectation, readExpectation } from '../../tenant/expectation.ts'
import { nameOperator } from '../../tenant/operator-name.ts'
import type { OperatorTable } from '../../tenant/operator-table.ts'
import { readStoredHead, unknownTenant } from '../../tenant/read-stored.ts'
import { TenantError } from '../../tenant/tenant-error.ts'
import { candidateChanged, checkCandidate, writeCandidate } from '../../tenant/write-candidate.ts'
import { writeVersion } from '../../tenant/write-version.ts'
import type { TableOption } from './table-options.ts'
import { withTable } from './with-table.ts'

/** @returns the exit code: 0 written or unchanged, 1 an invalid document, 3 or 4 of a conflict */
export async function putCandidate(call: CommandCall<TableOption | 'expect'>): Promise<number> {
  const { terminal, operands } = call
  const expected = readExpectation(call.option('expect'))
  const read = await readDocuments(operands)
  const findings = await lintDocuments(read)
  printFindings(terminal, findings, read.files)
  if (hasErrors(findings)) return EXIT.invalid
  const [document, ...more] = read.documents
  if (!document || more.length > 0)
    throw new UsageError(`expected one candidate document, found ${read.documents.length}`)
  const { text, tenant: compiled } = document
  const { tenant } = compiled
  return withTable(call, async (table) => {
    const head = await readLiveHead(table, tenant)
    const known = readStoredCandidate(head, tenant)
    if (known && isSameCandidate(known, compiled, text, head)) {
      terminal.print(`${tenant}: unchanged, candidate ${head.candidateNumber}\n`)
      return EXIT.done
    }
    checkCandidate(tenant, head, expected)
    const candidateJson = candidateJsonOf({
      documentSha256: sha256Hex(text),
      compiledJson: JSON.stringify(compiled),
      source: text,
      besideVersion: head.version,
      at: new Date().toISOString(),
      by: await nameOperator(),
    })
    checkSizes(compiled, text, candidateJson)
    // It claims nothing yet, and what it could not claim now is not worth comparing.
    await checkStoredOwnership(table, claimsOf(compiled), head)
    const number = await writeCandidate(table, tenant, head, candidateJson)
    terminal.print(`${tenant}: candidate ${number} beside version ${head.version}\n`)
    return EXIT.done
  })
}

/** The document in force may have changed: then the candidate is put again, beside that one. */
function isSameCandidate(
  { source, compiledJson, besideVersion }: StoredCandidate,
  compiled: CompiledTenant,
  text: string,
  head: Head,
): boolean {
  return (
    source === text && compiledJson === JSON.stringify(compiled) && besideVersion === head.version
  )
}

/**
 * The text is compiled again, so that a document that is no longer valid is not written.
 *
 * @returns the exit code: 0 written, 1 the candidate is no longer valid
 */
export async function promoteCandidate(
  call: CommandCall<TableOption | 'expect' | 'candidate'>,
): Promise<number> {
  const { terminal, operands } = call
  const [tenant = ''] = operands
  const expected = readExpectation(call.option('expect'))
  const number = readCandidateNumber(call.option('candidate'))
  return withTable(call, async (table) => {
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
    const file = `${tenant} candidate ${head.candidateNumber}`
    const { tenant: compiled, errors } = compileTenant(source, file)
    if (compiled?.tenant !== tenant) {
      printDocumentErrors(terminal, errors, [{ file, text: source }])
      return EXIT.invalid
    }
    const version = await writeVersion(table, {
      ...{ tenant, action: 'promote', compiled, source, head },
      at: new Date().toISOString(),
      by: await nameOperator(),
    })
    terminal.print(`${tenant}: version ${version}, which was candidate ${head.candidateNumber}\n`)
    return EXIT.done
  })
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

export async function dropCandidate(call: CommandCall<TableOption | 'expect'>): Promise<number> {
  const { terminal, operands } = call
  const [tenant = ''] = operands
  const expected = readExpectation(call.option('expect'))
  return withTable(call, async (table) => {
    const head = await readLiveHead(table, tenant)
    demandCandidate(tenant, head)
    checkCandidate(tenant, head, expected)
    await writeCandidate(table, tenant, head, undefined)
    terminal.print(`${tenant}: dropped candidate ${head.candidateNumber}\n`)
    return EXIT.done
  })
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

function demandCandidate(tenant: string, head: Head): StoredCandidate {
  const candidate = readStoredCandidate(head, tenant)
  if (candidate) return candidate
  throw candidateChanged(tenant, undefined, 'expected one')
}

/** @throws {UsageError} */
function readCandidateNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new UsageError('--candidate: expected the number of a candidate, as "status" prints it')
}
