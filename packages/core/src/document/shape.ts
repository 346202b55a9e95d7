/** Checks a document against the schema, and says in words what does not fit. */
import type * as z from 'zod/mini'
import { PRIVATE_MEMBERS } from '../model/jwk.ts'
import type { DocumentPath, Fault } from './document-error.ts'
import { attributeSchema, grantSchema, issuerSchema, ruleSchema, tenantSchema } from './schema.ts'

type Issue = z.core.$ZodIssue

const FIELDS = [tenantSchema, issuerSchema, attributeSchema, ruleSchema, grantSchema]
  .flatMap((schema) => Object.keys(schema.shape))
  .concat(
    'kind',
    'jwksUri',
    'keys',
    'Sid',
    'Effect',
    'Action',
    'NotAction',
    'Resource',
    'NotResource',
    'Condition',
  )

export function shapeFaults(value: unknown): Fault[] {
  const result = tenantSchema.safeParse(value)
  return result.success ? [] : result.error.issues.flatMap((issue) => faultsOf(issue, []))
}

/** The document without its unknown fields, so that the rest of the checks can go on. */
export function withoutUnknownFields(value: unknown): unknown {
  const result = tenantSchema.safeParse(value)
  if (result.success) return value
  const copy: unknown = structuredClone(value)
  for (const issue of result.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const parent = issue.path.reduce<unknown>(
      (inner, step) => (isRecord(inner) ? inner[String(step)] : undefined),
      copy,
    )
    if (isRecord(parent)) for (const key of issue.keys) delete parent[key]
  }
  return copy
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function faultsOf(issue: Issue, before: DocumentPath): Fault[] {
  const path = [
    ...before,
    ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
  ]
  const fault = (message: string, hint: string) => [{ path, message, hint }]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(key, path))
    case 'invalid_type':
      return fault(...wrongType(issue))
    case 'invalid_value':
      return fault(
        'the value is not one of the known ones',
        `write one of: ${issue.values.join(', ')}`,
      )
    case 'too_small':
      return fault(
        'the value is empty',
        `write at least ${issue.minimum} ${issue.origin === 'array' ? 'item' : 'character'}`,
      )
    case 'too_big':
      return fault(
        'the value is too long',
        `write at most ${issue.maximum} ${issue.origin === 'array' ? 'items' : 'characters'}`,
      )
    case 'invalid_format':
      return fault('the value has the wrong form', `it ${issue.message}`)
    case 'invalid_key':
      return fault(
        'the name has the wrong form',
        `it ${issue.issues[0]?.message ?? 'must be another'}`,
      )
    case 'invalid_union':
      return fault(
        'the value is of the wrong type',
        'write a text, or a list of texts that is not empty',
      )
    default:
      return fault('the value does not fit', 'see tenant.schema.json')
  }
}

function wrongType(issue: z.core.$ZodIssueInvalidType): [string, string] {
  const names: Record<string, string> = {
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    string: 'a text',
  }
  const wanted = names[issue.expected] ?? `a ${issue.expected}`
  return [`the value is missing or is not ${wanted}`, `write ${wanted} here`]
}

function unknownField(key: string, parent: DocumentPath): Fault {
  const path = [...parent, key]
  if (key === 'Principal' || key === 'NotPrincipal')
    return {
      path,
      message: `a session policy has no ${key}`,
      hint: 'leave it out: the session itself is the principal',
    }
  if (parent.includes('keys') && PRIVATE_MEMBERS.includes(key))
    return {
      path,
      message: `${key} belongs to a private or shared key`,
      hint: 'write the public key only',
    }
  const near = FIELDS.filter((field) => distance(field.toLowerCase(), key.toLowerCase()) <= 2)[0]
  const hint = near === undefined ? 'leave it out; see tenant.schema.json' : `did you mean ${near}?`
  return { path, message: `the field ${key} is not known`, hint }
}

/** Edits that make one word of another (Levenshtein). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries())
      next.push(
        Math.min(
          (next[j] ?? 0) + 1,
          (row[j + 1] ?? 0) + 1,
          (row[j] ?? 0) + (letter === other ? 0 : 1),
        ),
      )
    row = next
  }
  return row[b.length] ?? 3
}
