/** Named settings in `profiles.json` of the user's configuration directory. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { isObject } from '@token-broker/core/strict-json'
import { quote, UsageError } from '../cli-error.ts'
import { suggestion } from '../command-line/suggest.ts'
import type { Environment } from '../terminal.ts'
import { nonEmptyString, parseObject } from './json.ts'
import { isObjectText } from './json-option.ts'
import { isOurs } from './private-files.ts'

const FIELDS = [
  'endpoint',
  'tenant',
  'grant',
  'duration',
  'statements',
  'policy',
  'tokenFile',
  'tokenCommand',
  'tokenType',
  'actorTokenFile',
  'actorTokenCommand',
  'actorTokenType',
  'dpopKey',
] as const

const PATHS: readonly string[] = ['tokenFile', 'actorTokenFile', 'dpopKey']

/** The same settings as the options, in camel case. */
export type Profile = Readonly<Partial<Record<(typeof FIELDS)[number], string>>>

const DEFAULTS = { XDG_CACHE_HOME: '.cache', XDG_CONFIG_HOME: '.config' } as const

/** @see XDG Base Directory Specification: a relative path in the variable is ignored */
export function userDirectory(env: Environment, variable: keyof typeof DEFAULTS): string {
  const named = env[variable]
  const base =
    named !== undefined && path.isAbsolute(named) ? named : path.join(home(env), DEFAULTS[variable])
  return path.join(base, 'token-broker')
}

function home(env: Environment): string {
  return env.HOME || homedir()
}

/** For completion: the names of all profiles, or none where the file cannot be read. */
export function listProfiles(env: Environment): readonly string[] {
  try {
    return Object.keys(parseObject(readOwnFile(profilesFile(env))) ?? {})
  } catch {
    return []
  }
}

/**
 * @param named the value of `--profile`; if undefined, `TOKEN_BROKER_PROFILE` is used
 * @throws {UsageError} no such profile, or an unknown field
 */
export function readProfile(env: Environment, named: string | undefined): Profile {
  const name = named ?? nonEmptyString(env.TOKEN_BROKER_PROFILE)
  if (name === undefined) return {}
  const file = profilesFile(env)
  const profiles = parseObject(readProfiles(file, name))
  if (!profiles)
    throw new UsageError(
      `${file}: expected a JSON object of profiles, such as ` +
        '{ "work": { "endpoint": "https://broker.example" } }',
    )
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (!isObject(profile)) {
    const names = Object.keys(profiles)
    throw new UsageError(
      `${file}: there is no profile ${quote(name)}; it has ${names.join(', ') || 'none'}` +
        suggestion(name, names),
    )
  }
  return parseProfile(profile, `${file}: profile ${quote(name)}`, env, path.dirname(file))
}

function profilesFile(env: Environment): string {
  return path.join(userDirectory(env, 'XDG_CONFIG_HOME'), 'profiles.json')
}

function readProfiles(file: string, name: string): string {
  try {
    return readOwnFile(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    throw new UsageError(`profile ${quote(name)}: cannot read ${file}: ${reason}`)
  }
}

/**
 * A profile may name a command, so a user who can write the file can run programs as this user.
 * It may be a link, as tools for configuration files create them: what counts is the file itself.
 */
function readOwnFile(file: string): string {
  const descriptor = openSync(file, 'r')
  try {
    const { uid, mode } = fstatSync(descriptor)
    if (!isOurs(uid) && uid !== ROOT) throw new Error('it belongs to another user')
    if (process.platform !== 'win32' && (mode & 0o002) !== 0)
      throw new Error('every user can write it; run chmod o-w')
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

const ROOT = 0

function parseProfile(
  given: Readonly<Record<string, unknown>>,
  where: string,
  env: Environment,
  folder: string,
): Profile {
  const unknown = Object.keys(given).find((field) => !FIELDS.some((known) => known === field))
  if (unknown !== undefined)
    throw new UsageError(
      `${where}: unknown field ${quote(unknown)}; expected ${FIELDS.join(', ')}` +
        suggestion(unknown, FIELDS),
    )
  const entries = FIELDS.flatMap((field): (readonly [string, string])[] => {
    const value = given[field]
    if (value === undefined) return []
    const text = nonEmptyString(field === 'statements' ? joinSids(value) : value)
    if (text === undefined)
      throw new UsageError(`${where}: expected "${field}" to be a non-empty string`)
    const isPath = PATHS.includes(field) || (field === 'policy' && !isObjectText(text))
    return [[field, isPath ? resolvePath(text, env, folder) : text]]
  })
  const profile: Profile = Object.fromEntries(entries)
  for (const [file, command] of [
    ['tokenFile', 'tokenCommand'],
    ['actorTokenFile', 'actorTokenCommand'],
  ] as const)
    if (profile[file] !== undefined && profile[command] !== undefined)
      throw new UsageError(`${where}: expected "${file}" or "${command}", not both`)
  return profile
}

/** Sids may be a JSON array too. */
function joinSids(value: unknown): unknown {
  return Array.isArray(value) && value.every((sid) => typeof sid === 'string')
    ? value.join(',')
    : value
}

function resolvePath(file: string, env: Environment, folder: string): string {
  if (file === '-') return file
  return file.startsWith('~/') ? path.join(home(env), file.slice(2)) : path.resolve(folder, file)
}
