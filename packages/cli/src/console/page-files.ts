/** The files of the page, as they were built, in memory. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../cli-error.ts'

export interface PageFile {
  readonly type: string
  readonly bytes: Buffer
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Beside the built program, and where the program runs from its sources. */
const FOLDERS = ['console', '../../dist/console']

/** @returns by path, such as `/main.js`; @throws {UsageError} they are missing */
export async function readConsoleFiles(): Promise<ReadonlyMap<string, PageFile>> {
  for (const folder of FOLDERS.map((name) => join(import.meta.dirname, name))) {
    const names = await readdir(folder).catch(() => [])
    const files = await Promise.all(
      names.flatMap((name) => {
        const type = TYPES[name.replace(/^.*\./, '')]
        if (type === undefined) return []
        return [
          readFile(join(folder, name)).then((bytes) => [`/${name}`, { type, bytes }] as const),
        ]
      }),
    )
    if (files.some(([name]) => name === '/index.html')) return new Map(files)
  }
  throw new UsageError('the page of the console is missing; install the program again')
}
