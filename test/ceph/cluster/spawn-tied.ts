/** A child process that the kernel ends when its parent dies, however that dies: a broken test run leaves nothing behind. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

const END_WITHIN_MS = 10_000

export interface TiedProcess {
  readonly stdout: Readable
  /** Rejects when it ends by itself. */
  readonly ended: Promise<never>
  end(): Promise<void>
}

export function spawnTied(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
): TiedProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', program, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const ended = exit.then(() => Promise.reject(new Error(`${program} ended`)))
  // Nobody may be waiting when it is ended on purpose.
  ended.catch(() => undefined)
  return {
    stdout: child.stdout,
    ended,
    async end() {
      child.kill('SIGTERM')
      const impatience = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
      await exit
      clearTimeout(impatience)
    },
  }
}
