/** Checks a document against the schema, and describes each mismatch in plain words. */
import type * as z from 'zod/mini'
import { PRIVATE_MEMBERS } from '../model/jwk.ts'
import { findSimilar } from '../model/similar-words.ts'
import { formatPath } from '../model/value-path.ts'
import { type DocumentPath, type Report, unknownField } from './document-problem.ts'
import { describePlainValue, indexPlainValues, type PlainValue } from './plain-value.ts'
import {
  guestsSchema,
  mappingRuleSchema,
  poolSchema,
  roleMappingSchema,
} from './pools/pool-schema.ts'
import {
  attributeSchema,
  grantSchema,
  issuerSchema,
  ruleSchema,
  statementSchema,
  tenantSchema,
  VERIFICATION_KINDS,
  VERIFICATIONS,
} from './schema.ts'

/** How the mismatches of one kind of file are described. */
export interface ShapeDescription {
  /** Fields that may be suggested for a misspelled one. */
  readonly fields: readonly string[]
  /** The JSON Schema of such a file. */
  readonly schemaFile: string
}

const FIELDS = [
  ...[tenantSchema, issuerSchema, attributeSchema, ruleSchema, grantSchema],
  ...[...VERIFICATIONS, statementSchema],
  ...[poolSchema, guestsSchema, roleMappingSchema, mappingRuleSchema],
].flatMap((schema) => Object.keys(schema.shape))

const TENANT_DOCUMENT: ShapeDescription = { fields: FIELDS, schemaFile: 'tenant.schema.json' }

const YAML_TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'a string',
  boolean: 'true or false',
}

/** @param plainValues of the same document */
export function checkShape(
  value: unknown,
  plainValues: readonly PlainValue[],
  report: Report,
): void {
  const result = tenantSchema.safeParse(value)
  reportIssues(result.error?.issues ?? [], plainValues, TENANT_DOCUMENT, report)
}

/** @param plainValues of the same file */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  plainValues: readonly PlainValue[],
  description: ShapeDescription,
  report: Report,
): void {
  const plainByPath = indexPlainValues(plainValues)
  for (const issue of issues)
    if (!reportPlainValue(issue, plainByPath, report)) reportIssue(issue, description, report)
}

/** The document without its unknown fields, so that the remaining checks can run on it. */
export function withoutUnknownFields(value: unknown): unknown {
  const result = tenantSchema.safeParse(value)
  if (result.success) return value
  const copy: unknown = structuredClone(value)
  for (const issue of result.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const parent = issue.path.reduce<unknown>(
      (inner, step) => (isObjectOrArray(inner) ? inner[String(step)] : undefined),
      copy,
    )
    if (isObjectOrArray(parent)) for (const key of issue.keys) delete parent[key]
  }
  return copy
}

/** @returns whether the issue is that YAML read a text without quotes as something else */
function reportPlainValue(
  { code, path, ...issue }: z.core.$ZodIssue,
  plainByPath: ReadonlyMap<string, PlainValue>,
  report: Report,
): boolean {
  const expectsText = 'expected' in issue && issue.expected === 'string'
  if (code !== 'invalid_union' && !expectsText) return false
  const at = formatPath(path.map(plainStep))
  const plain =
    plainByPath.get(at) ?? (code === 'invalid_union' ? plainByPath.get(`${at}[]`) : undefined)
  const problem = plain && describePlainValue(plain)
  if (plain && problem) report(plain.path, problem.message, problem.hint, 'yaml-value')
  return problem !== undefined
}

function plainStep(step: PropertyKey): string | number {
  return typeof step === 'symbol' ? String(step) : step
}

function isObjectOrArray(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function reportIssue(issue: z.core.$ZodIssue, description: ShapeDescription, report: Report): void {
  const path = issue.path.map(plainStep)
  switch (issue.code) {
    case 'unrecognized_keys':
      for (const key of issue.keys) reportUnknownField(key, path, description, report)
      return
    case 'invalid_type': {
      const expected = YAML_TYPES[issue.expected] ?? `a ${issue.expected}`
      report(path, `the value is missing or is not ${expected}`, `write ${expected} here`)
      return
    }
    case 'invalid_value':
      report(path, 'the value is not allowed', `write one of: ${issue.values.join(', ')}`)
      return
    case 'too_small': {
      const unit = issue.origin === 'array' ? 'item' : 'character'
      const few = issue.minimum === 1 ? 'is empty' : `has too few ${unit}s`
      const least = `${issue.minimum} ${unit}${issue.minimum === 1 ? '' : 's'}`
      report(path, `the value ${few}`, `write at least ${least}`)
      return
    }
    case 'too_big': {
      const unit = issue.origin === 'array' ? 'items' : 'characters'
      report(path, 'the value is too long', `write at most ${issue.maximum} ${unit}`)
      return
    }
    case 'invalid_format':
      report(path, 'the value has the wrong format', issue.message)
      return
    case 'invalid_key':
      report(path, 'the name has the wrong format', issue.issues[0]?.message ?? 'use another name')
      return
    case 'invalid_union':
      if (issue.discriminator !== undefined) reportUnknownKind(path, report)
      else report(path, 'the value has the wrong type', hintForUnion(issue))
      return
    default:
      report(path, 'the value is not valid', `see ${description.schemaFile}`)
  }
}

/** The schema's own text, where it has one. */
function hintForUnion({ message }: z.core.$ZodIssueInvalidUnion): string {
  return message === 'Invalid input' ? 'write a string, or a non-empty list of strings' : message
}

function reportUnknownKind(path: DocumentPath, report: Report): void {
  report(path, 'the value is not allowed', `write one of: ${VERIFICATION_KINDS.join(', ')}`)
}

function reportUnknownField(
  key: string,
  parent: DocumentPath,
  description: ShapeDescription,
  report: Report,
): void {
  const path = [...parent, key]
  if (key === 'Principal' || key === 'NotPrincipal')
    report(
      path,
      `a session policy cannot contain ${key}`,
      'remove it: the session itself is the principal',
    )
  else if (parent.includes('keys') && PRIVATE_MEMBERS.includes(key))
    report(path, `${key} is part of a private or shared key`, 'write only the public key')
  else if (parent.at(-1) === 'verify' && description.fields.includes(key))
    report(path, unknownField(key), 'remove it, or write another kind: this one does not have it')
  else {
    report(path, unknownField(key), hintForUnknown(key, description))
  }
}

/** A field of another part may be meant, or a similar one of this part: `audience`, `audiences`. */
function hintForUnknown(key: string, { fields, schemaFile }: ShapeDescription): string {
  const isField = fields.includes(key)
  const similar = findSimilar(
    key,
    fields.filter((field) => field !== key),
  )
  const meant = similar === undefined ? [] : [`did you mean ${similar}?`]
  const move = `move it to the part that it belongs to; see ${schemaFile}`
  const remove = `remove it; see ${schemaFile}`
  return [...meant, ...(isField ? [move] : meant.length > 0 ? [] : [remove])].join(' Or ')
}
