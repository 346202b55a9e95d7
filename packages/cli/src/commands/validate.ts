/** `token-broker validate`: prints every error of every tenant document, and every warning. */
import { type Finding, findingOf } from '@token-broker/core/lint'
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readDocuments } from '../documents/read-documents.ts'
import { findingFields, hasErrors, lintDocuments, printFindings } from '../lint/lint-documents.ts'
import { printJson } from '../terminal.ts'

/**
 * Documents are linted when all of them compile: rules of the lint read compiled documents.
 *
 * @returns the exit code: 0 no error, 1 at least one
 */
export async function validateDocuments({
  terminal,
  operands,
  option,
  isSet,
}: CommandCall<'boundaries' | 'format' | 'strict'>): Promise<number> {
  const { count, documents, errors } = await readDocuments(operands, option('boundaries'))
  const found = [...errors.map(findingOf), ...(await lintDocuments(documents))]
  const findings = isSet('strict') ? found.map(asError) : found
  if (option('format') === 'json') printJson(terminal, findings.map(findingFields))
  else {
    printFindings(terminal, findings)
    if (!hasErrors(findings))
      terminal.print(count === 1 ? '1 document is valid\n' : `${count} documents are valid\n`)
  }
  return hasErrors(findings) ? EXIT.invalid : EXIT.done
}

function asError(finding: Finding): Finding {
  return { ...finding, level: 'error' }
}
