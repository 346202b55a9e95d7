/** The page of the console and its icon, as they were built, in memory. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../cli-error.ts'

interface PageFile {
  readonly type: string
  readonly bytes: Buffer
}

export interface BuiltPage {
  /** By path, such as `/icon.svg`. */
  readonly files: ReadonlyMap<string, PageFile>
  /** The one script and the one style of the page, as sources of its policy: SHA-256. */
  readonly inline: { readonly script: string; readonly style: string }
}

/** Beside the built program, and where the program runs from its sources. */
const FOLDERS = ['console', '../../dist/console']

/** @throws {UsageError} the files are missing */
export async function readBuiltPage(): Promise<BuiltPage> {
  for (const folder of FOLDERS.map((name) => join(import.meta.dirname, name))) {
    const names = ['index.html', 'icon.svg', 'inline.json']
    const [page, icon, inline] = await Promise.all(
      names.map((name) => readFile(join(folder, name)).catch(() => undefined)),
    )
    if (page && icon && inline)
      return {
        files: new Map([
          ['/', { type: 'text/html; charset=utf-8', bytes: page }],
          ['/icon.svg', { type: 'image/svg+xml', bytes: icon }],
        ]),
        inline: JSON.parse(inline.toString()),
      }
  }
  throw new UsageError('the page of the console is missing; install the program again')
}
