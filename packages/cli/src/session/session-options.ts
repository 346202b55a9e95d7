/** The options of `credential-process`, `serve` and `exec`, and their values, checked. */
import path from 'node:path'
import { MAX_DURATION_SECONDS, MIN_DURATION_SECONDS } from '@token-broker/core/sts-limits'
import { quote, UsageError } from '../cli-error.ts'
import type { CommandCall, OptionDeclaration } from '../command-line/declaration.ts'
import { readEndpoint } from './broker-endpoint.ts'
import { readPolicyOption } from './json-option.ts'
import { readProfile } from './profiles.ts'
import { splitCommand } from './split-command.ts'
import type { TokenPlace, TokenType } from './token-source.ts'

const SESSION = 'Session options'
const TOKEN = 'Token options'
const SETTINGS = 'Settings'

export const SESSION_OPTIONS = {
  endpoint: {
    value: 'URL',
    summary: 'the URL of the broker: https, or http on this machine',
    group: SESSION,
  },
  tenant: {
    value: 'NAME',
    summary: 'the tenant; needed only where several tenants accept the token',
    group: SESSION,
  },
  grant: {
    value: 'NAME',
    summary: 'the grant (default: the grant of the first rule that passes)',
    group: SESSION,
  },
  duration: {
    value: 'TIME',
    summary: 'lifetime of the credentials, from 15m to 12h, such as 15m, 1h or 900s',
    group: SESSION,
  },
  statements: {
    value: 'SIDS',
    summary: 'the statements of the policy to keep, with commas between them, such as Read,List',
    group: SESSION,
  },
  policy: {
    value: 'FILE|JSON',
    summary:
      'an IAM policy that allows less than the grant: a file, or JSON that begins with a brace',
    group: SESSION,
    completes: 'file',
  },
  'token-file': {
    value: 'FILE',
    summary:
      'file with the subject token, read again for each request; "-" reads standard input, once: ' +
      'serve and exec then refresh only until that token expires',
    group: TOKEN,
    completes: 'file',
  },
  'token-command': {
    value: 'COMMAND',
    summary:
      'a command that prints the subject token within 60 s; it may contain quotes, and runs ' +
      'without a shell',
    group: TOKEN,
  },
  'token-type': {
    value: 'TYPE',
    choices: ['saml2'],
    summary:
      'saml2: the token is a SAML 2.0 response in base64 (default: a JWT or an opaque token)',
    group: TOKEN,
  },
  'actor-token-file': {
    value: 'FILE',
    summary: 'file with the token of a party that acts for the subject, read for each request',
    group: TOKEN,
    completes: 'file',
  },
  'actor-token-command': {
    value: 'COMMAND',
    summary: 'a command that prints that token, as --token-command does',
    group: TOKEN,
  },
  'actor-token-type': {
    value: 'TYPE',
    choices: ['saml2'],
    summary: 'saml2: the token of the party that acts is a SAML 2.0 response in base64',
    group: TOKEN,
  },
  'dpop-key': {
    value: 'FILE',
    summary:
      'the private key to which the token is bound (DPoP), as PKCS #8 PEM or JWK: each request ' +
      'then has a proof of it; other users must not be able to read the file',
    group: TOKEN,
    completes: 'file',
  },
  profile: {
    value: 'NAME',
    summary:
      'read settings from ~/.config/token-broker/profiles.json (default: $TOKEN_BROKER_PROFILE); ' +
      'options override them',
    group: SETTINGS,
    completes: 'profile',
  },
  'no-cache': {
    summary: 'do not read or write ~/.cache/token-broker',
    group: SETTINGS,
  },
} as const satisfies Record<string, OptionDeclaration>

/** The options that `credential-process`, `serve` and `exec` share. */
export type SessionOption = keyof typeof SESSION_OPTIONS

export interface SessionOptions {
  /** The broker's URL, without a slash at its end. */
  readonly endpoint: string
  readonly tenant: string | undefined
  readonly grant: string | undefined
  readonly durationSeconds: number | undefined
  readonly statements: readonly string[] | undefined
  readonly policy: Readonly<Record<string, unknown>> | undefined
  readonly token: TokenPlace
  readonly tokenType: TokenType
  /** Of the party that acts for the subject; undefined: there is none. */
  readonly actorToken: TokenPlace | undefined
  readonly actorTokenType: TokenType
  /** Undefined: the token is a bearer token. */
  readonly dpopKeyFile: string | undefined
  readonly useCache: boolean
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/**
 * Options override the settings of the profile.
 *
 * @throws {UsageError} saying what to write instead
 */
export async function readSessionOptions({
  terminal: { env },
  option,
  isSet,
}: CommandCall<SessionOption>): Promise<SessionOptions> {
  const profile = readProfile(env, option('profile'))
  const actorTokenType = readTokenType(
    option('actor-token-type') ?? profile.actorTokenType,
    'actor-',
  )
  const actorToken =
    readTokenPlace(
      ['--actor-token-file', tokenFileOf(option('actor-token-file'))],
      ['--actor-token-command', option('actor-token-command')],
    ) ??
    readTokenPlace(
      ['actorTokenFile of the profile', profile.actorTokenFile],
      ['actorTokenCommand of the profile', profile.actorTokenCommand],
    )
  if (actorToken?.kind === 'stdin')
    return refuse(`${actorToken.setting}: standard input is for the token of the subject`)
  if (actorTokenType !== undefined && actorToken === undefined)
    return refuse('--actor-token-type: expected --actor-token-file or --actor-token-command too')
  return {
    endpoint: readEndpoint(option('endpoint') ?? profile.endpoint),
    tenant: option('tenant') ?? profile.tenant,
    grant: option('grant') ?? profile.grant,
    durationSeconds: readDuration(option('duration') ?? profile.duration),
    statements: readStatements(option('statements') ?? profile.statements),
    policy: readPolicyOption(option('policy') ?? profile.policy),
    token:
      readTokenPlace(
        ['--token-file', tokenFileOf(option('token-file'))],
        ['--token-command', option('token-command')],
      ) ??
      readTokenPlace(
        ['tokenFile of the profile', profile.tokenFile],
        ['tokenCommand of the profile', profile.tokenCommand],
      ) ??
      refuse(
        'expected the place of the token: write --token-file FILE, --token-file - or ' +
          '--token-command COMMAND',
      ),
    tokenType: readTokenType(option('token-type') ?? profile.tokenType),
    actorToken,
    actorTokenType,
    dpopKeyFile: resolved(option('dpop-key')) ?? profile.dpopKey,
    useCache: !isSet('no-cache'),
  }
}

function tokenFileOf(file: string | undefined): string | undefined {
  return file === '-' ? file : resolved(file)
}

function resolved(file: string | undefined): string | undefined {
  return file === undefined ? undefined : path.resolve(file)
}

function refuse(message: string): never {
  throw new UsageError(message)
}

/** @throws {UsageError} */
export function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, count = '', unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? []
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? 0)
  if (seconds >= MIN_DURATION_SECONDS && seconds <= MAX_DURATION_SECONDS) return seconds
  const limits = `${MIN_DURATION_SECONDS / 60}m to ${MAX_DURATION_SECONDS / 3600}h`
  return refuse(
    `--duration: expected a time from ${limits}, such as 15m, 1h or 900s, found ${quote(text)}`,
  )
}

/** @throws {UsageError} */
export function readStatements(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const sids = text.split(',').map((sid) => sid.trim())
  return sids.includes('')
    ? refuse('--statements: expected Sids with commas between them, such as Read,Write')
    : sids
}

/** The beginning of the names of options. */
type Whose = '' | 'actor-'

function readTokenType(text: string | undefined, whose: Whose = ''): TokenType {
  if (text === undefined || text === 'saml2') return text
  return refuse(`--${whose}token-type: expected saml2, found ${quote(text)}`)
}

/** The name of a setting, for messages, and its value. */
type Setting = readonly [name: string, value: string | undefined]

function readTokenPlace(
  [fileSetting, file]: Setting,
  [commandSetting, command]: Setting,
): TokenPlace | undefined {
  if (file !== undefined && command !== undefined)
    return refuse(`expected ${fileSetting} or ${commandSetting}, not both`)
  if (command !== undefined) {
    const argv = splitCommand(commandSetting, command)
    return { kind: 'command', argv, setting: commandSetting }
  }
  if (file === undefined) return undefined
  const setting = fileSetting
  return file === '-' ? { kind: 'stdin', setting } : { kind: 'file', file, setting }
}
