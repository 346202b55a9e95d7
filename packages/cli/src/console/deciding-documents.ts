/** The tenants by which the console decides, kept in memory until their documents change. */
import { stat } from 'node:fs/promises'
import type { CompiledTenant } from '@token-broker/core'
import { renderErrors, sourceTexts } from '@token-broker/core/document'
import { UsageError } from '../cli-error.ts'
import { readDecidingTenants } from '../documents/deciding-tenants.ts'
import { listDocuments } from '../documents/list-documents.ts'
import { readDocuments } from '../documents/read-documents.ts'
import type { ConsoleContext, ConsoleSources } from './console-context.ts'

/** A table may have 10,000 tenants, which are not read again for each keystroke. */
const TABLE_FRESH_MS = 5_000
/** Files are looked at this often at most. */
const FILES_FRESH_MS = 1_000
/** Errors of many documents are shown one after the other. */
const MAX_SHOWN_ERRORS = 20

interface Kept {
  readonly atMs: number
  /** Of files, what changes with them. */
  readonly signature: string
  readonly tenants: Promise<readonly CompiledTenant[]>
}

const kept = new WeakMap<ConsoleSources, Kept>()

/**
 * Of the directory, or of the table where there is none.
 * @throws {UsageError} a document is invalid: no decision can be made, as in a deployment
 */
export async function decidingDocuments({
  sources,
  terminal,
  now,
}: ConsoleContext): Promise<readonly CompiledTenant[]> {
  const { tenantsDir, table, tableEndpoint, boundaries } = sources
  const before = kept.get(sources)
  const freshMs = tenantsDir === undefined ? TABLE_FRESH_MS : FILES_FRESH_MS
  if (before && now() - before.atMs < freshMs) return before.tenants
  const signature = tenantsDir === undefined ? `${now()}` : await signatureOf(tenantsDir)
  if (before?.signature === signature) {
    kept.set(sources, { ...before, atMs: now() })
    return before.tenants
  }
  const values = new Map([
    ['table', table],
    ['table-endpoint', tableEndpoint],
  ])
  const tenants =
    tenantsDir === undefined
      ? readDecidingTenants({ terminal, option: (name) => values.get(name) })
      : readFiles(tenantsDir, boundaries)
  const required = tenants.then((read) => read ?? [])
  kept.set(sources, { atMs: now(), signature, tenants: required })
  // A failure is not kept: the cause may be gone when the operator tries again.
  required.catch(() => kept.delete(sources))
  return required
}

async function readFiles(path: string, boundaries: string | undefined) {
  const { documents, errors, files } = await readDocuments([path], boundaries)
  if (errors.length === 0) return documents.map(({ tenant }) => tenant)
  const paint = (_: string, text: string) => text
  const shown = errors.slice(0, MAX_SHOWN_ERRORS)
  const rest = errors.length - shown.length
  throw new UsageError(
    `a document is invalid, and a deployment of these documents would refuse to start\n` +
      `${renderErrors(shown, { textOf: sourceTexts(files), paint })}` +
      `${rest > 0 ? `and ${rest} other errors\n` : ''}`,
  )
}

async function signatureOf(path: string): Promise<string> {
  const { documents } = await listDocuments(path)
  const parts = await Promise.all(
    documents.map(async (file) => {
      const { mtimeMs, size, ino } = await stat(file)
      return `${file} ${mtimeMs} ${size} ${ino}`
    }),
  )
  return parts.join('\n')
}
