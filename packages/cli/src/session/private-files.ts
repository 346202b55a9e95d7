/** Files with secrets: for this user only, and written completely or not at all. */
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'

// Without promises: the files are small, and loading them would double the time of a cached read.

const MAX_BYTES = 100_000
const ABANDONED_DRAFT_MS = 60_000
/** Longer than the longest session. */
const EXPIRED_MS = 86_400_000

/** @throws where the directory cannot be created, or belongs to another user */
export function openPrivateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const { uid, mode } = statSync(directory)
  if (!isOurs(uid)) throw new Error(`${directory} belongs to another user`)
  if ((mode & 0o777) !== 0o700) chmodSync(directory, 0o700)
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

/** Removes the drafts of processes that were killed, and credentials that have expired. */
export function sweepDirectory(directory: string, nowMs: number): void {
  for (const name of readdirSync(directory)) {
    const file = path.join(directory, name)
    const status = statSync(file, { throwIfNoEntry: false })
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

function isOurs(uid: number): boolean {
  return process.getuid === undefined || process.getuid() === uid
}
