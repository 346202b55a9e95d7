/** Which keys and values of the JSON Schema of documents fit where the cursor is. */
import { type DocumentPlace, placeInDocument } from './place-in-document.ts'

/** The part of JSON Schema that the schema of tenant documents uses. */
export interface Schema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly required?: readonly string[]
  readonly examples?: readonly unknown[]
}

export interface Suggestion {
  readonly label: string
  /** What is written in place of the word before the cursor. */
  readonly insert: string
  readonly description: string
}

export interface Suggestions {
  /** Where the word before the cursor begins. */
  readonly from: number
  readonly items: readonly Suggestion[]
}

/** @param cursor the number of characters before it */
export function suggestAt(text: string, cursor: number, schema: Schema): Suggestions {
  const place = placeInDocument(text, cursor)
  const schemas = schemasAt([schema], place.path, place)
  const all = place.kind === 'key' ? keysOf(schemas, place) : valuesOf(schemas)
  const typed = place.word.toLowerCase()
  const items = all.filter(({ label }) => {
    const name = label.toLowerCase()
    return name.startsWith(typed) && name !== typed
  })
  return { from: cursor - place.word.length, items }
}

/** The description of the key whose value or name is at the cursor. */
export function describeAt(text: string, cursor: number, schema: Schema): string {
  const { path, kind, word } = placeInDocument(text, cursor)
  const key = kind === 'key' && word !== '' ? [...path, word] : path
  for (let length = key.length; length > 0; length--) {
    const found = schemasAt([schema], key.slice(0, length)).find((one) => one.description)
    if (found?.description) return `${key.slice(0, length).join('.')}: ${found.description}`
  }
  return ''
}

function schemasAt(
  roots: readonly Schema[],
  path: readonly (string | number)[],
  place?: DocumentPlace,
): readonly Schema[] {
  let schemas = roots.flatMap(alternativesOf)
  for (const step of path)
    schemas = schemas.flatMap((schema) => childOf(schema, step) ?? []).flatMap(alternativesOf)
  return place === undefined ? schemas : schemas.filter((schema) => fits(schema, place))
}

function alternativesOf(schema: Schema): readonly Schema[] {
  const nested = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  return nested.length === 0 ? [schema] : [schema, ...nested.flatMap(alternativesOf)]
}

function childOf(schema: Schema, step: string | number): Schema | undefined {
  if (typeof step === 'number') return schema.items
  // Not a member that every object has, such as `constructor`.
  const own = Object.entries(schema.properties ?? {}).find(([name]) => name === step)?.[1]
  if (own) return own
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

/** Of alternatives such as those of `verify`, the one whose `kind` is written there. */
function fits({ properties }: Schema, { siblings }: DocumentPlace): boolean {
  const written = siblings.get('kind')
  const expected = properties?.kind?.const
  return written === undefined || expected === undefined || written === expected
}

function keysOf(schemas: readonly Schema[], { siblings }: DocumentPlace) {
  const found = new Map<string, Suggestion>()
  for (const { properties = {}, required = [] } of schemas)
    for (const [label, { description = '' }] of Object.entries(properties)) {
      if (siblings.has(label) || found.has(label)) continue
      const needed = required.includes(label) ? 'Required. ' : ''
      found.set(label, {
        ...{ label, insert: `${label}: `, description: `${needed}${description}` },
      })
    }
  return [...found.values()]
}

function valuesOf(schemas: readonly Schema[]): readonly Suggestion[] {
  const values = schemas.flatMap((schema) => [
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.enum ?? []),
    ...(schema.type === 'boolean' ? [true, false] : []),
    ...(schema.examples ?? []).filter((value) => typeof value !== 'object'),
  ])
  return [...new Set(values.map(String))].map((label) => ({
    label,
    insert: label,
    description: '',
  }))
}
