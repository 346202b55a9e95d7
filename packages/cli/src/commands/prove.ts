/** `token-broker prove`: prints what is proved of tenant documents, for all claim values. */
import {
  formatPath,
  type IsolationFinding,
  type MeetingExample,
  proveTenant,
  type TenantDocumentError,
  type Verdict,
} from '@token-broker/core/document'
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { listDocuments } from '../documents/list-documents.ts'
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

const VERDICTS: Readonly<Record<Verdict, (slots: string) => string>> = {
  separate: (slots) => `separate: callers with different ${slots} reach nothing in common`,
  'same-for-all': () => 'the same for all callers of the grant: no slots',
  shared: () => 'shared, as the document declares',
  outside: () => 'not in the document, so nothing is proved of it',
  'inside-both': () => 'inside both grants, for the same values of their slots',
  'not-separate': (slots) =>
    slots === '' ? 'NOT SEPARATE: it is for all callers' : `NOT SEPARATE by ${slots}`,
  'issuers-not-separate': (slots) =>
    `NOT SEPARATE: users of two issuers can have the same ${slots}`,
  'slots-without-effect': () => 'NOT SEPARATE: its slots do not decide what is reached',
  undecided: () => 'NOT DECIDED within the limit of steps',
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

function describeFinding({ label, verdict, slots, other, example }: IsolationFinding): string {
  const lines = [`    ${label}: ${VERDICTS[verdict](slots.join(', '))}`]
  if (example !== undefined) lines.push(...describeExample(example, other?.label))
  return `${lines.join('\n')}\n`
}

function describeExample({ first, second, texts }: MeetingExample, other?: string): string[] {
  const describeCaller = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
      .join(', ')
  return [
    `      one caller:  ${describeCaller(first)}${other === undefined ? '' : ` (by ${other})`}`,
    `      another one: ${describeCaller(second)}`,
    ...Object.entries(texts).map(([dimension, text]) => `      both reach:  ${dimension} ${text}`),
  ]
}
