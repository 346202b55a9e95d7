/** Checks a draft with all other documents of its directory: what it claims is nobody else's. */
import { combineFiles, compileFile, renderErrors, sourceTexts } from '@token-broker/core/document'
import { CliError, EXIT } from '../../cli-error.ts'
import { type CompiledDocument, readCompileOptions } from '../../documents/read-documents.ts'
import { readCompiledFolder } from '../compiled-folder.ts'
import type { ConsoleSources } from '../console-context.ts'

/**
 * An error of another document alone is no reason to refuse this one.
 * @throws {CliError} the draft claims an audience, a role, a pool or a name of another tenant
 */
export async function compileWithOthers(
  { file, text }: CompiledDocument,
  directory: string,
  sources: ConsoleSources,
): Promise<void> {
  const draft = { file, text }
  const others = [...(await readCompiledFolder(directory, sources)).values()].filter(
    (one) => one.file !== file,
  )
  // Last, because an error is of the later of two documents.
  const { errors } = combineFiles([
    ...others.map(({ compiled }) => compiled),
    compileFile(draft, readCompileOptions(sources.boundaries)),
  ])
  const own = errors.filter((error) => error.file === file)
  if (own.length === 0) return
  const message = renderErrors(own, { textOf: sourceTexts([...others, draft]) })
  throw new CliError(message.trimEnd(), EXIT.conflict)
}
