/** `token-broker tenant put`: writes valid documents, each as a new version of its tenant. */
import type { CompiledTenant } from '@token-broker/core'
import { isCandidateFile } from '@token-broker/core/document'
import { COMPILED_FORMAT, type Head } from '@token-broker/functions/tenant-table'
import { EXIT, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { type CompiledDocument, readDocuments } from '../../documents/read-documents.ts'
import { hasErrors, lintDocuments, printFindings } from '../../lint/lint-documents.ts'
import { checkSizes } from '../../tenant/check-sizes.ts'
import { pendingClaims } from '../../tenant/claim-ownership.ts'
import { checkExpectation, type Expectation, readExpectation } from '../../tenant/expectation.ts'
import { nameOperator } from '../../tenant/operator-name.ts'
import type { OperatorTable } from '../../tenant/operator-table.ts'
import { readStoredHead, readStoredVersion } from '../../tenant/read-stored.ts'
import { settleIndex } from '../../tenant/settle-index.ts'
import { TenantError } from '../../tenant/tenant-error.ts'
import { writeVersion } from '../../tenant/write-version.ts'
import { printMessage } from '../../terminal.ts'
import type { TableOption } from './table-options.ts'
import { withTable } from './with-table.ts'

/**
 * One invalid document keeps all of them from being written; a tenant that has changed keeps only
 * itself.
 *
 * @returns the exit code: 0 written or unchanged, 1 an invalid document, 3 or 4 of a `TenantError`
 */
export async function putTenants(call: CommandCall<TableOption | 'expect'>): Promise<number> {
  const { terminal, operands } = call
  const expected = readExpectation(call.option('expect'))
  const read = await readDocuments(operands)
  const documents = read.documents.map(withoutCandidate)
  const candidates = read.files.filter(({ file }) => isCandidateFile(file))
  if (typeof expected === 'number' && documents.length > 1)
    throw new UsageError(
      `--expect: version ${expected} can be of one tenant only, found ${documents.length} ` +
        'documents; put one document, or write --expect latest',
    )
  if (candidates.length === read.files.length && candidates.length > 0)
    throw new UsageError(
      `${candidates[0]?.file} is a candidate; put it beside the document in force with ` +
        '"token-broker tenant shadow put", or rename the file',
    )
  for (const { tenant, text } of documents) checkSizes(tenant, text)
  const findings = await lintDocuments(read)
  printFindings(terminal, findings, read.files)
  if (hasErrors(findings)) return EXIT.invalid
  for (const { file } of candidates)
    printMessage(terminal, `${file}: not put; use "token-broker tenant shadow put"`)
  return withTable(call, async (table) => {
    let exitCode: number = EXIT.done
    for (const document of documents) {
      try {
        terminal.print(`${await putTenant(table, document, expected)}\n`)
      } catch (error) {
        if (!(error instanceof TenantError)) throw error
        printMessage(terminal, error.message)
        exitCode = Math.max(exitCode, error.exitCode)
      }
    }
    return exitCode
  })
}

/** The table has the candidate beside the compiled document, and not in it. */
function withoutCandidate({ tenant, ...read }: CompiledDocument): CompiledDocument {
  const { candidate: _, ...compiled } = tenant
  return { ...read, tenant: compiled }
}

async function putTenant(
  table: OperatorTable,
  { tenant: compiled, text }: CompiledDocument,
  expected: Expectation,
): Promise<string> {
  const { tenant } = compiled
  const head = await readStoredHead(table, tenant)
  if (
    head &&
    isSame(head, compiled) &&
    (await pendingClaims(table, tenant)).every(({ version }) => version <= head.version) &&
    (await readStoredVersion(table, tenant, head.version)).source === text
  ) {
    if (!head.settled) await settleIndex(table, tenant, head)
    return `${tenant}: unchanged, version ${head.version}`
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
  return `${tenant}: version ${version}`
}

/** Where a release compiles the same text differently, the put makes a new version. */
function isSame(head: Head, compiled: CompiledTenant): boolean {
  return head.format === COMPILED_FORMAT && head.compiledJson === JSON.stringify(compiled)
}
