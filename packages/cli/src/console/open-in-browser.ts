/** Opens a URL with an access key in the default browser, without the key in an argument. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** By the platform; the arguments of a process can be read by other users of the machine. */
const PROGRAMS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/**
 * Only the owner of the file can read it. A browser that cannot be started is no error: the URL is
 * printed too.
 * @returns what removes the file
 */
export async function openInBrowser(url: string): Promise<{ close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-console-'))
  const file = join(folder, 'open.html')
  const page = `<!doctype html><meta http-equiv="refresh" content="0;url=${url}">\n`
  await writeFile(file, page, { mode: 0o600 })
  const [program, ...args] = PROGRAMS[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...args, pathToFileURL(file).href], {
    stdio: 'ignore',
    detached: true,
  })
  child.on('error', () => undefined)
  child.unref()
  return { close: () => rm(folder, { recursive: true, force: true }) }
}
