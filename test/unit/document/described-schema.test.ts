/** The JSON Schema describes each field, with examples that are themselves accepted. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as z from 'zod'

type Schema = Readonly<Record<string, unknown>>

interface Field {
  readonly path: string
  readonly schema: Schema
}

const FILE = new URL('../../../packages/core/tenant.schema.json', import.meta.url)
const FIELDS = fieldsOf(JSON.parse(readFileSync(FILE, 'utf8')), '')

/** Every property at every level, also of alternatives. */
function fieldsOf(schema: unknown, path: string): Field[] {
  if (Array.isArray(schema)) return schema.flatMap((one, at) => fieldsOf(one, `${path}/${at}`))
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([name, value]): Field[] => {
    if (name === 'properties')
      return Object.entries(value).flatMap(([field, inner]) => [
        { path: `${path}/${field}`, schema: Object(inner) },
        ...fieldsOf(inner, `${path}/${field}`),
      ])
    const isPart = ['items', 'additionalProperties', 'anyOf', 'oneOf'].includes(name)
    return isPart ? fieldsOf(value, path) : []
  })
}

const isLeaf = ({ schema }: Field) => fieldsOf(schema, '').length === 0

it('has all fields', () => {
  expect(FIELDS.length).toBeGreaterThan(140)
})

it.each(FIELDS)('$path has a description that ends like a sentence', ({ schema }) => {
  expect(schema.description).toMatch(/^[A-Z].{10,}\.$/)
})

it.each(FIELDS.filter(isLeaf))('$path has examples that are accepted', ({ schema }) => {
  const { examples } = schema
  expect(examples).toEqual(expect.arrayContaining([expect.anything()]))
  const accepted = z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema)
  for (const example of examples as unknown[])
    expect(accepted.safeParse(example).error?.issues ?? []).toEqual([])
})

it('would show an example that is not accepted', () => {
  const schema = z.fromJSONSchema({ type: 'string', pattern: '^[a-z]+$' })
  expect(schema.safeParse('NOT').success).toBe(false)
})
