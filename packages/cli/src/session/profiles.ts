/** The person's named settings: `profiles.json` in their configuration directory. */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { type Environment, UsageError } from '../command.ts'
import { isObject, parseObject, textOf } from './json.ts'

/** The same settings as the options, under the names that JSON likes. */
export type Profile = Readonly<Partial<Record<(typeof FIELDS)[number], string>>>

const FIELDS = [
  'endpoint',
  'tenant',
  'grant',
  'duration',
  'statements',
  'tokenFile',
  'tokenCommand',
] as const

/** XDG's base directories must be absolute; others are to be ignored. */
export function userDirectory(
  env: Environment,
  variable: 'XDG_CACHE_HOME' | 'XDG_CONFIG_HOME',
): string {
  const named = env[variable]
  const base =
    named !== undefined && path.isAbsolute(named) ? named : path.join(home(env), DEFAULTS[variable])
  return path.join(base, 'token-broker')
}

const DEFAULTS = { XDG_CACHE_HOME: '.cache', XDG_CONFIG_HOME: '.config' } as const

function home(env: Environment): string {
  return env.HOME || homedir()
}

/** @throws {UsageError} no such profile, or a field that is not known */
export async function readProfile(env: Environment, named: string | undefined): Promise<Profile> {
  const name = named ?? textOf(env.TOKEN_BROKER_PROFILE)
  if (name === undefined) return {}
  const file = path.join(userDirectory(env, 'XDG_CONFIG_HOME'), 'profiles.json')
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`profile "${name}": cannot read ${file}: ${error.message}`)
  })
  const profiles = parseObject(text)
  if (!profiles)
    throw new UsageError(
      `${file}: write a JSON object of profiles, such as { "work": { "endpoint": "https://…" } }`,
    )
  const given = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (!isObject(given)) {
    throw new UsageError(
      `${file}: there is no profile "${name}"; it has ${Object.keys(profiles).join(', ') || 'none'}`,
    )
  }
  return parseProfile(given, `${file}: profile "${name}"`, env, path.dirname(file))
}

function parseProfile(
  given: Readonly<Record<string, unknown>>,
  where: string,
  env: Environment,
  folder: string,
): Profile {
  const unknown = Object.keys(given).find((field) => !FIELDS.some((known) => known === field))
  if (unknown !== undefined)
    throw new UsageError(`${where}: unknown field "${unknown}"; write ${FIELDS.join(', ')}`)
  const entries = FIELDS.flatMap((field): (readonly [string, string])[] => {
    const value = given[field]
    if (value === undefined) return []
    const text = textOf(field === 'statements' ? joinTexts(value) : value)
    if (text === undefined)
      throw new UsageError(`${where}: "${field}" must be a string that is not empty`)
    return [[field, field === 'tokenFile' ? resolvePath(text, env, folder) : text]]
  })
  const profile: Profile = Object.fromEntries(entries)
  if (profile.tokenFile === undefined || profile.tokenCommand === undefined) return profile
  throw new UsageError(`${where}: write "tokenFile" or "tokenCommand", not both`)
}

/** Sids may be written as a JSON list too. */
function joinTexts(value: unknown): unknown {
  return Array.isArray(value) && value.every((sid) => typeof sid === 'string')
    ? value.join(',')
    : value
}

function resolvePath(file: string, env: Environment, folder: string): string {
  if (file === '-') return file
  return file.startsWith('~/') ? path.join(home(env), file.slice(2)) : path.resolve(folder, file)
}
