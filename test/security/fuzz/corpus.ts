/** The stored inputs, one folder per target: hand-written seeds, and those that fuzzing found. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const CORPUS = path.join(import.meta.dirname, '../corpus')

export function readCorpus(target: string): { readonly name: string; readonly input: Buffer }[] {
  const folder = path.join(CORPUS, target)
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, input: readFileSync(path.join(folder, name)) }))
}

/** @returns the path of the file, relative to the current directory */
export function saveInput(target: string, kind: 'failed' | 'found', input: Uint8Array): string {
  const name = `${kind}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`
  const file = path.join(CORPUS, target, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, input)
  return path.relative(process.cwd(), file)
}
