/** The errors that commands expect: one line for the user at the terminal, and an exit code. */

/** The exit codes of all commands. `exec` ends with the code of the command that it runs. */
export const EXIT = {
  done: 0,
  /** Documents, options or settings are invalid, or a permission is missing. */
  invalid: 1,
  unknownCommand: 2,
  /** The broker refuses, or would refuse. */
  refused: 3,
  /**
   * The tenant is at another version than expected, was removed, or differs from the document; or
   * another tenant claims the same audience.
   */
  conflict: 3,
  /** By a change of documents, somebody gains, or it is not known whether somebody does. */
  gain: 3,
  /** By other documents, somebody would have gained or lost access, or got something else. */
  difference: 3,
  /** The broker or the table cannot be reached at present; the same call may succeed later. */
  unavailable: 4,
  /** It depends on something that is not known. */
  undecided: 5,
} as const

/**
 * The base class of every expected error. `runCommandLine` prints `token-broker: MESSAGE` and
 * returns `exitCode`; any other error is a fault of this program and is printed with its stack.
 *
 * Subclasses:
 * - `UsageError`: the options, files or settings are wrong (1), or there is no such command (2)
 * - `SessionError`: no credentials, because of a refusal (3) or an outage (4)
 * - `TenantError`: a tenant has changed (3), or its table cannot be reached (4)
 *
 * A message never contains a secret. Tokens are redacted: a profile or the broker's response may
 * contain one where none belongs, and messages are logged.
 */
export class CliError extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(redactTokens(message))
    this.name = new.target.name
    this.exitCode = exitCode
  }
}

/** The user wrote something that is wrong; the message says what to write instead. */
export class UsageError extends CliError {
  constructor(message: string, exitCode: number = EXIT.invalid) {
    super(message, exitCode)
  }
}

const MAX_QUOTED_CHARACTERS = 64

/** Quotes user input for a message, except a token or a value so long that it may be one. */
export function quote(text: string): string {
  return text.length > MAX_QUOTED_CHARACTERS || looksLikeToken(text)
    ? `a value of ${text.length} characters`
    : JSON.stringify(text)
}

/** A signed or encrypted JWT, possibly truncated: a header in JSON, then further parts. */
const JWT = /eyJ[\w-]{10,}(?:\.[\w-]*)+/g

const BASE64_LINE = '[A-Za-z0-9+/_-]{20,}'
/** Base64 of `<?xml `, `<saml`, `<Respo` or `<Asser`, and of what follows, possibly in lines. */
const SAML = new RegExp(
  `(?:PD94bWwg|PHNhbW[w-z]|PFJlc3Bv|PEFzc2Vy)${BASE64_LINE}(?:\\s+${BASE64_LINE})*={0,2}`,
  'g',
)

/** How the tokens of GitHub, GitLab, Google, Slack, Amazon, Facebook, Vault and AWS STS begin. */
const BEGINNINGS = [
  ...['gh[opsur]_', 'github_pat_', 'glpat-', String.raw`ya29\.`, 'xox[abprs]-'],
  ...[String.raw`Atz[ar]\|`, String.raw`EAA(?=\w{40})`, String.raw`hvs\.`, 'IQoJb3JpZ2lu'],
]
const OPAQUE = new RegExp(`(?<![\\w/])(?:${BEGINNINGS.join('|')})[\\w.+/=|-]{16,}`, 'g')

/** What people copy with a token: quotes, and the word of an Authorization header. */
const BEFORE_A_TOKEN = /^[\s\uFEFF"']*(?:(?:bearer|dpop|token)\s+)?["']?/i

/**
 * Whether a value is a JWT, a SAML response or the token of a well-known service, written where
 * something else was expected.
 */
export function looksLikeToken(text: string): boolean {
  const bare = text.replace(BEFORE_A_TOKEN, '')
  return (
    /^eyJ[\w-]{10,}(?:\.[\w-]*){2,4}["'\s]*$/.test(bare) ||
    bare.search(SAML) === 0 ||
    bare.search(OPAQUE) === 0
  )
}

export function redactTokens(text: string): string {
  return text.replace(JWT, '[token]').replace(SAML, '[token]').replace(OPAQUE, '[token]')
}
