/** The findings of the lint: their ids, their levels, and how one is printed. */
import type { DocumentPath, TenantDocumentError } from '../document/document-problem.ts'

export type FindingLevel = 'error' | 'warning'

/**
 * Every id, with its level. An error is in documents that allow more than their author meant, or
 * that cannot work; a deployment refuses them. A warning needs a person to decide.
 */
export const FINDING_LEVELS = {
  // Problems of the compile step: `ProblemId`, and all others.
  'invalid-document': 'error',
  'unknown-operator': 'error',
  'key-without-service': 'error',
  'incomplete-arn': 'error',
  'yaml-syntax': 'error',
  'yaml-value': 'error',
  'unknown-field': 'error',
  'missing-field': 'error',
  'undeclared-name': 'error',
  'cel-syntax': 'error',
  'cel-type': 'error',
  'pasted-text': 'error',
  // Rules of the lint.
  'unknown-action': 'error',
  'unknown-resource-type': 'error',
  'unknown-condition-key': 'error',
  'unsupported-resource': 'warning',
  'for-all-values-without-null': 'error',
  'optional-isolation': 'error',
  'case-insensitive-isolation': 'error',
  'negated-isolation': 'error',
  'negated-allow': 'warning',
  'literal-wildcard': 'error',
  'cognito-variable': 'error',
  'mqtt-wildcard': 'error',
  'tag-characters': 'error',
  placeholder: 'error',
  'wildcard-audience': 'error',
  'wildcard-origin': 'error',
  'unverified-email': 'warning',
  'claim-type': 'warning',
  'attribute-without-list': 'warning',
  'rule-without-condition': 'warning',
  'unreachable-rule': 'warning',
  'delegation-without-rule': 'warning',
  'unreachable-limit': 'warning',
  'guest-slot-with-writes': 'error',
  'grant-without-policy': 'warning',
  'unused-grant': 'warning',
} as const satisfies Readonly<Record<string, FindingLevel>>

export type FindingId = keyof typeof FINDING_LEVELS

/** An error of the compile step, or something that its author probably did not mean. */
export interface Finding extends Omit<TenantDocumentError, 'id'> {
  readonly id: FindingId
  readonly level: FindingLevel
}

/** Records a finding; the level follows from the id. */
export type ReportFinding = (
  id: FindingId,
  path: DocumentPath,
  message: string,
  hint: string,
) => void

/** Why a document does not compile, as a finding. */
export function findingOf(error: TenantDocumentError): Finding {
  return { ...error, id: error.id ?? 'invalid-document', level: 'error' }
}
