/** A broker that answers what the test says, a home of one's own, and the real commands run there. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { closeServer, listen } from '../../fixtures/issuer-server.ts'
import type { Run } from './run-cli.ts'

export const MAIN = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url))
export const TOKEN = `canary.${Buffer.from('{"iss":"https://id.example","sub":"alice"}').toString('base64url')}.token`

export interface SessionBench {
  readonly home: string
  readonly cacheFolder: string
  readonly tokenFile: string
  readonly url: string
  readonly env: NodeJS.ProcessEnv
  /** The bodies that the broker got. */
  readonly requests: Record<string, unknown>[]
  answer(status: number, body: object, delayMs?: number): void
  /** Credentials that live so long; the access key id counts the requests. */
  issue(lifetimeSeconds: number, delayMs?: number): void
  start(args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess
  run(args: readonly string[], options?: { input?: string; env?: NodeJS.ProcessEnv }): Promise<Run>
  /** `credential-process` with the broker and the token's file. */
  credentials(...args: readonly string[]): Promise<Run>
  cacheFiles(): Promise<string[]>
  forget(): Promise<void>
  stopBroker(): Promise<void>
  close(): Promise<void>
}

export async function createSessionBench(): Promise<SessionBench> {
  const home = await mkdtemp(join(tmpdir(), 'token-broker-session-'))
  const cacheFolder = join(home, '.cache', 'token-broker')
  const tokenFile = join(home, 'token.jwt')
  await writeFile(tokenFile, `${TOKEN}\n`)
  const requests: Record<string, unknown>[] = []
  let respond: () => { status: number; body: object; delayMs: number }
  const server = createServer(async (request, response) => {
    requests.push(JSON.parse(await text(request)))
    const { status, body, delayMs } = respond()
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }, delayMs)
  })
  const url = await listen(server)
  const env = { PATH: process.env.PATH, HOME: home }
  const start = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    spawn('node', [MAIN, ...args], { stdio: 'pipe', env: { ...env, ...more } })
  const run: SessionBench['run'] = async (args, options = {}) => {
    const child = spawn('node', [MAIN, ...args], { stdio: 'pipe', env: { ...env, ...options.env } })
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      closed,
    ])
    return { code, stdout, stderr }
  }
  const answer: SessionBench['answer'] = (status, body, delayMs = 0) => {
    respond = () => ({ status, body, delayMs })
  }
  const issue: SessionBench['issue'] = (lifetimeSeconds, delayMs = 0) => {
    respond = () => ({
      status: 200,
      delayMs,
      body: {
        credentials: {
          accessKeyId: `ASIA${requests.length}`,
          secretAccessKey: 'canary-secret',
          sessionToken: 'canary-session',
          expiration: new Date(Date.now() + lifetimeSeconds * 1000).toISOString(),
        },
        assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/alice',
        requestId: 'request-1',
      },
    })
  }
  issue(3600)
  return {
    ...{ home, cacheFolder, tokenFile, url, env, requests, answer, issue, start, run },
    credentials: (...args) =>
      run(['credential-process', '--endpoint', url, '--token-file', tokenFile, ...args]),
    cacheFiles: async () => (await readdir(cacheFolder)).sort(),
    forget: async () => {
      requests.length = 0
      issue(3600)
      await rm(cacheFolder, { recursive: true, force: true })
    },
    stopBroker: () => closeServer(server),
    close: async () => {
      if (server.listening) await closeServer(server)
      await rm(home, { recursive: true })
    },
  }
}

/** The one file of credentials, read and replaced. */
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
