/** A lock between processes, so that many commands at once make one request. */
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimes,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseObject } from './json.ts'

const STALE_MS = 30_000
/** A process that was killed between creating the file and writing to it leaves it empty. */
const EMPTY_STALE_MS = 2_000
const HEARTBEAT_MS = 5_000
const POLL_MS = 40
/** Longer than the token command and the request together may take. */
const MAX_WAIT_MS = 120_000

export interface Lock {
  release(): void
}

/**
 * File systems cannot compare and remove in one step, so two owners at once are unlikely but
 * possible. They would make one more request; they cannot corrupt the cache, because its files are
 * replaced as a whole.
 *
 * @throws where the file cannot be created, or after two minutes
 */
export async function takeLock(file: string): Promise<Lock> {
  const mine = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    time: new Date().toISOString(),
    id: randomUUID(),
  })
  const giveUpAtMs = Date.now() + MAX_WAIT_MS
  while (!create(file, mine)) {
    const found = readLock(file)
    if (found && isStale(found)) breakLock(file, found.text)
    else if (Date.now() > giveUpAtMs) throw new Error(`${file} is locked by another process`)
    else await sleep(POLL_MS * (0.5 + Math.random()))
  }
  // A token command may take a minute: the waiting processes must see that the owner is alive.
  const heartbeat = setInterval(
    () => utimes(file, new Date(), new Date(), () => undefined),
    HEARTBEAT_MS,
  )
  heartbeat.unref()
  return {
    release: () => {
      clearInterval(heartbeat)
      try {
        if (readLock(file)?.text === mine) rmSync(file, { force: true })
      } catch {
        // The lock becomes stale by itself, and the result of the request must not be lost.
      }
    },
  }
}

/** @returns false where the file exists */
function create(file: string, text: string): boolean {
  try {
    const descriptor = openSync(file, 'wx', 0o600)
    try {
      writeFileSync(descriptor, text)
    } finally {
      closeSync(descriptor)
    }
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

interface FoundLock {
  readonly text: string
  readonly ageMs: number
}

function readLock(file: string): FoundLock | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    return { text, ageMs: Date.now() - statSync(file).mtimeMs }
  } catch {
    return undefined
  }
}

function isStale({ text, ageMs }: FoundLock): boolean {
  // After the clock was set back, a lock from the future would otherwise never become stale.
  if (ageMs > STALE_MS || ageMs < -STALE_MS) return true
  const owner = parseObject(text)
  if (!owner) return ageMs > EMPTY_STALE_MS
  return owner.host === hostname() && typeof owner.pid === 'number' && !isAlive(owner.pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Renames the lock before removing it: another process may have replaced it since it was read. */
function breakLock(file: string, stale: string): void {
  const aside = `${file}.${randomUUID()}.tmp`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  try {
    const moved = readLock(aside)?.text ?? stale
    // The lock of a live process: restored, unless a third process has created one since.
    if (moved !== stale) create(file, moved)
  } finally {
    rmSync(aside, { force: true })
  }
}
