/** What is wrong with a tenant document, where, and what to write instead. */

import type { ValuePath } from '../model/value-path.ts'
import type { PolicyProblem } from '../policy/policy-grammar.ts'

/** A part of a file: lines and columns from 1, in UTF-16 units; the end is the column after it. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** What a problem may say beside its message and its hint. */
interface ProblemDetails {
  /** Absent where the problem has no explanation of its own in the pages of the lint. */
  readonly id?: ProblemId
  /** What is accepted, such as the fields of this part. */
  readonly expected?: string
  /** What is written, in short. Never a secret. */
  readonly found?: string
  /** YAML to write instead, where it has several lines. */
  readonly suggestion?: string
}

/** A problem with its place in the file, as operators see it. */
export interface TenantDocumentError extends ProblemDetails, Partial<Place> {
  readonly file: string
  /** For example `grants.reports.policy[0].Resource`; empty for the document as a whole. */
  readonly path: string
  readonly message: string
  readonly hint: string
}

/** Problems of the compile step that are explained beside the findings of the lint. */
type ProblemId =
  | 'yaml-syntax'
  | 'yaml-value'
  | 'unknown-field'
  | 'missing-field'
  | 'undeclared-name'
  | 'cel-syntax'
  | 'cel-type'
  | 'pasted-text'
  | NonNullable<PolicyProblem['id']>

export type DocumentPath = ValuePath

/** Which part of a value a problem is about; by default its text, or else its key. */
export interface ProblemPart {
  readonly at?: 'key'
  /** Offsets in the text of the value, such as those of an operator in a condition. */
  readonly span?: readonly [start: number, end: number]
}

/** A problem before its place in the file is known. */
export interface Problem extends ProblemDetails, ProblemPart {
  readonly path: DocumentPath
  /** What is wrong. */
  readonly message: string
  /** What to write instead. */
  readonly hint: string
}

/** Records a problem. The checks continue, so that an operator sees all problems at once. */
export type Report = (
  path: DocumentPath,
  message: string,
  hint: string,
  details?: ProblemDetails & ProblemPart,
) => void

/** One line: `file:line:column path: message; hint`. */
export function formatError(
  error: Pick<TenantDocumentError, 'file' | 'line' | 'column' | 'path' | 'message' | 'hint'>,
): string {
  const place = [error.file, error.line, error.column]
    .filter((part) => part !== undefined)
    .join(':')
  return `${place} ${error.path === '' ? '' : `${error.path}: `}${error.message}; ${error.hint}`
}
