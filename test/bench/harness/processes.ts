/** Starts the processes of the benchmarks and receives their messages. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/**
 * Starts a process with only this environment.
 * @param file in the folder of the workers, or relative to it
 */
export function start(
  file: string,
  environment: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): ChildProcess {
  const stdio = ['ignore', 'pipe', 'inherit', 'ipc'] as const
  return fork(path.resolve(import.meta.dirname, '../workers', file), {
    env: { PATH: process.env.PATH, ...environment },
    stdio: [...stdio],
    execArgv: [...flags],
  })
}

export async function messageOf<Message>(child: ChildProcess): Promise<Message> {
  const ended = new AbortController()
  const exit = once(child, 'exit', ended).then(([code]) => {
    throw new Error(`The process ended with exit code ${code} before it sent a message.`)
  })
  try {
    const [message] = await Promise.race([once(child, 'message', ended), exit])
    return message as Message
  } finally {
    exit.catch(() => {})
    ended.abort()
  }
}

/** Runs one job in a process of its own. Audit lines are read, as Lambda does, and dropped. */
export async function runJob<Result>(
  file: string,
  environment: Readonly<Record<string, string>>,
  job: object,
  flags: readonly string[] = [],
): Promise<Result> {
  const child = start(file, environment, flags)
  child.stdout?.resume()
  await messageOf(child)
  child.send(job)
  return messageOf<Result>(child)
}
