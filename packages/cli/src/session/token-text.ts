/** Checks that a file, a command or standard input has exactly one token, and says what else. */
import { recognizeToken, type TokenKind } from '@token-broker/core/recognize-token'
import { noToken } from './session-error.ts'

/** STS accepts SAML responses of at most as many, and other tokens of at most 20,000. */
const MAX_TOKEN_CHARACTERS = 100_000

/** Not a token with something around it. What else is no JWT, the broker may accept. */
const AROUND_A_TOKEN: readonly TokenKind[] = ['scheme', 'quoted', 'json', 'saml']

/** Returns the token; @throws {SessionError} naming the place, and nothing of the token */
export type CheckToken = (given: string, where: string) => string

/** Refuses values that fetch or a server would refuse, because their messages may quote them. */
export const checkTokenText: CheckToken = (given, where) => {
  const token = given.trim()
  if (token === '') throw noToken(`${where} is empty; log in again`)
  const problem = findProblem(token)
  if (problem !== undefined) throw noToken(`${where} does not have one token: ${problem}`)
  return token
}

function findProblem(token: string): string | undefined {
  const recognized = recognizeToken(token)
  if (recognized && AROUND_A_TOKEN.includes(recognized.kind))
    return `it has ${recognized.what}; ${recognized.advice}`
  // PowerShell's `>` writes UTF-16; read as UTF-8, it has these characters.
  if (/[\0\ufffd]/.test(token)) return 'it is not text in UTF-8; write it without a byte order mark'
  const lines = token.split(/\r\n|\r|\n/).length
  if (lines > 1) return `found ${lines} lines; write the token on one line`
  if (/\s/.test(token)) return 'found white space inside it; write one token alone'
  if (token.length > MAX_TOKEN_CHARACTERS)
    return `found ${token.length} characters, more than ${MAX_TOKEN_CHARACTERS}`
  const position = token.search(/[^\x21-\x7e]/)
  return position < 0 ? undefined : `character ${position + 1} is none that a token has`
}

/** Some identity providers write base64 in lines. */
export const checkSamlText: CheckToken = (given, where) => {
  const token = given.replace(/\s+/g, '')
  if (token === '') throw noToken(`${where} is empty; log in again`)
  if (token.length > MAX_TOKEN_CHARACTERS || !/^[A-Za-z0-9+/_-]+=*$/.test(token))
    throw noToken(`${where} has something else than a SAML response in base64`)
  return token
}
