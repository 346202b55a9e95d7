/** `token-broker validate`: prints every error of every tenant document, and every warning. */
import type { Finding } from '@token-broker/core/lint'
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readDocuments } from '../documents/read-documents.ts'
import { findingFields, hasErrors, lintDocuments, printFindings } from '../lint/lint-documents.ts'
import { printJson } from '../terminal.ts'

/** @returns the exit code: 0 no error, 1 at least one */
export async function validateDocuments({
  terminal,
  operands,
  option,
  isSet,
}: CommandCall<'boundaries' | 'format' | 'strict'>): Promise<number> {
  const read = await readDocuments(operands, option('boundaries'))
  const found = await lintDocuments(read)
  const findings = isSet('strict') ? found.map(asError) : found
  if (option('format') === 'json') printJson(terminal, findings.map(findingFields))
  else {
    printFindings(terminal, findings)
    if (!hasErrors(findings)) terminal.print(describeValid(read.files.length))
  }
  return hasErrors(findings) ? EXIT.invalid : EXIT.done
}

function describeValid(count: number): string {
  return count === 1 ? '1 document is valid\n' : `${count} documents are valid\n`
}

function asError(finding: Finding): Finding {
  return { ...finding, level: 'error' }
}
