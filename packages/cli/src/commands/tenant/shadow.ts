/** `token-broker tenant shadow put`, `promote` and `drop`: the candidate of a tenant. */
import { type CompiledTenant, sha256Hex } from '@token-broker/core'
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
import { readExpectation } from '../../tenant/expectation.ts'
import { nameOperator } from '../../tenant/operator-name.ts'
import { dropStored, promoteStored } from '../../tenant/promote-candidate.ts'
import { readLiveHead } from '../../tenant/read-stored.ts'
import { checkCandidate, writeCandidate } from '../../tenant/write-candidate.ts'
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

/** @returns the exit code: 0 written, 1 the candidate is no longer valid */
export async function promoteCandidate(
  call: CommandCall<TableOption | 'expect' | 'candidate'>,
): Promise<number> {
  const { terminal, operands } = call
  const [tenant = ''] = operands
  const expected = readExpectation(call.option('expect'))
  const number = readCandidateNumber(call.option('candidate'))
  return withTable(call, async (table) => {
    const { version, candidate, errors, document } = await promoteStored(table, tenant, {
      ...{ expected, number },
    })
    if (version === undefined) {
      printDocumentErrors(terminal, errors, [document])
      return EXIT.invalid
    }
    terminal.print(`${tenant}: version ${version}, which was candidate ${candidate}\n`)
    return EXIT.done
  })
}

export async function dropCandidate(call: CommandCall<TableOption | 'expect'>): Promise<number> {
  const { terminal, operands } = call
  const [tenant = ''] = operands
  const expected = readExpectation(call.option('expect'))
  return withTable(call, async (table) => {
    const number = await dropStored(table, tenant, expected)
    terminal.print(`${tenant}: dropped candidate ${number}\n`)
    return EXIT.done
  })
}

/** @throws {UsageError} */
function readCandidateNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new UsageError('--candidate: expected the number of a candidate, as "status" prints it')
}
