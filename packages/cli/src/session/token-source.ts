/** Where the subject token comes from: a file, a command or standard input; never an argument. */
import { createHash } from 'node:crypto'
import { readFile, readFileSync, statSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { unreadable } from '../file-error.ts'
import type { Terminal } from '../terminal.ts'
import { parseObject } from './json.ts'
import { noToken, SessionError } from './session-error.ts'
import { runTokenCommand } from './token-command.ts'
import { type CheckToken, checkSamlText, checkTokenText } from './token-text.ts'

/** Undefined: a JWT or an opaque token. */
export type TokenType = 'saml2' | undefined

export type TokenPlace =
  | (Named & { readonly kind: 'file'; readonly file: string })
  | (Named & { readonly kind: 'command'; readonly argv: readonly string[] })
  | (Named & { readonly kind: 'stdin' })

interface Named {
  /** The option or the field of a profile that has it, for messages. */
  readonly setting: string
}

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
  const checkToken = tokenType === 'saml2' ? checkSamlText : checkTokenText
  switch (place.kind) {
    case 'file': {
      const read = () => readTokenFile(place, checkToken)
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
          const output = await runTokenCommand(place, terminal.env)
          return checkToken(output, `${place.setting}: the output of ${place.argv[0]}`)
        },
        digest: async () => digestOf('command', ...place.argv),
      }
    case 'stdin': {
      // It can be read only once.
      let token: Promise<string> | undefined
      const read = () => {
        token ??= text(terminal.stdin).then((given) =>
          checkToken(given, `${place.setting}: standard input`),
        )
        return token
      }
      return { read, digest: async () => digestOf('stdin', await read()) }
    }
  }
}

async function readTokenFile(
  { file, setting }: { readonly file: string; readonly setting: string },
  checkToken: CheckToken,
): Promise<string> {
  try {
    // Node reads files faster without promises, and the AWS CLI waits. A pipe may block.
    const given = statSync(file).isFile()
      ? readFileSync(file, 'utf8')
      : await promisify(readFile)(file, 'utf8')
    return checkToken(given, `${setting}: ${file}`)
  } catch (error) {
    if (error instanceof SessionError) throw error
    throw noToken(`${setting}: ${unreadable(file, error)}; log in, or correct it`)
  }
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
