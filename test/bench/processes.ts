/** Processes of the benchmarks, and what they say. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/** A process with this environment and nothing else of ours. */
export function start(
  file: string,
  environment: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): ChildProcess {
  const stdio = ['ignore', 'pipe', 'inherit', 'ipc'] as const
  return fork(path.resolve(import.meta.dirname, file), {
    env: { PATH: process.env.PATH, ...environment },
    stdio: [...stdio],
    execArgv: [...flags],
  })
}

export async function messageOf<Message>(child: ChildProcess): Promise<Message> {
  const ended = new AbortController()
  const exit = once(child, 'exit', ended).then(([code]) => {
    throw new Error(`the process ended with ${code} before it answered`)
  })
  try {
    const [message] = await Promise.race([once(child, 'message', ended), exit])
    return message as Message
  } finally {
    exit.catch(() => {})
    ended.abort()
  }
}

/** Starts a process for one job, and gives it the job. Audit lines are read as Lambda reads them, and dropped. */
export async function runJob<Answer>(
  file: string,
  environment: Readonly<Record<string, string>>,
  job: object,
  flags: readonly string[] = [],
): Promise<Answer> {
  const child = start(file, environment, flags)
  child.stdout?.resume()
  await messageOf(child)
  child.send(job)
  return messageOf<Answer>(child)
}
