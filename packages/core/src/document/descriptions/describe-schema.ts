/** Adds to the JSON Schema what editors show of each field. */
import { isObject } from '../../model/strict-json.ts'
import {
  ATTRIBUTE_DESCRIPTIONS,
  DOCUMENT_DESCRIPTIONS,
  LIMITS_DESCRIPTIONS,
  RATE_DESCRIPTIONS,
  RULE_DESCRIPTIONS,
} from './document-descriptions.ts'
import type { FieldDescriptions } from './field-description.ts'
import { GRANT_DESCRIPTIONS, STATEMENT_DESCRIPTIONS } from './grant-descriptions.ts'
import {
  ISSUER_DESCRIPTIONS,
  KEY_DESCRIPTIONS,
  VERIFY_DESCRIPTIONS,
} from './issuer-descriptions.ts'
import {
  CLASSIC_FLOW_DESCRIPTIONS,
  GUEST_DESCRIPTIONS,
  MAPPING_DESCRIPTIONS,
  MAPPING_RULE_DESCRIPTIONS,
  POOL_DESCRIPTIONS,
} from './pool-descriptions.ts'

/** By the part of the document: names of fields, without those that the author chose. */
const FIELD_DESCRIPTIONS: Readonly<Record<string, FieldDescriptions>> = {
  '': DOCUMENT_DESCRIPTIONS,
  issuers: ISSUER_DESCRIPTIONS,
  'issuers.verify': VERIFY_DESCRIPTIONS,
  'issuers.verify.introspection': VERIFY_DESCRIPTIONS,
  'issuers.verify.keys': KEY_DESCRIPTIONS,
  attributes: ATTRIBUTE_DESCRIPTIONS,
  rules: RULE_DESCRIPTIONS,
  grants: GRANT_DESCRIPTIONS,
  'grants.policy': STATEMENT_DESCRIPTIONS,
  identityPools: POOL_DESCRIPTIONS,
  'identityPools.guests': GUEST_DESCRIPTIONS,
  'identityPools.classicFlow': CLASSIC_FLOW_DESCRIPTIONS,
  'identityPools.roleMappings': MAPPING_DESCRIPTIONS,
  'identityPools.roleMappings.rules': MAPPING_RULE_DESCRIPTIONS,
  limits: LIMITS_DESCRIPTIONS,
  'limits.tenant': RATE_DESCRIPTIONS,
  'limits.subject': RATE_DESCRIPTIONS,
  'limits.clientAddress': RATE_DESCRIPTIONS,
}

type JsonSchema = Readonly<Record<string, unknown>>

/** Parts of a JSON Schema that describe the same part of a document. */
const SAME_PART = ['items', 'additionalProperties', 'anyOf', 'oneOf']

/** @param part names of fields that lead to the part of the document, joined by dots */
export function describeSchema(schema: JsonSchema, part = ''): JsonSchema {
  const described = Object.entries(schema).map(([name, value]) => {
    if (name === 'properties' && isObject(value))
      return [name, describeFields(value, part)] as const
    if (!SAME_PART.includes(name)) return [name, value] as const
    return [name, describeAll(value, part)] as const
  })
  return Object.fromEntries(described)
}

function describeAll(value: unknown, part: string): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => describeAll(one, part))
  return isObject(value) ? describeSchema(value, part) : value
}

function describeFields(fields: JsonSchema, part: string): JsonSchema {
  const described = Object.entries(fields).map(([name, schema]) => {
    if (!isObject(schema)) return [name, schema] as const
    const inner = describeSchema(schema, part === '' ? name : `${part}.${name}`)
    const { description, examples = choicesOf(schema) } = FIELD_DESCRIPTIONS[part]?.[name] ?? {}
    return [
      name,
      {
        ...(description === undefined ? {} : { description }),
        ...inner,
        ...(examples === undefined ? {} : { examples }),
      },
    ] as const
  })
  return Object.fromEntries(described)
}

/** Of a field that is described for all kinds at once, the values that this kind accepts. */
function choicesOf(schema: JsonSchema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const]
  return Array.isArray(schema.enum) ? schema.enum : undefined
}
