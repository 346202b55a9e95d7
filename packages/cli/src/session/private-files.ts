/** Files with secrets: for this user only, and written completely or not at all. */
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'

// Without promises: the files are small, and loading them would double the time of a cached read.

const MAX_BYTES = 100_000
const ABANDONED_DRAFT_MS = 60_000
/** A digest, what the file is for, and for a draft or a lock set aside a UUID. */
const OWN_NAME = /^[0-9a-f]{64}\.(json|failure|lock)(\.[0-9a-f-]{36}\.tmp)?$/
/** Longer than the longest session. */
const EXPIRED_MS = 86_400_000

/**
 * @throws where the directory cannot be created, is a link or a file, or belongs to another user:
 *   in a directory that others can write, they could have created it first
 */
export function openPrivateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  // Not by its path again: between two calls, it could be replaced by a link.
  const descriptor = openDirectory(directory)
  if (descriptor === undefined) return
  try {
    const { uid, mode } = fstatSync(descriptor)
    if (!isOurs(uid)) throw new Error(`${directory} belongs to another user`)
    if ((mode & 0o777) !== 0o700) fchmodSync(descriptor, 0o700)
  } finally {
    closeSync(descriptor)
  }
}

/** @returns undefined on Windows, which cannot open directories and has no such modes */
function openDirectory(directory: string): number | undefined {
  if (!lstatSync(directory).isDirectory()) throw new Error(`${directory} is not a directory`)
  if (process.platform === 'win32') return undefined
  return openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
}

/** @returns undefined where there is no file, or one that another user could read or write */
export function readPrivateFile(file: string): string | undefined {
  let descriptor: number
  try {
    // A link could point to a file of the attacker; a pipe would block.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  try {
    const status = fstatSync(descriptor)
    const isPrivate =
      isOurs(status.uid) && (process.platform === 'win32' || (status.mode & 0o077) === 0)
    if (!status.isFile() || !isPrivate || status.size > MAX_BYTES) return undefined
    return readFileSync(descriptor, 'utf8')
  } catch {
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

/** A reader gets the old text or the new one, even after a crash or a loss of power. */
export function writePrivateFile(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    const descriptor = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncDirectory(path.dirname(file))
}

/**
 * Removes the drafts of processes that were killed, and credentials that have expired. Files with
 * other names are not ours.
 */
export function sweepDirectory(directory: string, nowMs: number): void {
  for (const name of readdirSync(directory).filter((one) => OWN_NAME.test(one))) {
    const file = path.join(directory, name)
    const status = lstatSync(file, { throwIfNoEntry: false })
    const ageMs = status ? nowMs - status.mtimeMs : 0
    if (ageMs > EXPIRED_MS || (ageMs > ABANDONED_DRAFT_MS && name.endsWith('.tmp')))
      rmSync(file, { force: true })
  }
}

/** Windows cannot open directories, and some file systems cannot sync them: the file is safe. */
function syncDirectory(directory: string): void {
  try {
    const descriptor = openSync(directory, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // See above.
  }
}

export function isOurs(uid: number): boolean {
  return process.getuid === undefined || process.getuid() === uid
}
