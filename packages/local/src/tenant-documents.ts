/** Reads and compiles the tenant documents of the local runtime: the user's own, or the samples. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CompiledTenant } from '@token-broker/core'
import {
  compileTenants,
  isDocumentFile,
  renderErrors,
  sourceTexts,
} from '@token-broker/core/document'
import { InvalidInput, reasonOf } from './startup-error.ts'

export const SAMPLES = fileURLToPath(new URL('../tenants', import.meta.url))
const SAMPLE_IDP_URL = 'http://127.0.0.1:8788'

/**
 * @param directory undefined: the samples
 * @param idpUrl URL of the demo IdP, which replaces the default URL in the samples
 * @param permissionsBoundaries ARNs of the policies that created roles may have as a boundary
 * @throws {InvalidInput} listing every mistake in every document
 */
export async function readTenantDocuments(
  directory: string | undefined,
  idpUrl: string,
  permissionsBoundaries?: readonly string[],
): Promise<readonly CompiledTenant[]> {
  const folder = directory ?? SAMPLES
  const names = await readdir(folder).catch((error: Error) => {
    throw new InvalidInput(
      `--tenants (BROKER_TENANTS): the folder ${folder} cannot be read (${reasonOf(error)})`,
    )
  })
  const documents = names.filter(isDocumentFile).sort()
  if (documents.length === 0)
    throw new InvalidInput(
      `No tenant documents found in ${folder}: expected .yaml, .yml or .json; add one, or set ` +
        '--tenants (BROKER_TENANTS) to another folder.',
    )
  const files = await Promise.all(
    documents.map(async (name) => {
      const file = join(folder, name)
      const text = await readFile(file, 'utf8').catch((error: Error) => {
        throw new InvalidInput(`${file}: the document cannot be read (${reasonOf(error)})`)
      })
      return {
        file,
        text: directory === undefined ? text.replaceAll(SAMPLE_IDP_URL, idpUrl) : text,
      }
    }),
  )
  const { tenants, errors } = compileTenants(files, { permissionsBoundaries })
  if (errors.length > 0)
    throw new InvalidInput(renderErrors(errors, { textOf: sourceTexts(files) }))
  return tenants
}
