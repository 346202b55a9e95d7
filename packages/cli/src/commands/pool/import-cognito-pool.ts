/** `token-broker pool import`: turns an identity pool of Cognito into a tenant document. */
import { compileTenants, writeDocument } from '@token-broker/core/document'
import { EXIT, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { printDocumentErrors, readInputFile } from '../../documents/read-documents.ts'
import {
  readCognitoPool,
  readCognitoRoles,
  readCognitoTags,
} from '../../pool/import/cognito-pool.ts'
import { importCognitoPool } from '../../pool/import/import-pool.ts'
import { printError, printMessage } from '../../terminal.ts'

/** @returns the exit code: 0 the document was written, 1 the pool cannot become a document */
export async function importPool({
  terminal,
  option,
  optionValues,
}: CommandCall<'pool' | 'roles' | 'principal-tags' | 'tenant'>): Promise<number> {
  const poolFile = required('pool', option('pool'))
  const rolesFile = required('roles', option('roles'))
  const pool = readCognitoPool(await readInputFile(poolFile), poolFile)
  const roles = readCognitoRoles(await readInputFile(rolesFile), rolesFile, pool.id)
  const tags = await Promise.all(
    optionValues('principal-tags').map(async (file) =>
      readCognitoTags(await readInputFile(file), file, pool.id),
    ),
  )
  const { document, tenant, toDo, lost } = importCognitoPool(pool, roles, tags, option('tenant'))
  const text = writeDocument(document, [`Imported from the identity pool ${pool.id}.`])
  const files = [{ file: `${tenant}.yaml`, text }]
  const { errors } = compileTenants(files)
  if (errors.length > 0) {
    printDocumentErrors(terminal, errors, files)
    printMessage(terminal, 'the pool cannot become a document: a part of it is not supported')
    return EXIT.invalid
  }
  terminal.print(text)
  printMessage(terminal, `wrote the tenant document ${tenant} for the pool ${pool.id}`)
  printError(terminal, listOf('Before you use it', toDo) + listOf('Does not carry over', lost))
  return EXIT.done
}

function required(name: string, file: string | undefined): string {
  if (file === undefined) throw new UsageError(`--${name} is missing: expected a file`)
  return file
}

function listOf(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}:\n${lines.map((line) => `- ${line}\n`).join('')}`
}
