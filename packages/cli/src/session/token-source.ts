/** Where the subject token comes from: a file, a command or standard input; never an argument. */
import { createHash } from 'node:crypto'
import { readFile, readFileSync, statSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Terminal } from '../terminal.ts'
import { parseObject } from './json.ts'
import { noToken, SessionError } from './session-error.ts'
import { runTokenCommand } from './token-command.ts'

/** Undefined: a JWT or an opaque token. */
export type TokenType = 'saml2' | undefined

export type TokenPlace =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'stdin' }

export interface TokenSource {
  /** @throws {SessionError} `no_token` */
  read(): Promise<string>
  /**
   * A digest of the place and, where that is known without running a command, of the caller of its
   * token: after a change of user, the cache must not return the previous user's credentials.
   */
  digest(): Promise<string>
}

export function createTokenSource(
  { token: place, tokenType }: { readonly token: TokenPlace; readonly tokenType: TokenType },
  terminal: Terminal,
): TokenSource {
  const checkToken = tokenType === 'saml2' ? checkAssertion : checkOneToken
  switch (place.kind) {
    case 'file': {
      const read = () => readTokenFile(place.file, checkToken)
      return {
        read,
        // The subject of a SAML response is not read: a new response has an entry of its own.
        digest: async () =>
          digestOf('file', place.file, tokenType ? await read() : callerOf(await read())),
      }
    }
    case 'command':
      return {
        read: async () => {
          const output = await runTokenCommand(place.argv, terminal.env)
          return checkToken(output, `the output of ${place.argv[0]}`)
        },
        digest: async () => digestOf('command', ...place.argv),
      }
    case 'stdin': {
      // It can be read only once.
      let token: Promise<string> | undefined
      const read = () => {
        token ??= text(terminal.stdin).then((given) => checkToken(given, 'standard input'))
        return token
      }
      return { read, digest: async () => digestOf('stdin', await read()) }
    }
  }
}

type CheckToken = (given: string, where: string) => string

async function readTokenFile(file: string, checkToken: CheckToken): Promise<string> {
  try {
    // Node reads files faster without promises, and the AWS CLI waits. A pipe may block.
    const given = statSync(file).isFile()
      ? readFileSync(file, 'utf8')
      : await promisify(readFile)(file, 'utf8')
    return checkToken(given, file)
  } catch (error) {
    if (error instanceof SessionError) throw error
    const reason = error instanceof Error && 'code' in error ? error.code : 'unknown'
    throw noToken(`${file} cannot be read (${reason}); log in, or correct --token-file`)
  }
}

/** STS accepts SAML responses of at most as many, and other tokens of at most 20,000. */
const MAX_TOKEN_CHARACTERS = 100_000

/** Refuses values that fetch or a server would refuse, because their messages may quote them. */
function checkOneToken(given: string, where: string): string {
  const token = given.trim()
  if (token === '') throw noToken(`${where} is empty; log in again`)
  if (token.length > MAX_TOKEN_CHARACTERS || !/^[\x21-\x7e]+$/.test(token)) {
    throw noToken(`expected ${where} to contain one token and nothing else`)
  }
  return token
}

/** Some identity providers write base64 in lines. */
function checkAssertion(given: string, where: string): string {
  const token = given.replace(/\s+/g, '')
  if (token === '') throw noToken(`${where} is empty; log in again`)
  if (token.length > MAX_TOKEN_CHARACTERS || !/^[A-Za-z0-9+/_-]+=*$/.test(token))
    throw noToken(`expected ${where} to contain a SAML response in base64 and nothing else`)
  return token
}

/**
 * Who has the token and who acts for it, where it is a JWT; else, the token itself. Not verified:
 * it only separates the cache entries of different callers.
 */
function callerOf(token: string): string {
  const payload = parseObject(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  if (typeof payload?.sub !== 'string') return token
  return JSON.stringify([payload.iss, payload.sub, payload.act])
}

function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
