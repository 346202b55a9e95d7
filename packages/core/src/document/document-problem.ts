/** What is wrong with a tenant document, where, and what to write instead. */

import type { ValuePath } from '../model/value-path.ts'
import type { PolicyProblem } from '../policy/policy-grammar.ts'

/** A problem with its place in the file, as operators see it. */
export interface TenantDocumentError {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** For example `grants.reports.policy[0].Resource`; empty for the document as a whole. */
  readonly path: string
  readonly message: string
  readonly hint: string
  /** Absent where the problem has no explanation of its own in the pages of the lint. */
  readonly id?: ProblemId
}

/** Problems of the compile step that are explained beside the findings of the lint. */
type ProblemId = 'yaml-value' | NonNullable<PolicyProblem['id']>

export type DocumentPath = ValuePath

/** A problem before its place in the file is known. */
export interface Problem {
  readonly path: DocumentPath
  /** What is wrong. */
  readonly message: string
  /** What to write instead. */
  readonly hint: string
  readonly id?: ProblemId
}

/** Records a problem. The checks continue, so that an operator sees all problems at once. */
export type Report = (path: DocumentPath, message: string, hint: string, id?: ProblemId) => void

/** The YAML reader and the shape check both use this message, so the two merge into one error. */
export function unknownField(name: string): string {
  return `unknown field ${name}`
}

/** One line: `file:line:column path: message; hint`. */
export function formatError(error: Omit<TenantDocumentError, 'id'>): string {
  const place = [error.file, error.line, error.column]
    .filter((part) => part !== undefined)
    .join(':')
  return `${place} ${error.path === '' ? '' : `${error.path}: `}${error.message}; ${error.hint}`
}
