/** The options that credential-process, serve and exec share, with the profile's settings below them. */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { parseUsage, type Terminal, UsageError } from '../command.ts'
import { readProfile } from './profiles.ts'
import { splitCommand } from './split-command.ts'
import type { TokenPlace } from './token-source.ts'

export interface SessionOptions {
  /** The broker's URL, without a slash at its end. */
  readonly endpoint: string
  readonly tenant: string | undefined
  readonly grant: string | undefined
  readonly durationSeconds: number | undefined
  readonly statements: readonly string[] | undefined
  readonly token: TokenPlace
  readonly useCache: boolean
  /** 0: any that is free. */
  readonly port: number
}

const OPTIONS = {
  endpoint: { type: 'string' },
  tenant: { type: 'string' },
  grant: { type: 'string' },
  duration: { type: 'string' },
  statements: { type: 'string' },
  'token-file': { type: 'string' },
  'token-command': { type: 'string' },
  profile: { type: 'string' },
  'no-cache': { type: 'boolean' },
} as const

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** @throws {UsageError} saying what to write instead */
export async function readSessionOptions(
  args: readonly string[],
  { env }: Terminal,
  more: { readonly port: boolean },
): Promise<SessionOptions> {
  const options = more.port ? { ...OPTIONS, port: { type: 'string' } as const } : OPTIONS
  const { values: parsed } = parseUsage(() => parseArgs({ args: [...args], options }))
  const values: Readonly<Record<string, unknown>> = parsed
  const option = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const profile = await readProfile(env, option('profile'))
  const tokenFile = option('token-file')
  return {
    endpoint: readEndpoint(option('endpoint') ?? profile.endpoint),
    tenant: option('tenant') ?? profile.tenant,
    grant: option('grant') ?? profile.grant,
    durationSeconds: readDuration(option('duration') ?? profile.duration),
    statements: readStatements(option('statements') ?? profile.statements),
    token:
      readTokenPlace(
        tokenFile === undefined || tokenFile === '-' ? tokenFile : path.resolve(tokenFile),
        option('token-command'),
      ) ??
      readTokenPlace(profile.tokenFile, profile.tokenCommand) ??
      missing(
        'say where the token comes from: --token-file FILE, --token-file - or --token-command COMMAND',
      ),
    useCache: values['no-cache'] !== true,
    port: readPort(option('port')),
  }
}

function missing(message: string): never {
  throw new UsageError(message)
}

/** The subject token goes there, so it must not go in clear, except to this machine. */
function readEndpoint(text: string | undefined): string {
  if (text === undefined)
    return missing('--endpoint: write the broker’s URL, such as https://broker.example')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    !url ||
    (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
  ) {
    return missing('--endpoint: write an https URL, or http with a loopback address')
  }
  if (url.username || url.password || url.search || url.hash) {
    return missing('--endpoint: write the URL without user, query and fragment')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, count = '', unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? []
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? 0)
  if (seconds >= 900 && seconds <= 43_200) return seconds
  return missing('--duration: write a time from 15m to 12h, such as 15m, 1h or 900s')
}

function readStatements(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const sids = text.split(',').map((sid) => sid.trim())
  return sids.includes('')
    ? missing('--statements: write Sids with commas between, such as Read,Write')
    : sids
}

function readTokenPlace(
  file: string | undefined,
  command: string | undefined,
): TokenPlace | undefined {
  if (file !== undefined && command !== undefined)
    return missing('write --token-file or --token-command, not both')
  if (command !== undefined)
    return { kind: 'command', argv: splitCommand('--token-command', command) }
  if (file === undefined) return undefined
  return file === '-' ? { kind: 'stdin' } : { kind: 'file', file }
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 0
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port <= 65_535 ? port : missing('--port: write a number from 0 to 65535')
}
