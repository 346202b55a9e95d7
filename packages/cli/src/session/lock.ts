/** A lock among processes, so that many commands at once ask the broker once. */
import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseObject } from './json.ts'

const STALE_MS = 30_000
/** A holder that was killed between making the file and writing into it leaves it empty. */
const EMPTY_STALE_MS = 2_000
const BEAT_MS = 5_000
const POLL_MS = 40
/** Longer than a holder can take: its token command and its request have time-outs. */
const WAIT_MS = 120_000

export interface Lock {
  release(): Promise<void>
}

/**
 * Two holders at once would cost one request more and could not harm the cache, whose files are replaced whole; so what
 * file systems cannot do, compare and then remove in one step, is made unlikely and not impossible.
 *
 * @throws where the file cannot be made, or after two minutes
 */
export async function takeLock(file: string): Promise<Lock> {
  const mine = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    time: new Date().toISOString(),
    id: randomUUID(),
  })
  const giveUpAtMs = Date.now() + WAIT_MS
  while (!(await create(file, mine))) {
    const found = await look(file)
    if (found && isStale(found)) await breakLock(file, found.text)
    else if (Date.now() > giveUpAtMs) throw new Error(`${file} is held by another process`)
    else await sleep(POLL_MS * (0.5 + Math.random()))
  }
  // A token command may take a minute: whoever waits must see that the holder lives.
  const beat = setInterval(
    () => void utimes(file, new Date(), new Date()).catch(() => undefined),
    BEAT_MS,
  )
  beat.unref()
  return {
    release: async () => {
      clearInterval(beat)
      if ((await readFile(file, 'utf8').catch(() => undefined)) === mine)
        await rm(file, { force: true })
    },
  }
}

async function create(file: string, mine: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(mine)
    } finally {
      await handle.close()
    }
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

interface Found {
  readonly text: string
  readonly ageMs: number
}

async function look(file: string): Promise<Found | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    return { text, ageMs: Date.now() - (await stat(file)).mtimeMs }
  } catch {
    return undefined
  }
}

function isStale({ text, ageMs }: Found): boolean {
  // A clock that was set back must not make a lock live for ever.
  if (ageMs > STALE_MS || ageMs < -STALE_MS) return true
  const holder = parseObject(text)
  if (!holder) return ageMs > EMPTY_STALE_MS
  return holder.host === hostname() && typeof holder.pid === 'number' && !isAlive(holder.pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Moves the lock away and only then removes it: between look and move, another process may have put its own there. */
async function breakLock(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}.tmp`
  try {
    await rename(file, aside)
  } catch {
    return
  }
  const moved = await readFile(aside, 'utf8').catch(() => stale)
  // Another's live lock: back with it, unless a third process was faster.
  if (moved !== stale) await create(file, moved).catch(() => false)
  await rm(aside, { force: true })
}
