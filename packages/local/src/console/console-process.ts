/** The operator console as a process of its own, which is started when it is first opened. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

export interface ConsoleProcess {
  /** With the access key in the fragment. @throws {Error} it cannot be started */
  url(): Promise<string>
  close(): Promise<void>
}

const PACKAGES = path.resolve(import.meta.dirname, '../../..')
const PROGRAM = path.join(PACKAGES, 'cli/dist/main.mjs')
const BUILDS = ['client/build-client.ts', 'console/build-console.ts', 'cli/build-cli.ts']

/**
 * By its path, because the command line imports this package, and not the other way round. It is
 * built if it is not there yet, and ends with this process.
 * @param args after `token-broker console`
 */
export function createConsoleProcess(args: readonly string[]): ConsoleProcess {
  let starting: Promise<{ url: string; stop(): Promise<void> }> | undefined
  return {
    async url() {
      starting ??= startProgram(args, () => {
        starting = undefined
      })
      return (await starting).url
    },
    async close() {
      await (await starting?.catch(() => undefined))?.stop()
    },
  }
}

/** @param onEnd is called when it has ended, so that it is started again when it is opened again */
async function startProgram(args: readonly string[], onEnd: () => void) {
  try {
    if (!existsSync(PROGRAM))
      for (const file of BUILDS) await run(path.join(PACKAGES, file), '--quiet')
    const child = spawn(process.execPath, [PROGRAM, 'console', ...args], {
      // It ends when the channel closes, however this process ends.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const url = await new Promise<string>((resolve, reject) => {
      let [printed, errors] = ['', '']
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        printed += text
        if (printed.includes('\n')) resolve(printed.slice(0, printed.indexOf('\n')))
      })
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        errors += text
      })
      child.once('error', reject)
      void ended.then(() => reject(new Error(errors || 'it ended')))
    })
    void ended.then(onEnd)
    const stop = async () => {
      // An open channel would keep the process running after it has stopped.
      if (child.connected) child.disconnect()
      child.kill('SIGTERM')
      await ended
    }
    return { url, stop }
  } catch (error) {
    onEnd()
    throw error
  }
}

function run(...args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${args[0]} ended with ${code}`)),
    )
  })
}
