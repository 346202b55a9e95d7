/** What is wrong with a draft, and what is proved of it: the same as validate and prove say. */
import type { DraftCheck, DraftFinding } from '@token-broker/console/wire'
import { proveTenant, type Verdict } from '@token-broker/core/document'
import type { Finding } from '@token-broker/core/lint'
import { UsageError } from '../../cli-error.ts'
import { proofLines } from '../../documents/proof-text.ts'
import { type CompiledDocument, compileFiles } from '../../documents/read-documents.ts'
import { LINT_PAGE, lintDocuments } from '../../lint/lint-documents.ts'

/** All other verdicts say that callers reach the same, or that it is not known. */
const PROVED: readonly Verdict[] = [
  ...(['separate', 'same-for-all', 'shared', 'outside', 'inside-both'] as const),
]

export interface CheckedDraft extends DraftCheck {
  /** Absent where there is an error. */
  readonly document?: CompiledDocument
}

export async function checkDraft(
  file: string,
  text: string,
  boundaries: string | undefined,
): Promise<CheckedDraft> {
  const files = [{ file, text }]
  const compiled = compileFiles(files, boundaries, true)
  const findings = await lintDocuments({ files, errors: compiled.errors })
  const { isolation } = proveTenant(text, file, {
    permissionsBoundaries: boundaries?.split(',').filter(Boolean),
  })
  const proof = isolation.map((finding) => {
    const { verdict, example } = proofLines(finding)
    const { grant, label } = finding
    const isProved = PROVED.includes(finding.verdict)
    return { grant, label, isProved, text: [verdict, ...example].join('\n') }
  })
  const [document] = compiled.documents
  return { findings: findings.map(toWire), proof, ...(document ? { document } : {}) }
}

/** @throws {UsageError} the document is not valid */
export function compileAlone(
  file: string,
  text: string,
  boundaries: string | undefined,
): CompiledDocument {
  const { documents, errors } = compileFiles([{ file, text }], boundaries, true)
  const [document] = documents
  if (document) return document
  throw new UsageError(`the document is invalid: ${errors[0]?.message ?? 'it does not compile'}`)
}

function toWire({ id, level, path, line, column, message, hint }: Finding): DraftFinding {
  const place = line === undefined || column === undefined ? {} : { line, column }
  return { id, level, path, ...place, message, hint, page: `${LINT_PAGE}#${id}` }
}
