/** Lambda's Runtime API for tests: runs a bundle in the real runtime interface client. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { startServer } from '../fixtures/http-server.ts'

export interface LambdaOptions {
  /** The directory with the deployed files. */
  readonly bundle: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** After this time, an invocation is ended together with its process, as Lambda does. */
  readonly timeoutMs?: number
  /** Makes the process report its memory on each message; see memory-probe.ts. */
  readonly probeMemory?: boolean
}

/** The response of the function, or the `error` that the runtime reported instead. */
export interface Invocation {
  readonly payload?: unknown
  readonly error?: unknown
}

export interface Lambda {
  readonly process: ChildProcess
  /**
   * Resolves when the function waits for its first invocation, which ends Lambda's init phase.
   * @throws if the process ends before
   */
  ready(): Promise<void>
  /** @throws if the process ends before it responds */
  invoke(event: unknown): Promise<Invocation>
  /** Complete lines of stdout and stderr since the last call. */
  takeLines(): string[]
  /** Resolves when there is a line; a pipe may be slower than the response. */
  waitForLine(): Promise<void>
  close(): Promise<void>
}

interface Job {
  readonly id: string
  readonly event: unknown
  readonly settle: (invocation: Invocation) => void
  timer?: NodeJS.Timeout
}

const CLIENT = path.join(import.meta.dirname, 'ric/node_modules/aws-lambda-ric')
const API = '/2018-06-01/runtime'
export const FUNCTION_MEMORY_MB = 512

/** Without the runtime interface client, tests are skipped; in CI they fail instead. */
export function skipsRuntime(): boolean {
  const installed = existsSync(path.join(CLIENT, 'rapid-client.node'))
  const skips = !installed && process.env.CI !== 'true'
  if (skips) console.warn('Skipped: aws-lambda-ric is not installed; run npm run install:runtime.')
  return skips
}

export async function startLambda(options: LambdaOptions): Promise<Lambda> {
  const { timeoutMs = 10_000 } = options
  const waiting: Job[] = []
  const polls: ServerResponse[] = []
  const running = new Map<string, Job>()
  const firstPoll = Promise.withResolvers<void>()
  let output = ''

  const deliver = () => {
    const [job, poll] = [waiting[0], polls[0]]
    if (!job || !poll) return
    waiting.shift()
    polls.shift()
    running.set(job.id, job)
    // Lambda does the same with a function that exceeds its timeout.
    job.timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    poll.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': job.id,
      'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
      'lambda-runtime-invoked-function-arn':
        'arn:aws:lambda:eu-west-1:111122223333:function:broker',
    })
    poll.end(JSON.stringify(job.event))
  }
  const settle = async (request: IncomingMessage, response: ServerResponse) => {
    const [, id = '', kind] =
      new RegExp(`^${API}/invocation/([^/]+)/(response|error)$`).exec(request.url ?? '') ?? []
    const body = await text(request)
    response.writeHead(202).end()
    const job = running.get(id)
    running.delete(id)
    clearTimeout(job?.timer)
    job?.settle({ [kind === 'response' ? 'payload' : 'error']: JSON.parse(body) })
  }
  const server = await startServer((request, response) => {
    if (request.url !== `${API}/invocation/next`) return void settle(request, response)
    polls.push(response)
    firstPoll.resolve()
    deliver()
  })
  const child = startClient(options, new URL(server.url).host)
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk
    })
  const exited = new Promise<never>((_, reject) => {
    child.once('exit', (code, signal) =>
      reject(new Error(`The runtime exited with ${code ?? signal}. Its output:\n${output}`)),
    )
  })
  exited.catch(() => {})

  return {
    process: child,
    ready: () => Promise.race([firstPoll.promise, exited]),
    async invoke(event) {
      const job = Promise.withResolvers<Invocation>()
      waiting.push({ id: randomUUID(), event, settle: job.resolve })
      deliver()
      return Promise.race([job.promise, exited])
    },
    takeLines() {
      const lines = output.split('\n')
      output = lines.pop() ?? ''
      return lines
    },
    async waitForLine() {
      while (!output.includes('\n')) await once(child.stdout ?? child, 'data')
    },
    async close() {
      child.kill('SIGKILL')
      await exited.catch(() => {})
      await server.close()
    },
  }
}

function startClient(
  { bundle, environment, probeMemory = false }: LambdaOptions,
  api: string,
): ChildProcess {
  const probe = probeMemory ? ['--import', path.join(import.meta.dirname, 'memory-probe.ts')] : []
  const flags = [
    '--expose-gc',
    `--max-old-space-size=${Math.floor(FUNCTION_MEMORY_MB * 0.9)}`,
    ...probe,
  ]
  return spawn(process.execPath, [...flags, path.join(CLIENT, 'index.mjs')], {
    cwd: bundle,
    stdio: ['ignore', 'pipe', 'pipe', ...(probeMemory ? (['ipc'] as const) : [])],
    env: {
      AWS_LAMBDA_RUNTIME_API: api,
      LAMBDA_TASK_ROOT: bundle,
      _HANDLER: 'index.handler',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'broker',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(FUNCTION_MEMORY_MB),
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/broker',
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      TZ: ':UTC',
      ...environment,
    },
  })
}
