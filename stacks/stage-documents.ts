/** Reads and compiles the tenant documents of a stage. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import type { CompiledTenant } from '@token-broker/core'
import { compileTenants, formatError, isDocumentFile } from '@token-broker/core/document'
import type { StageSettings } from './stage-settings.ts'

/**
 * The tenants of the stage's folder; none where all tenants are in the table.
 * @throws {Error} listing every mistake in every document, or that there is no document
 */
export function compileFolder(settings: StageSettings): readonly CompiledTenant[] {
  const { tenants: folder } = settings
  if (folder === undefined) return []
  const files = globSync(`${folder}/*`).filter(isDocumentFile).sort()
  if (files.length === 0) throw new Error(noDocuments(folder))
  const { tenants, errors } = compileTenants(
    files.map((file) => ({ file, text: readFileSync(file, 'utf8') })),
    settings,
  )
  if (errors.length > 0) throw new Error(errors.map(formatError).join('\n'))
  return tenants
}

/** A broker without tenants refuses every request, and its deployment looks healthy. */
function noDocuments(folder: string): string {
  return (
    `No tenant documents in ${folder} (tenants in stacks/stages.ts, or BROKER_TENANTS): expected ` +
    `.yaml, .yml or .json files, found ${existsSync(folder) ? 'none' : 'no such folder'}; add a ` +
    'document, or set tenants to undefined if all tenants are in the table.'
  )
}
