/** `token-broker validate`: prints every error of every tenant document, and every warning. */
import type { Finding } from '@token-broker/core/lint'
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readDocuments } from '../documents/read-documents.ts'
import {
  findingFields,
  hasErrors,
  LINT_PAGE,
  lintDocuments,
  printFindings,
} from '../lint/lint-documents.ts'
import { printError, printJson } from '../terminal.ts'

const EXPLAINED = `${LINT_PAGE} explains each id in brackets`

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
    printFindings(terminal, findings, read.files)
    for (const { file, reason } of read.skipped)
      printError(terminal, `skipped ${file}: ${reason}\n`)
    if (hasErrors(findings)) printError(terminal, describeInvalid(findings, read.files.length))
    else terminal.print(describeValid(findings, read.files.length))
  }
  return hasErrors(findings) ? EXIT.invalid : EXIT.done
}

function describeValid(warnings: readonly Finding[], documents: number): string {
  const valid = documents === 1 ? '1 document is valid' : `${documents} documents are valid`
  return warnings.length === 0
    ? `${valid}\n`
    : `${valid}, with ${countOf(warnings, 'warning')}, which --strict reports as errors; ` +
        `${EXPLAINED}\n`
}

function describeInvalid(findings: readonly Finding[], documents: number): string {
  const errors = findings.filter(({ level }) => level === 'error')
  const warnings = findings.filter(({ level }) => level === 'warning')
  const invalid = new Set(errors.map(({ file }) => file)).size
  const counts = [
    countOf(errors, 'error'),
    ...(warnings.length > 0 ? [countOf(warnings, 'warning')] : []),
  ]
  const many = documents === 1 ? 'document' : 'documents'
  const where = `${invalid} of ${documents} ${many} ${invalid === 1 ? 'is' : 'are'}`
  return `\n${counts.join(' and ')}; ${where} invalid; ${EXPLAINED}\n`
}

function countOf({ length }: readonly Finding[], what: 'error' | 'warning'): string {
  return `${length} ${what}${length === 1 ? '' : 's'}`
}

function asError(finding: Finding): Finding {
  return { ...finding, level: 'error' }
}
