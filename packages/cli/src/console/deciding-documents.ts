/** The tenants by which the console decides, kept in memory until their documents change. */
import type { CompiledTenant } from '@token-broker/core'
import { combineFiles, renderErrors, sourceTexts } from '@token-broker/core/document'
import { UsageError } from '../cli-error.ts'
import { readDecidingTenants } from '../documents/deciding-tenants.ts'
import { listDocuments } from '../documents/list-documents.ts'
import { type CompiledFolder, readCompiledFolder } from './compiled-folder.ts'
import type { ConsoleContext, ConsoleSources } from './console-context.ts'

/** A table may have 10,000 tenants, which are not read again for each keystroke. */
const TABLE_FRESH_MS = 5_000
/** Errors of many documents are shown one after the other. */
const MAX_SHOWN_ERRORS = 20

interface Kept {
  readonly atMs: number
  readonly tenants: Promise<readonly CompiledTenant[]>
}

const ofTables = new WeakMap<ConsoleSources, Kept>()
const ofFolders = new WeakMap<CompiledFolder, readonly CompiledTenant[]>()

/**
 * Of the directory, or of the table where there is none.
 * @throws {UsageError} a document is invalid: no decision can be made, as in a deployment
 */
export async function decidingDocuments(
  context: ConsoleContext,
): Promise<readonly CompiledTenant[]> {
  const { sources, terminal, now } = context
  const { tenantsDir, table, tableEndpoint } = sources
  if (tenantsDir !== undefined) return readFiles(tenantsDir, sources)
  const before = ofTables.get(sources)
  if (before && now() - before.atMs < TABLE_FRESH_MS) return before.tenants
  const values = new Map([
    ['table', table],
    ['table-endpoint', tableEndpoint],
  ])
  const tenants = readDecidingTenants({ terminal, option: (name) => values.get(name) }).then(
    (read) => read ?? [],
  )
  ofTables.set(sources, { atMs: now(), tenants })
  // A failure is not kept: the cause may be gone when the operator tries again.
  tenants.catch(() => ofTables.delete(sources))
  return tenants
}

async function readFiles(directory: string, sources: ConsoleSources) {
  const folder = await readCompiledFolder(directory, sources)
  const known = ofFolders.get(folder)
  if (known) return known
  // It says why there is none.
  if (folder.size === 0) await listDocuments(directory)
  const files = [...folder.values()]
  const { tenants, errors } = combineFiles(files.map(({ compiled }) => compiled))
  if (errors.length === 0) {
    ofFolders.set(folder, tenants)
    return tenants
  }
  const paint = (_: string, text: string) => text
  const shown = errors.slice(0, MAX_SHOWN_ERRORS)
  const rest = errors.length - shown.length
  throw new UsageError(
    `a document is invalid, and a deployment of these documents would refuse to start\n` +
      `${renderErrors(shown, { textOf: sourceTexts(files), paint })}` +
      `${rest > 0 ? `and ${rest} other errors\n` : ''}`,
  )
}
