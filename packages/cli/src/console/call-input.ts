/** Reads the inputs of calls, which any program of this machine with the key could send. */
import type { TenantSource } from '@token-broker/console/wire'
import { UsageError } from '../cli-error.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** Longer texts are no value of a form: a token has a few kilobytes, a SAML response 100 or so. */
const MAX_TEXT_CHARACTERS = 512 * 1024
const MAX_LIST_ITEMS = 1_000

/** @throws {UsageError} not an object, or it has a member with another name */
export function readMembers(input: unknown, names: readonly string[], what = 'input'): JsonObject {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new UsageError(`${what}: expected an object`)
  const unknown = Object.keys(input).find((name) => !names.includes(name))
  if (unknown === undefined) return { ...input }
  throw new UsageError(`${what}: expected only the members ${names.join(', ')}; reload the page`)
}

/** @returns undefined where the text is absent or empty, as the field of a form is */
export function memberText(members: JsonObject, name: string): string | undefined {
  const value = members[name]
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') throw new UsageError(`${name}: expected a text`)
  if (value.length <= MAX_TEXT_CHARACTERS) return value
  throw new UsageError(
    `${name}: expected at most ${MAX_TEXT_CHARACTERS} characters, found ${value.length}`,
  )
}

export function memberTexts(members: JsonObject, name: string): readonly string[] {
  const value = members[name]
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > MAX_LIST_ITEMS)
    throw new UsageError(`${name}: expected a list of at most ${MAX_LIST_ITEMS} texts`)
  return value.map((item, at) => memberText({ [at]: item }, String(at)) ?? '')
}

/** A whole number from 0 to `max`. */
export function memberCount(
  members: JsonObject,
  name: string,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = members[name]
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max)
    return value
  throw new UsageError(`${name}: expected a whole number from 0 to ${max}`)
}

/** Also an empty one. @throws {UsageError} without the text */
export function requiredText(members: JsonObject, name: string): string {
  if (members[name] === '') return ''
  const value = memberText(members, name)
  if (value !== undefined) return value
  throw new UsageError(`${name}: expected a text, found nothing; reload the page`)
}

/** @throws {UsageError} without the number */
export function requiredCount(members: JsonObject, name: string): number {
  const value = memberCount(members, name)
  if (value !== undefined) return value
  throw new UsageError(`${name}: expected a number, found nothing; reload the page`)
}

/** @throws {UsageError} */
export function requiredSource({ source }: JsonObject): TenantSource {
  if (source === 'directory' || source === 'table') return source
  throw new UsageError('source: expected "directory" or "table"; reload the page')
}
