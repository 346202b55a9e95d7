/** Lints documents with the catalogue of IAM, and prints findings. */
import { formatError } from '@token-broker/core/document'
import { type Finding, findingOf, indexCatalogue, lintDocument } from '@token-broker/core/lint'
import type { ReadDocuments } from '../documents/read-documents.ts'
import { printError, type Terminal } from '../terminal.ts'

/** Explains every id under a heading of that name. */
const PAGE = 'https://github.com/token-broker/token-broker/blob/main/packages/cli/docs/lint.md'

/**
 * The catalogue is loaded here, so that only commands that lint wait for it.
 *
 * @returns the errors of the compile step, then the findings of the lint
 */
export async function lintDocuments({
  files,
  errors,
}: Pick<ReadDocuments, 'files' | 'errors'>): Promise<Finding[]> {
  if (files.length === 0) return []
  const { CATALOGUE_DATA } = await import('./catalogue-data.ts')
  const catalogue = indexCatalogue(CATALOGUE_DATA)
  return [...errors.map(findingOf), ...files.flatMap((file) => lintDocument(file, catalogue))]
}

/** One line per finding, which starts with the file, as a compiler's does: editors link it. */
export function printFindings(
  terminal: Pick<Terminal, 'stderr'>,
  findings: readonly Finding[],
): void {
  printError(
    terminal,
    findings
      .map((finding) => `${formatError(finding)} [${finding.level}: ${finding.id}]\n`)
      .join(''),
  )
}

/** The members of a finding in output for programs. */
export function findingFields(finding: Finding): Readonly<Record<string, unknown>> {
  const { id, level, file, line, column, path, message, hint } = finding
  return { id, level, file, path, line, column, message, hint, page: `${PAGE}#${id}` }
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === 'error')
}
