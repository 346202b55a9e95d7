/** Files that hold secrets: whole or not at all, and for this user only. */
import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'

const MAX_BYTES = 100_000
const LEFT_BEHIND_MS = 60_000
/** Longer than any session lives. */
const OLD_MS = 86_400_000

/** @throws where the directory cannot be made, or is another user's */
export async function openPrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const { uid, mode } = await stat(directory)
  if (!isOurs(uid)) throw new Error(`${directory} belongs to another user`)
  if ((mode & 0o777) !== 0o700) await chmod(directory, 0o700)
}

/** @returns undefined where there is none, or one that somebody else could have read or written */
export async function readPrivateFile(file: string): Promise<string | undefined> {
  const handle = await open(
    file,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch(() => undefined)
  if (!handle) return undefined
  try {
    const status = await handle.stat()
    const isPrivate =
      isOurs(status.uid) && (process.platform === 'win32' || (status.mode & 0o077) === 0)
    if (!status.isFile() || !isPrivate || status.size > MAX_BYTES) return undefined
    return await handle.readFile('utf8')
  } catch {
    return undefined
  } finally {
    await handle.close()
  }
}

/** Whoever reads sees the old text or the new, also after a crash or a loss of power. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncDirectory(path.dirname(file))
}

/** Removes drafts of processes that were killed, and secrets that nobody can use any more. */
export async function sweepDirectory(directory: string, nowMs: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const file = path.join(directory, name)
    const status = await stat(file).catch(() => undefined)
    const ageMs = status ? nowMs - status.mtimeMs : 0
    if (ageMs > OLD_MS || (ageMs > LEFT_BEHIND_MS && name.endsWith('.tmp')))
      await rm(file, { force: true })
  }
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open directories, and some file systems cannot sync them; the file itself is safe already.
  const handle = await open(directory, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

function isOurs(uid: number): boolean {
  return process.getuid === undefined || process.getuid() === uid
}
