/** Reads tenant documents from the files and directories that a person names. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from './command.ts'

export interface DocumentFile {
  readonly file: string
  readonly text: string
}

/** A directory stands for the .yaml, .yml and .json files right in it; a file is read whatever its name. */
export async function readDocuments(paths: readonly string[]): Promise<DocumentFile[]> {
  const files = (await Promise.all(paths.map(listDocuments))).flat()
  return Promise.all(
    [...new Set(files)].map(async (file) => ({ file, text: await readText(file) })),
  )
}

export async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(refuseUnreadable(file))
}

async function listDocuments(path: string): Promise<string[]> {
  const entry = await stat(path).catch(refuseUnreadable(path))
  if (!entry.isDirectory()) return [path]
  const names = await readdir(path).catch(refuseUnreadable(path))
  const documents = names.filter((name) => /\.(ya?ml|json)$/.test(name)).sort()
  if (documents.length === 0)
    throw new UsageError(`no tenant documents (.yaml, .yml or .json) in ${path}`)
  return documents.map((name) => join(path, name))
}

function refuseUnreadable(path: string) {
  return (error: Error): never => {
    throw new UsageError(`cannot read ${path}: ${error.message}`)
  }
}
