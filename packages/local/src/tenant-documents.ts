/** Reads and compiles the tenants of the local runtime: one's own directory, or the samples. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CompiledTenant } from '@token-broker/core'
import { compileTenants, formatError } from '@token-broker/core/document'

const SAMPLES = fileURLToPath(new URL('../tenants', import.meta.url))
const SAMPLE_IDP_URL = 'http://127.0.0.1:8788'

/** A problem with what the person gave; its message is all that they need to see. */
export class InvalidInput extends Error {}

export async function readTenants(
  directory: string | undefined,
  idpUrl: string,
): Promise<readonly CompiledTenant[]> {
  const folder = directory ?? SAMPLES
  const names = await readdir(folder).catch((error: Error) => {
    throw new InvalidInput(`cannot read the tenants: ${error.message}`)
  })
  const documents = names.filter((name) => /\.(ya?ml|json)$/.test(name)).sort()
  if (documents.length === 0)
    throw new InvalidInput(`no tenant documents (.yaml, .yml or .json) in ${folder}`)
  const files = await Promise.all(
    documents.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      return {
        file: join(folder, name),
        text: directory === undefined ? text.replaceAll(SAMPLE_IDP_URL, idpUrl) : text,
      }
    }),
  )
  const { tenants, errors } = compileTenants(files)
  if (errors.length > 0)
    throw new InvalidInput(errors.map((error) => formatError(error)).join('\n'))
  return tenants
}
