/** Lints documents with the catalogue of IAM, and prints findings. */
import { renderProblems, sourceTexts } from '@token-broker/core/document'
import { type Finding, findingOf, indexCatalogue, lintDocument } from '@token-broker/core/lint'
import type { DocumentText, ReadDocuments } from '../documents/read-documents.ts'
import { createPaint, printError, type Terminal } from '../terminal.ts'

/** Explains every id under a heading of that name. */
export const LINT_PAGE =
  'https://github.com/token-broker/token-broker/blob/main/packages/cli/docs/lint.md'

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
  const linted = files.flatMap((file) => lintDocument(file, catalogue))
  return withoutConsequences(errors.map(findingOf), linted)
}

/** One finding for each cause: what is wrong at one place is said once. */
function withoutConsequences(errors: readonly Finding[], linted: readonly Finding[]): Finding[] {
  const broken = new Set(errors.map(placeOf))
  const unknownKeys = linted.filter(({ id }) => id === 'unknown-condition-key')
  const misspelt = new Set(unknownKeys.map(placeOf))
  // A statement without a separating condition is not isolated because of the misspelt key.
  const isBecauseOfKey = (error: Finding) =>
    error.hint.startsWith('did you mean the condition key') &&
    unknownKeys.some((key) => placeOf(key).startsWith(`${placeOf(error)}.Condition`))
  return [
    ...errors.filter((error) => !isBecauseOfKey(error)),
    ...linted.filter(
      (finding) =>
        !broken.has(placeOf(finding)) &&
        (finding.id === 'unknown-condition-key' || !misspelt.has(placeOf(finding))),
    ),
  ]
}

function placeOf({ file, path }: Finding): string {
  return `${file}\n${path}`
}

/** Each finding with its line of the document, as compilers print theirs. */
export function printFindings(
  terminal: Pick<Terminal, 'stderr'>,
  findings: readonly Finding[],
  files: readonly DocumentText[],
): void {
  const paint = createPaint(terminal.stderr)
  printError(terminal, renderProblems(findings, { textOf: sourceTexts(files), paint }))
}

/** The members of a finding in output for programs. */
export function findingFields(finding: Finding): Readonly<Record<string, unknown>> {
  const { id, level, file, path, message, hint, expected, found, suggestion } = finding
  const { line, column, endLine, endColumn } = finding
  return {
    ...{ id, level, file, path, line, column, endLine, endColumn },
    ...{ message, expected, found, hint, suggestion, page: `${LINT_PAGE}#${id}` },
  }
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === 'error')
}
