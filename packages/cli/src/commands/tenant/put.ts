/** `token-broker tenant put`: writes valid documents, each as a new version of its tenant. */
import { isCandidateFile } from '@token-broker/core/document'
import { EXIT, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { type CompiledDocument, readDocuments } from '../../documents/read-documents.ts'
import { hasErrors, lintDocuments, printFindings } from '../../lint/lint-documents.ts'
import { checkSizes } from '../../tenant/check-sizes.ts'
import { readExpectation } from '../../tenant/expectation.ts'
import { type PutResult, putDocument } from '../../tenant/put-document.ts'
import { TenantError } from '../../tenant/tenant-error.ts'
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
        const put = await putDocument(table, document, expected)
        terminal.print(`${describePut(document, put)}\n`)
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

function describePut({ tenant: { tenant } }: CompiledDocument, put: PutResult): string {
  const { version, isUnchanged } = put
  return isUnchanged ? `${tenant}: unchanged, version ${version}` : `${tenant}: version ${version}`
}
