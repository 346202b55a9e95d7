/** Where the subject token comes from: a file, a command or standard input; never the command line. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Terminal } from '../command.ts'
import { parseObject } from './json.ts'
import { SessionError } from './session-error.ts'

export type TokenPlace =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'stdin' }

export interface TokenSource {
  /** @throws {SessionError} `no_token` */
  read(): Promise<string>
  /**
   * A digest of the place and, where that can be told without asking anybody, of whose token lies there, so that after
   * a change of user the cache does not answer with the credentials of the one before.
   */
  digest(): Promise<string>
}

const COMMAND_TIMEOUT_MS = 60_000
const MAX_TOKEN_CHARACTERS = 100_000

export function createTokenSource(place: TokenPlace, terminal: Terminal): TokenSource {
  switch (place.kind) {
    case 'file':
      return {
        read: () => readTokenFile(place.file),
        digest: async () =>
          digestOf('file', place.file, subjectOf(await readTokenFile(place.file))),
      }
    case 'command':
      return {
        read: async () =>
          checkToken(await runTokenCommand(place.argv, terminal), `the output of ${place.argv[0]}`),
        digest: async () => digestOf('command', ...place.argv),
      }
    case 'stdin': {
      // It can be read once only.
      let token: Promise<string> | undefined
      const read = () => {
        token ??= text(terminal.stdin).then((given) => checkToken(given, 'standard input'))
        return token
      }
      return { read, digest: async () => digestOf('stdin', await read()) }
    }
  }
}

async function readTokenFile(file: string): Promise<string> {
  const given = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw noToken(
      `${file} cannot be read (${error.code ?? 'unknown'}); log in, or mend --token-file`,
    )
  })
  return checkToken(given, file)
}

/** Whatever fetch or a server would complain of is refused here, where the complaint does not quote the token. */
function checkToken(given: string, where: string): string {
  const token = given.trim()
  if (token === '') throw noToken(`${where} is empty; log in again`)
  if (token.length > MAX_TOKEN_CHARACTERS || !/^[\x21-\x7e]+$/.test(token)) {
    throw noToken(`${where} does not hold one token and nothing else`)
  }
  return token
}

/** Unverified, and good for telling one user's cache from another's only. */
function subjectOf(token: string): string {
  const payload = parseObject(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return JSON.stringify([payload?.iss, payload?.sub])
}

function runTokenCommand(
  [program = '', ...args]: readonly string[],
  { env }: Terminal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // Its stderr is the person's, for a login that asks to open a page; its stdin would take what `exec` passes on.
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const kill = () => void child.kill('SIGKILL')
    process.once('exit', kill)
    const fail = (why: string) => {
      clearTimeout(timer)
      kill()
      child.stdout.destroy()
      reject(noToken(`${program} ${why}; run it by hand, or mend --token-command`))
    }
    const timer = setTimeout(
      () => fail(`took more than ${COMMAND_TIMEOUT_MS / 1000} s`),
      COMMAND_TIMEOUT_MS,
    )
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (output.length > MAX_TOKEN_CHARACTERS) fail('printed more than a token')
    })
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(`cannot be run (${error.code ?? 'unknown'})`),
    )
    child.on('close', (code, signal) => {
      process.off('exit', kill)
      if (code !== 0) return fail(`ended with ${signal ?? `exit code ${code}`}`)
      clearTimeout(timer)
      resolve(output)
    })
  })
}

function noToken(message: string): SessionError {
  return new SessionError('no_token', `no_token: ${message}`, false)
}

function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
