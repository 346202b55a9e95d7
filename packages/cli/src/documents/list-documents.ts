/** Lists the tenant documents of a directory, and says why the other files are none. */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDocumentFile, isRuleTestsFile } from '@token-broker/core/document-files'
import { UsageError } from '../cli-error.ts'
import { refuseUnreadable } from './unreadable.ts'

export interface SkippedFile {
  readonly file: string
  /** Such as `not .yaml, .yml or .json`. */
  readonly reason: string
}

export interface ListedDocuments {
  readonly isFolder: boolean
  readonly documents: readonly string[]
  readonly skipped: readonly SkippedFile[]
}

/**
 * Of a directory, the .yaml, .yml and .json files directly in it; a single file may have any name.
 * @throws {UsageError} a path that cannot be read, or a directory without documents
 */
export async function listDocuments(path: string): Promise<ListedDocuments> {
  const entry = await stat(path).catch(refuseUnreadable(path))
  if (!entry.isDirectory()) return { isFolder: false, documents: [path], skipped: [] }
  const { documents, skipped } = await listFolder(path)
  if (documents.length > 0) return { isFolder: true, documents, skipped }
  const found =
    skipped.length === 0
      ? 'found none: the directory is empty'
      : `found none; ${skipped.map(({ file, reason }) => `skipped ${file}: ${reason}`).join('; ')}`
  throw new UsageError(`${path}: expected tenant documents (.yaml, .yml or .json files), ${found}`)
}

/** As {@link listDocuments}, of a directory, which may have none. */
export async function listFolder(path: string): Promise<Omit<ListedDocuments, 'isFolder'>> {
  const entries = await readdir(path, { withFileTypes: true }).catch(refuseUnreadable(path))
  const listed = await Promise.all(
    entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (one) => ({ file: join(path, one.name), reason: await whySkipped(path, one) })),
  )
  const documents = listed.flatMap(({ file, reason }) => (reason === undefined ? [file] : []))
  const skipped = listed.flatMap(({ file, reason }) =>
    reason === undefined ? [] : [{ file, reason }],
  )
  return { documents, skipped }
}

async function whySkipped(directory: string, entry: Dirent): Promise<string | undefined> {
  const { name } = entry
  // A link without a target is an error of the file that it names, not of the directory.
  const target = entry.isSymbolicLink()
    ? await stat(join(directory, name)).catch(() => undefined)
    : entry
  if (target?.isDirectory() === true) return 'a directory, and directories in it are not read'
  if (isRuleTestsFile(name)) return 'rule tests, which "token-broker test" runs'
  if (isDocumentFile(name)) return undefined
  const ending = /\.(?:ya?ml|json)$/i.exec(name)?.[0]
  return ending === undefined
    ? 'not .yaml, .yml or .json'
    : `not ${ending.toLowerCase()}, but ${ending}; names are case-sensitive`
}
