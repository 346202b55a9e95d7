/** `token-broker validate`: every mistake of every tenant document at once. */
import { parseArgs } from 'node:util'
import { compileTenants, formatError } from '@token-broker/core/document'
import { parseUsage, readFormat, type Terminal, UsageError } from './command.ts'
import { readDocuments } from './documents.ts'

/** @returns the exit code: 0 all valid, 1 not */
export async function validate(
  args: readonly string[],
  { stdout, stderr }: Terminal,
): Promise<number> {
  const { values, positionals } = parseUsage(() =>
    parseArgs({ args: [...args], allowPositionals: true, options: { format: { type: 'string' } } }),
  )
  const asJson = readFormat(values.format)
  if (positionals.length === 0)
    throw new UsageError('name the tenant documents, or directories of them')
  const documents = await readDocuments(positionals)
  const { errors } = compileTenants(documents)
  if (asJson) stdout.write(`${JSON.stringify(errors, undefined, 2)}\n`)
  else if (errors.length > 0)
    stderr.write(errors.map((error) => `${formatError(error)}\n`).join(''))
  else
    stdout.write(
      documents.length === 1
        ? '1 document is valid\n'
        : `${documents.length} documents are valid\n`,
    )
  return errors.length > 0 ? 1 : 0
}
