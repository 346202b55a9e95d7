/** Checks a document against its schema, and repairs what is misspelt for the remaining checks. */
import type * as z from 'zod/mini'
import { PRIVATE_MEMBERS } from '../model/jwk.ts'
import { formatPath } from '../model/value-path.ts'
import { describeIssue } from './describe-issue.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { nameOfPart } from './hints/part-names.ts'
import { explainPastedText } from './hints/pasted-text.ts'
import { memberAt } from './hints/schema-places.ts'
import { explainUnknownField } from './hints/unknown-field.ts'
import { durationOf } from './hints/written-durations.ts'
import { describePlainValue, indexPlainValues, type PlainValue } from './plain-value.ts'
import { tenantSchema } from './schema.ts'

/** A field with the name that is meant, beside the name that is written. */
interface Renamed {
  readonly parent: DocumentPath
  readonly written: string
  readonly meant: string
}

export interface CheckedShape {
  /** The document without unknown fields, and with the names that are meant. */
  readonly value: unknown
  /** The path as it is written in the document. */
  writtenPath(path: DocumentPath): DocumentPath
}

/** @param plainValues of the same document */
export function checkShape(
  value: unknown,
  plainValues: readonly PlainValue[],
  report: Report,
  schema: z.ZodMiniType = tenantSchema,
): CheckedShape {
  const issues = schema.safeParse(value).error?.issues ?? []
  if (issues.length === 0) return { value, writtenPath: (path) => path }
  const pasted = explainPastedText(
    value,
    issues.map(({ path }) => path.map(plainStep)),
    report,
  )
  // What is pasted is the cause of everything that is wrong inside of it.
  const isPasted = (path: DocumentPath): boolean =>
    pasted.has('') || path.some((_, at) => pasted.has(formatPath(path.slice(0, at + 1))))
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys')
  const copy: unknown = structuredClone(value)
  const renamed: Renamed[] = []
  for (const issue of unknown) {
    const parent = issue.path.map(plainStep)
    const part = memberAt(copy, parent)
    for (const key of issue.keys) {
      const meant = isPasted([...parent, key])
        ? undefined
        : reportUnknownField(key, parent, value, schema, report)
      if (!isObjectOrArray(part)) continue
      // The checks of the field that is meant apply to the value.
      if (meant !== undefined && !Object.hasOwn(part, meant)) {
        part[meant] = part[key]
        renamed.push({ parent, written: key, meant })
      }
      delete part[key]
    }
  }
  const writtenPath = (path: DocumentPath): DocumentPath => writtenAs(path, renamed)
  const plainByPath = indexPlainValues(plainValues)
  for (const issue of schema.safeParse(copy).error?.issues ?? []) {
    const path = writtenPath(issue.path.map(plainStep))
    const isOfRenamed = renamed.some(
      ({ parent, written }) => formatPath(path) === formatPath([...parent, written]),
    )
    if (isPasted(path) || isOfRenamed) continue
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        reportUnknownField(key, issue.path.map(plainStep), copy, schema, report)
    } else if (!reportPlainValue(issue, path, plainByPath, report))
      describeIssue(issue, path, memberAt(copy, issue.path.map(plainStep)), report)
  }
  return { value: copy, writtenPath }
}

function writtenAs(path: DocumentPath, renamed: readonly Renamed[]): DocumentPath {
  const change = renamed.find(
    ({ parent, meant }) =>
      path[parent.length] === meant && parent.every((step, at) => step === path[at]),
  )
  if (change === undefined) return path
  const { parent, written } = change
  return [...parent, written, ...path.slice(parent.length + 1)]
}

/** @returns the field of the same part that is meant, where that is known */
function reportUnknownField(
  key: string,
  parent: DocumentPath,
  value: unknown,
  schema: z.ZodMiniType,
  report: Report,
): string | undefined {
  const path = [...parent, key]
  if (key === 'Principal' || key === 'NotPrincipal') {
    report(
      path,
      `a session policy cannot contain ${key}`,
      'remove it: the session itself is the principal',
      { id: 'unknown-field', at: 'key' },
    )
    return undefined
  }
  if (parent.includes('keys') && PRIVATE_MEMBERS.includes(key)) {
    report(
      path,
      `${key} is part of a private or shared key`,
      'replace the key pair at once: this key is no longer private. Write only the public key',
      { id: 'pasted-text', at: 'key' },
    )
    return undefined
  }
  const { hint, expected, meant } = explainUnknownField(key, parent, value, schema)
  const message = `unknown field ${key} in ${nameOfPart(parent)}`
  report(path, message, hint, { id: 'unknown-field', at: 'key', expected })
  return meant
}

/** @returns whether the issue is that YAML read a text without quotes as something else */
function reportPlainValue(
  { code, ...issue }: z.core.$ZodIssue,
  path: DocumentPath,
  plainByPath: ReadonlyMap<string, PlainValue>,
  report: Report,
): boolean {
  const expectsText = 'expected' in issue && issue.expected === 'string'
  if (code !== 'invalid_union' && !expectsText) return false
  const at = formatPath(path)
  const plain =
    plainByPath.get(at) ?? (code === 'invalid_union' ? plainByPath.get(`${at}[]`) : undefined)
  const problem = plain && describePlainValue(plain)
  if (plain && problem) {
    const field = plain.path.at(-1)
    const duration = typeof plain.value === 'number' ? durationOf(field, plain.value) : undefined
    const hint =
      duration === undefined
        ? problem.hint
        : `write a duration with its unit: ${field}: ${duration}`
    report(plain.path, problem.message, hint, {
      id: 'yaml-value',
      expected: 'a string',
      found: typeof plain.value === 'number' ? 'a number' : String(plain.value),
    })
  }
  return problem !== undefined
}

function plainStep(step: PropertyKey): string | number {
  return typeof step === 'symbol' ? String(step) : step
}

function isObjectOrArray(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
