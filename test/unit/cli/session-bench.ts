/** A broker with scripted responses, a home directory, and the built program run there. */
import type { ChildProcess } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach } from 'vitest'
import { closeAfterTests, makeTemporaryFolder, startServer } from '../../fixtures/index.ts'
import { type Run, runCli, startCli } from './run-cli.ts'

const CLAIMS = Buffer.from('{"iss":"https://id.example","sub":"alice"}').toString('base64url')
export const TOKEN = `canary.${CLAIMS}.token`

export interface SessionBench {
  readonly home: string
  readonly cacheFolder: string
  readonly tokenFile: string
  readonly url: string
  /** The bodies that the broker received. */
  readonly requests: Record<string, unknown>[]
  /** The broker and the file of the token, as options. */
  readonly options: readonly string[]
  respond(status: number, body: object, delayMs?: number): void
  /** Credentials with this lifetime; the access key id counts the requests. */
  issue(lifetimeSeconds: number, delayMs?: number): void
  start(args: readonly string[]): ChildProcess
  run(args: readonly string[], options?: { input?: string; env?: NodeJS.ProcessEnv }): Promise<Run>
  /** `credential-process` with `options`. */
  credentials(...args: readonly string[]): Promise<Run>
  cacheFiles(): Promise<string[]>
}

/** For one test file. Each test starts without cache and requests, with credentials for 1 h. */
export async function startSessionBench(): Promise<SessionBench> {
  const home = makeTemporaryFolder()
  const cacheFolder = join(home, '.cache', 'token-broker')
  const tokenFile = join(home, 'token.jwt')
  const requests: Record<string, unknown>[] = []
  let next: () => { status: number; body: object; delayMs: number }
  const starting = startServer(async (request, response) => {
    requests.push(JSON.parse(await text(request)))
    const { status, body, delayMs } = next()
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }, delayMs)
  })
  const { url } = await closeAfterTests(starting)
  const options = ['--endpoint', url, '--token-file', tokenFile]
  const ownEnvironment = { PATH: process.env.PATH, HOME: home }
  const run: SessionBench['run'] = (args, { input, env } = {}) =>
    runCli(args, input, { ...ownEnvironment, ...env })
  const issue: SessionBench['issue'] = (lifetimeSeconds, delayMs = 0) => {
    next = () => ({ status: 200, delayMs, body: issued(requests.length, lifetimeSeconds) })
  }
  beforeEach(async () => {
    requests.length = 0
    issue(3600)
    await writeFile(tokenFile, `${TOKEN}\n`)
    await rm(cacheFolder, { recursive: true, force: true })
  })
  return {
    ...{ home, cacheFolder, tokenFile, url, requests, options, issue, run },
    respond: (status, body, delayMs = 0) => {
      next = () => ({ status, body, delayMs })
    },
    start: (args) => startCli(args, ownEnvironment),
    credentials: (...args) => run(['credential-process', ...options, ...args]),
    cacheFiles: async () => (await readdir(cacheFolder)).sort(),
  }
}

function issued(requestCount: number, lifetimeSeconds: number): object {
  return {
    credentials: {
      accessKeyId: `ASIA${requestCount}`,
      secretAccessKey: 'canary-secret',
      sessionToken: 'canary-session',
      expiration: inSeconds(lifetimeSeconds),
    },
    assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/alice',
    requestId: 'request-1',
  }
}

export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString()
}

/** Of the output of `credential-process`. */
export function accessKeyIdIn({ stdout }: Run): unknown {
  return JSON.parse(stdout).AccessKeyId
}

/** The one file with credentials, to read and to replace. */
export async function cacheFile(bench: SessionBench) {
  const name = (await bench.cacheFiles()).find((file) => file.endsWith('.json')) ?? 'none'
  const file = join(bench.cacheFolder, name)
  return {
    file,
    read: async () => JSON.parse(await readFile(file, 'utf8')),
    write: async (content: string, mode = 0o600) => {
      await mkdir(bench.cacheFolder, { recursive: true })
      await writeFile(file, content)
      await chmod(file, mode)
    },
  }
}
