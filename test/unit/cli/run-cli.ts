/** Runs command lines: as a child process of the built program, or in this process. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { runCommandLine } from '../../../packages/cli/src/run-command-line.ts'
import type { Environment } from '../../../packages/cli/src/terminal.ts'

/** What is published, since that is what users run. */
export const BUILT_PROGRAM = path.join(import.meta.dirname, '../../../packages/cli/dist/main.mjs')
if (!existsSync(BUILT_PROGRAM))
  throw new Error('the program is not built; run "npm run build" first')

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export function startCli(args: readonly string[], env: NodeJS.ProcessEnv) {
  return spawn(process.execPath, [BUILT_PROGRAM, ...args], { stdio: 'pipe', env })
}

/** @param input what the program reads from standard input */
export async function runCli(
  args: readonly string[],
  input: string | Buffer = '',
  env: NodeJS.ProcessEnv = process.env,
): Promise<Run> {
  const child = startCli(args, env)
  const closed = new Promise<number | null>((resolve, reject) =>
    child.on('close', resolve).on('error', reject),
  )
  // A command that reads no input may have ended before the input is written.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { code, stdout, stderr }
}

/** In this process, where a test runs many short command lines. */
export async function runHere(args: readonly string[], env: Environment = {}): Promise<Run> {
  const written = { stdout: '', stderr: '' }
  const capture = (stream: 'stdout' | 'stderr') =>
    Object.assign(Object.create(process[stream]), {
      isTTY: false,
      columns: undefined,
      write: (given: string) => {
        written[stream] += given
        return true
      },
    })
  const code = await runCommandLine(args, {
    env,
    stdin: process.stdin,
    stdout: capture('stdout'),
    stderr: capture('stderr'),
    print: (given) => {
      written.stdout += given
    },
  })
  return { code, ...written }
}
