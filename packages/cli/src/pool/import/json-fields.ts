/** Reads fields of JSON that another program wrote, and says which field has the wrong form. */
import { isObject } from '@token-broker/core/strict-json'
import { UsageError } from '../../cli-error.ts'
import { parseObject } from '../../session/json.ts'

/** A JSON object, and what it is called in messages, such as `pool.json`. */
export interface JsonFields {
  readonly name: string
  readonly members: Readonly<Record<string, unknown>>
}

/** @throws {UsageError} if the text is not a JSON object */
export function readFields(text: string, name: string, command: string): JsonFields {
  const members = parseObject(text)
  if (members === undefined)
    throw new UsageError(`${name}: expected a JSON object; write the output of "${command}" to it`)
  return { name, members }
}

/** @throws {UsageError} if the field is missing or not text */
export function textField(fields: JsonFields, field: string): string {
  return optionalText(fields, field) ?? refuseField(fields, field, 'text')
}

/** @throws {UsageError} if the field is not text */
export function optionalText(fields: JsonFields, field: string): string | undefined {
  const value = memberOf(fields, field)
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  return refuseField(fields, field, 'text')
}

/** Absent means false, as AWS omits it. */
export function flagField(fields: JsonFields, field: string): boolean {
  const value = memberOf(fields, field) ?? false
  return typeof value === 'boolean' ? value : refuseField(fields, field, 'true or false')
}

/** @returns an empty list where the field is absent */
export function textsField(fields: JsonFields, field: string): readonly string[] {
  const value = memberOf(fields, field) ?? []
  const isText = (one: unknown): one is string => typeof one === 'string' && one !== ''
  return Array.isArray(value) && value.every(isText)
    ? value
    : refuseField(fields, field, 'a list of texts')
}

/** @returns an empty object where the field is absent */
export function textMapField(fields: JsonFields, field: string): Readonly<Record<string, string>> {
  const { members } = objectField(fields, field)
  const texts = Object.entries(members).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return texts.length === Object.keys(members).length
    ? Object.fromEntries(texts)
    : refuseField(fields, field, 'an object of texts')
}

/** @returns an object without members where the field is absent */
export function objectField(fields: JsonFields, field: string): JsonFields {
  const value = memberOf(fields, field) ?? {}
  return isObject(value)
    ? { name: `${fields.name}: ${field}`, members: value }
    : refuseField(fields, field, 'an object')
}

/** @returns an empty list where the field is absent */
export function objectsField(fields: JsonFields, field: string): readonly JsonFields[] {
  const value = memberOf(fields, field) ?? []
  return Array.isArray(value) && value.every(isObject)
    ? value.map((members, index) => ({ name: `${fields.name}: ${field}[${index}]`, members }))
    : refuseField(fields, field, 'a list of objects')
}

function memberOf({ members }: JsonFields, field: string): unknown {
  return Object.hasOwn(members, field) ? (members[field] ?? undefined) : undefined
}

function refuseField(fields: JsonFields, field: string, expected: string): never {
  const value = memberOf(fields, field)
  throw new UsageError(
    `${fields.name}: ${field} is ${value === undefined ? 'missing' : 'not valid'}: expected ` +
      expected,
  )
}
