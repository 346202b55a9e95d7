/**
 * The compiled documents of the console's directory, in memory: a file is compiled again only after
 * it has changed. Of 10,000 documents, the first time takes half a minute.
 */
import { statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { type CompiledFile, compileFile } from '@token-broker/core/document'
import { listFolder } from '../documents/list-documents.ts'
import {
  type DocumentText,
  readCompileOptions,
  readInputFile,
} from '../documents/read-documents.ts'
import type { ConsoleSources } from './console-context.ts'

interface FolderFile extends DocumentText {
  readonly compiled: CompiledFile
  /** Changes whenever the file does. */
  readonly signature: string
}

/** By path. */
export type CompiledFolder = ReadonlyMap<string, FolderFile>

/** How many files are compiled, of how many: for the page to show. */
export interface FolderProgress {
  readonly done: number
  readonly total: number
}

interface KnownFolder {
  files: CompiledFolder
  progress: FolderProgress
  /** The read that runs, or ran last. */
  last: Promise<unknown>
}

const known = new WeakMap<ConsoleSources, KnownFolder>()

/**
 * Every file as it is now, by its path. The same map is returned as long as nothing has changed.
 * @throws {UsageError} the directory or a file cannot be read
 */
export function readCompiledFolder(
  directory: string,
  sources: ConsoleSources,
): Promise<CompiledFolder> {
  const folder = folderOf(sources)
  // One after the other: what the first one compiled is found by the second one.
  const read = folder.last.then(() => refresh(directory, sources, folder))
  folder.last = read.catch(() => undefined)
  return read
}

export function folderProgress(sources: ConsoleSources): FolderProgress {
  return folderOf(sources).progress
}

function folderOf(sources: ConsoleSources): KnownFolder {
  const before = known.get(sources)
  if (before) return before
  const progress = { done: 0, total: 0 }
  const folder: KnownFolder = { files: new Map(), progress, last: Promise.resolve() }
  known.set(sources, folder)
  return folder
}

async function refresh(
  directory: string,
  { boundaries }: ConsoleSources,
  folder: KnownFolder,
): Promise<CompiledFolder> {
  const options = readCompileOptions(boundaries)
  const { documents } = await listFolder(directory)
  const before = folder.files
  const files = new Map<string, FolderFile>()
  const changed: [file: string, signature: string][] = []
  for (const file of documents) {
    const signature = signatureOf(file)
    const same = before.get(file)
    if (same?.signature === signature) files.set(file, same)
    else changed.push([file, signature])
  }
  if (changed.length === 0 && files.size === before.size) return before
  for (const [at, [file, signature]] of changed.entries()) {
    folder.progress = { done: files.size, total: documents.length }
    const text = await readInputFile(file)
    files.set(file, { file, text, signature, compiled: withoutPlaces({ file, text }) })
    // What was compiled is kept where the console is ended or a later file cannot be read.
    folder.files = files
    // Other calls go on meanwhile.
    if (at % 4 === 0) await setImmediate()
  }
  folder.progress = { done: files.size, total: documents.length }
  folder.files = inOrder(files, documents)
  return folder.files

  /** The places of all values are larger than the document, and needed for errors alone. */
  function withoutPlaces(document: DocumentText): CompiledFile {
    const { locate: _, ...compiled } = compileFile(document, options)
    return { ...compiled, locate: (path) => compileFile(document, options).locate(path) }
  }
}

/** Not async: of 10,000 files, that takes four times as long. Empty where the file is gone. */
function signatureOf(file: string): string {
  const entry = statSync(file, { throwIfNoEntry: false })
  return entry ? `${entry.mtimeMs} ${entry.size} ${entry.ino}` : ''
}

function inOrder(files: CompiledFolder, names: readonly string[]): CompiledFolder {
  return new Map(
    names.flatMap((name): [string, FolderFile][] => {
      const file = files.get(name)
      return file ? [[name, file]] : []
    }),
  )
}
