/** Compiles a draft with all other documents of its directory: what it claims is nobody else's. */
import { renderErrors, sourceTexts } from '@token-broker/core/document'
import { CliError, EXIT } from '../../cli-error.ts'
import {
  type CompiledDocument,
  compileFiles,
  readInputFile,
} from '../../documents/read-documents.ts'

/**
 * An error of another document alone is no reason to refuse this one.
 *
 * @param others files
 * @throws {CliError} the draft claims an audience, a role, a pool or a name of another tenant
 */
export async function compileWithOthers(
  draft: CompiledDocument,
  others: readonly string[],
  boundaries: string | undefined,
): Promise<void> {
  const { file, text } = draft
  const read = await Promise.all(
    others.map(async (other) => ({ file: other, text: await readInputFile(other) })),
  )
  const files = [...read, { file, text }]
  const own = compileFiles(files, boundaries).errors.filter((error) => error.file === file)
  if (own.length === 0) return
  const message = renderErrors(own, { textOf: sourceTexts(files) })
  throw new CliError(message.trimEnd(), EXIT.conflict)
}
