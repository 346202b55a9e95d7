/** The documents of a directory, as the console reads and writes them. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TenantRow } from '@token-broker/console/wire'
import { isCandidateFile, isDocumentFile, isRuleTestsFile } from '@token-broker/core/document-files'
import { CliError, EXIT, quote, UsageError } from '../../cli-error.ts'
import { refuseUnreadable } from '../../documents/unreadable.ts'
import type { ConsoleContext } from '../console-context.ts'
import { type ConsoleStore, PAGE_ROWS } from './console-store.ts'

const ABSENT = 'absent'
/** File systems note the time of a change in steps, of some milliseconds to two seconds. */
const SETTLED_MS = 2_500

/** Without a slash, and not hidden: a name that leads to no other directory. */
const FILE_NAME = /^[^./\\\0][^/\\\0]{0,254}$/

export function directoryStore({ sources }: ConsoleContext): ConsoleStore {
  const { tenantsDir: directory } = sources
  if (directory === undefined)
    throw new UsageError('the console was started without --tenants; start it with --tenants DIR')
  const fileOf = (name: string) => join(directory, readFileName(name))
  const store: ConsoleStore = {
    fileOf,
    list: (search, after) => listFiles(directory, search, after),
    open: async (name) => openFile(fileOf(name), name),
    checkOwnership: async (name, document) => {
      const { compileWithOthers } = await import('./compile-with-others.ts')
      await compileWithOthers({ ...document, file: fileOf(name) }, directory, sources)
    },
    save: (name, { text }, expect) => inTurn(() => saveFile(fileOf(name), text, expect)),
    promote: async (name, { expect, candidate }) => {
      const { origin, text } = await demandCandidate(fileOf(name), candidate)
      const { compileAlone } = await import('./check-draft.ts')
      await store.checkOwnership(name, compileAlone(fileOf(name), text, sources.boundaries))
      return inTurn(async () => {
        // Again, because another save may have been first.
        await demandCandidate(fileOf(name), candidate)
        const saved = await saveFile(fileOf(name), text, expect)
        await rm(origin)
        return saved
      })
    },
    drop: (name, { candidate }) =>
      inTurn(async () => rm((await demandCandidate(fileOf(name), candidate)).origin)),
  }
  return store
}

/** @throws {UsageError} */
function readFileName(name: string): string {
  if (FILE_NAME.test(name) && isDocumentFile(name) && !isRuleTestsFile(name)) return name
  throw new UsageError(
    `expected the name of a tenant document (.yaml, .yml or .json), found ${quote(name)}`,
  )
}

interface KnownNames {
  readonly changedMs: number
  readonly names: readonly string[]
}

const known = new Map<string, KnownNames>()

/** They are listed again only after the directory has changed. */
async function documentNames(directory: string): Promise<readonly string[]> {
  const { mtimeMs: changedMs } = await stat(directory).catch(refuseUnreadable(directory))
  const before = known.get(directory)
  if (before?.changedMs === changedMs) return before.names
  const entries = await readdir(directory, { withFileTypes: true }).catch(
    refuseUnreadable(directory),
  )
  const names = entries
    .filter((entry) => !entry.isDirectory() && FILE_NAME.test(entry.name))
    .map(({ name }) => name)
    .filter((name) => isDocumentFile(name) && !isRuleTestsFile(name))
    .sort()
  // A change at the same moment would have the same time.
  if (Date.now() - changedMs > SETTLED_MS) known.set(directory, { changedMs, names })
  return names
}

async function listFiles(directory: string, search: string, after: number) {
  const wanted = search.toLowerCase()
  const names = (await documentNames(directory)).filter((name) =>
    name.toLowerCase().includes(wanted),
  )
  const rows = names.slice(after, after + PAGE_ROWS).map((name) => rowOf(directory, name))
  return { rows, total: names.length }
}

/** Not async: of the 50 files of a page, that takes several times as long. */
function rowOf(directory: string, name: string): TenantRow {
  try {
    const file = join(directory, name)
    const at = statSync(file).mtime.toISOString()
    const tenant = statedTenant(readFileSync(file, 'utf8'))
    return { name, at, ...(tenant === undefined ? {} : { tenant }) }
  } catch {
    return { name, at: 'cannot be read' }
  }
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
    if (text !== undefined) return { text, origin: other, expect: digestOf(text) }
  }
  return undefined
}

/** @throws {CliError} there is none, or another one than expected */
async function demandCandidate(file: string, expect: string) {
  const candidate = await findCandidate(file)
  if (candidate?.expect === expect) return candidate
  throw new CliError(
    `the candidate of ${file} was changed or removed by another program after you saw it; ` +
      'open the tenant again',
    EXIT.conflict,
  )
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
