/** Reads and compiles the tenant documents in the files and directories of a command line. */
import { readFile } from 'node:fs/promises'
import type { CompiledTenant } from '@token-broker/core'
import {
  type CompileOptions,
  compileTenants,
  isCandidateFile,
  renderErrors,
  sourceTexts,
  type TenantDocumentError,
} from '@token-broker/core/document'
import { createPaint, printError, type Terminal } from '../terminal.ts'
import { listDocuments, type SkippedFile } from './list-documents.ts'
import { refuseUnreadable } from './unreadable.ts'

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
  /** Files of the directories that are no tenant documents. */
  readonly skipped: readonly SkippedFile[]
  /** Those in force, with their candidates. Empty where there is any error. */
  readonly documents: readonly CompiledDocument[]
  readonly errors: readonly TenantDocumentError[]
}

/**
 * Of a directory, the .yaml, .yml and .json files directly in it; a single file may have any name.
 * Candidates that are named without a document in force are documents like all others.
 *
 * @param boundaries the value of `--boundaries`
 * @throws {UsageError} a path that cannot be read, or a directory without documents
 */
export async function readDocuments(
  paths: readonly string[],
  boundaries?: string,
): Promise<ReadDocuments> {
  const listed = await Promise.all(paths.map(listDocuments))
  const names = new Set(listed.flatMap(({ documents }) => documents))
  const files = await Promise.all(
    [...names].map(async (file) => ({ file, text: await readInputFile(file) })),
  )
  const skipped = listed.flatMap((one) => one.skipped)
  const isOfFiles = listed.every(({ isFolder }) => !isFolder)
  const candidatesAsDocuments = isOfFiles && files.every(({ file }) => isCandidateFile(file))
  return { files, skipped, ...compileFiles(files, boundaries, candidatesAsDocuments) }
}

/** Compiles all documents of a command or a build. */
export function compileFiles(
  files: readonly DocumentText[],
  boundaries?: string,
  candidatesAsDocuments = false,
): Pick<ReadDocuments, 'documents' | 'errors'> {
  const options = { ...readCompileOptions(boundaries), candidatesAsDocuments }
  const { tenants, errors } = compileTenants(files, options)
  if (errors.length > 0) return { documents: [], errors }
  // Without an error there is one tenant per document in force, in the same order.
  const inForce = files.filter(({ file }) => candidatesAsDocuments || !isCandidateFile(file))
  const documents = tenants.flatMap((tenant, at) => {
    const read = inForce[at]
    return read ? [{ ...read, tenant }] : []
  })
  return { documents, errors }
}

/** @param boundaries the value of `--boundaries` */
export function readCompileOptions(boundaries: string | undefined): CompileOptions {
  return { permissionsBoundaries: boundaries?.split(',').filter(Boolean) }
}

/** Each error with its line of the document, as compilers print theirs. */
export function printDocumentErrors(
  terminal: Pick<Terminal, 'stderr'>,
  errors: readonly TenantDocumentError[],
  files: readonly DocumentText[],
): void {
  const paint = createPaint(terminal.stderr)
  printError(terminal, renderErrors(errors, { textOf: sourceTexts(files), paint }))
}

/**
 * @param option the one that names the file
 * @throws {UsageError}
 */
export async function readInputFile(file: string, option?: string): Promise<string> {
  return readFile(file, 'utf8').catch(refuseUnreadable(file, option))
}
