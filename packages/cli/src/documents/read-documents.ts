/** Reads and compiles the tenant documents in the files and directories of a command line. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CompiledTenant } from '@token-broker/core'
import {
  compileTenants,
  formatError,
  isDocumentFile,
  type TenantDocumentError,
} from '@token-broker/core/document'
import { UsageError } from '../cli-error.ts'
import { unreadable } from '../file-error.ts'
import { printError, type Terminal } from '../terminal.ts'

export interface DocumentText {
  readonly file: string
  readonly text: string
}

export interface CompiledDocument extends DocumentText {
  readonly tenant: CompiledTenant
}

export interface ReadDocuments {
  /** All documents that were read, valid or not. */
  readonly files: readonly DocumentText[]
  /** Empty where there is any error. */
  readonly documents: readonly CompiledDocument[]
  readonly errors: readonly TenantDocumentError[]
}

/**
 * Of a directory, the .yaml, .yml and .json files directly in it; a single file may have any name.
 *
 * @param boundaries the value of `--boundaries`
 * @throws {UsageError} a path that cannot be read, or a directory without documents
 */
export async function readDocuments(
  paths: readonly string[],
  boundaries?: string,
): Promise<ReadDocuments> {
  const listed = (await Promise.all(paths.map(listDocuments))).flat()
  const files = await Promise.all(
    [...new Set(listed)].map(async (file) => ({ file, text: await readInputFile(file) })),
  )
  return { files, ...compileFiles(files, boundaries) }
}

/** Compiles all documents of a command or a build. */
export function compileFiles(
  files: readonly DocumentText[],
  boundaries?: string,
): Omit<ReadDocuments, 'files'> {
  const { tenants, errors } = compileTenants(files, {
    permissionsBoundaries: boundaries?.split(',').filter(Boolean),
  })
  if (errors.length > 0) return { documents: [], errors }
  // Without an error there is one tenant per document, in the same order.
  const documents = tenants.flatMap((tenant, at) => {
    const read = files[at]
    return read ? [{ ...read, tenant }] : []
  })
  return { documents, errors }
}

/** One line per error. The lines start with the file, as a compiler's do, so that editors link. */
export function printDocumentErrors(
  terminal: Terminal,
  errors: readonly TenantDocumentError[],
): void {
  printError(terminal, errors.map((error) => `${formatError(error)}\n`).join(''))
}

/**
 * @param option the one that names the file
 * @throws {UsageError}
 */
export async function readInputFile(file: string, option?: string): Promise<string> {
  return readFile(file, 'utf8').catch(refuseUnreadable(file, option))
}

/** @throws {UsageError} */
export async function listDocuments(path: string): Promise<string[]> {
  const entry = await stat(path).catch(refuseUnreadable(path))
  if (!entry.isDirectory()) return [path]
  const names = await readdir(path).catch(refuseUnreadable(path))
  const documents = names.filter(isDocumentFile).sort()
  if (documents.length === 0)
    throw new UsageError(
      `${path}: expected tenant documents (.yaml, .yml or .json files), found none`,
    )
  return documents.map((name) => join(path, name))
}

function refuseUnreadable(path: string, option?: string) {
  return (error: unknown): never => {
    const prefix = option === undefined ? '' : `${option}: `
    throw new UsageError(`${prefix}${unreadable(path, error)}`)
  }
}
