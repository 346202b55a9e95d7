/** `token-broker prove`: prints what is proved of tenant documents, for all claim values. */
import {
  formatPath,
  type IsolationFinding,
  proveTenant,
  type TenantDocumentError,
} from '@token-broker/core/document'
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { listDocuments } from '../documents/list-documents.ts'
import { proofLines } from '../documents/proof-text.ts'
import {
  type DocumentText,
  printDocumentErrors,
  readInputFile,
} from '../documents/read-documents.ts'
import { printJson } from '../terminal.ts'

interface DocumentProof extends DocumentText {
  readonly findings: readonly IsolationFinding[]
  readonly errors: readonly TenantDocumentError[]
}

/** @returns the exit code: 0 all is proved and all documents are valid, 1 they are not */
export async function proveDocuments({
  terminal,
  operands,
  option,
}: CommandCall<'format'>): Promise<number> {
  const listed = await Promise.all(operands.map(listDocuments))
  const files = listed.flatMap(({ documents }) => documents)
  const proofs: DocumentProof[] = []
  for (const file of new Set(files)) {
    const text = await readInputFile(file)
    const { isolation, errors } = proveTenant(text, file)
    proofs.push({ file, text, findings: isolation, errors })
  }
  if (option('format') === 'json')
    printJson(
      terminal,
      proofs.map(({ file, findings, errors }) => ({
        file,
        findings: findings.map(toJson),
        errors,
      })),
    )
  else {
    for (const proof of proofs) terminal.print(describe(proof))
    printDocumentErrors(
      terminal,
      proofs.flatMap(({ errors }) => errors),
      proofs,
    )
  }
  return proofs.some(({ errors }) => errors.length > 0) ? EXIT.invalid : EXIT.done
}

function toJson({ path, other, ...finding }: IsolationFinding) {
  return {
    ...finding,
    path: formatPath(path),
    ...(other === undefined ? {} : { other: formatPath(other.path) }),
  }
}

function describe({ file, findings }: DocumentProof): string {
  const byGrant = Map.groupBy(findings, ({ grant }) => grant)
  const grants = [...byGrant].map(
    ([grant, parts]) => `  grant ${grant}\n${parts.map(describeFinding).join('')}`,
  )
  return `${file}\n${grants.join('')}`
}

function describeFinding(finding: IsolationFinding): string {
  const { verdict, example } = proofLines(finding)
  const lines = [`    ${finding.label}: ${verdict}`, ...example.map((line) => `      ${line}`)]
  return `${lines.join('\n')}\n`
}
