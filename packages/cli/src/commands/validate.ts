/** `token-broker validate`: prints every error of every tenant document. */
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { printDocumentErrors, readDocuments } from '../documents/read-documents.ts'
import { printJson } from '../terminal.ts'

/** @returns the exit code: 0 all documents are valid, 1 they are not */
export async function validateDocuments({
  terminal,
  operands,
  option,
}: CommandCall<'boundaries' | 'format'>): Promise<number> {
  const { count, errors } = await readDocuments(operands, option('boundaries'))
  if (option('format') === 'json') printJson(terminal, errors)
  else if (errors.length > 0) printDocumentErrors(terminal, errors)
  else terminal.print(count === 1 ? '1 document is valid\n' : `${count} documents are valid\n`)
  return errors.length > 0 ? EXIT.invalid : EXIT.done
}
