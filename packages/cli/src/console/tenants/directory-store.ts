/** The documents of a directory, as the console reads and writes them. */
import { createHash } from 'node:crypto'
import { readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isCandidateFile, isDocumentFile, isRuleTestsFile } from '@token-broker/core/document'
import { CliError, EXIT, quote, UsageError } from '../../cli-error.ts'
import { refuseUnreadable } from '../../documents/unreadable.ts'
import type { ConsoleContext } from '../console-context.ts'
import { compileWithOthers } from './compile-with-others.ts'
import { type ConsoleStore, PAGE_ROWS } from './console-store.ts'

const ABSENT = 'absent'

/** Without a slash, and not hidden: a name that leads to no other directory. */
const FILE_NAME = /^[^./\\\0][^/\\\0]{0,254}$/

export function directoryStore({ sources }: ConsoleContext): ConsoleStore {
  const { tenantsDir: directory, boundaries } = sources
  if (directory === undefined)
    throw new UsageError('the console was started without --tenants; start it with --tenants DIR')
  const fileOf = (name: string) => join(directory, readFileName(name))
  return {
    fileOf,
    list: (search, after) => listFiles(directory, search, after),
    open: async (name) => openFile(fileOf(name), name),
    checkOwnership: async (name, document) => {
      const names = await documentNames(directory)
      const others = names.filter((other) => other !== name).map((other) => join(directory, other))
      await compileWithOthers({ ...document, file: fileOf(name) }, others, boundaries)
    },
    save: (name, { text }, expect) => inTurn(() => saveFile(fileOf(name), text, expect)),
  }
}

/** @throws {UsageError} */
function readFileName(name: string): string {
  if (FILE_NAME.test(name) && isDocumentFile(name) && !isRuleTestsFile(name)) return name
  throw new UsageError(
    `expected the name of a tenant document (.yaml, .yml or .json), found ${quote(name)}`,
  )
}

async function documentNames(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(
    refuseUnreadable(directory),
  )
  return entries
    .filter((entry) => !entry.isDirectory() && FILE_NAME.test(entry.name))
    .map(({ name }) => name)
    .filter((name) => isDocumentFile(name) && !isRuleTestsFile(name))
    .sort()
}

async function listFiles(directory: string, search: string, after: number) {
  const wanted = search.toLowerCase()
  const names = (await documentNames(directory)).filter((name) =>
    name.toLowerCase().includes(wanted),
  )
  const rows = await Promise.all(
    names.slice(after, after + PAGE_ROWS).map(async (name) => {
      const file = join(directory, name)
      const entry = await stat(file).catch(() => undefined)
      const text = await readFile(file, 'utf8').catch(() => '')
      const tenant = statedTenant(text)
      const at = entry?.mtime.toISOString() ?? 'cannot be read'
      return { name, at, ...(tenant === undefined ? {} : { tenant }) }
    }),
  )
  return { rows, total: names.length }
}

/** Without parsing the document, which may be half written: the list only shows it. */
function statedTenant(text: string): string | undefined {
  return /^[ \t{]*["']?tenant["']?[ \t]*:[ \t]*["']?([a-z0-9][a-z0-9-]{0,62})\b/m.exec(text)?.[1]
}

async function openFile(file: string, name: string) {
  const place = { source: 'directory', name, history: [] } as const
  const text = await readIfPresent(file)
  if (text === undefined) return { ...place, text: '', expect: ABSENT, state: 'new' } as const
  const opened = { ...place, text, expect: digestOf(text), state: 'live' } as const
  const candidate = await findCandidate(file)
  return candidate === undefined ? opened : { ...opened, candidate }
}

/** `acme.candidate.yaml` beside `acme.yaml`. */
async function findCandidate(file: string) {
  if (isCandidateFile(file)) return undefined
  for (const ending of ['yaml', 'yml', 'json']) {
    const other = file.replace(/\.\w+$/, `.candidate.${ending}`)
    const text = await readIfPresent(other)
    if (text !== undefined) return { text, origin: other }
  }
  return undefined
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    return refuseUnreadable(file)(error)
  }
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

let last: Promise<unknown> = Promise.resolve()

/** Of two saves of this console, the second one compares with what the first one wrote. */
function inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
  const result = last.then(run)
  last = result.catch(() => undefined)
  return result
}

async function saveFile(file: string, text: string, expect: string) {
  const stored = await readIfPresent(file)
  const found = stored === undefined ? ABSENT : digestOf(stored)
  if (stored === text) return { expect: found, isUnchanged: true }
  if (found !== expect)
    throw new CliError(
      `${file} was changed by another program after you compared with it; compare again, and ` +
        'then save on top of the change',
      EXIT.conflict,
    )
  // A program that reads at this moment reads the one text or the other, and no part of one.
  const target = stored === undefined ? file : await realpath(file)
  const { mode } = stored === undefined ? { mode: 0o644 } : await stat(target)
  const written = `${target}.new`
  try {
    await writeFile(written, text, { mode, flag: 'wx' })
    await rename(written, target)
  } catch (error) {
    await rm(written, { force: true })
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown error'
    throw new UsageError(`${file}: cannot be written (${code}); nothing was changed`)
  }
  return { expect: digestOf(text), isUnchanged: false }
}
