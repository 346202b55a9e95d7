/** Describes in plain words why a value does not match the schema. */
import type * as z from 'zod/mini'
import { findSimilar } from '../model/similar-words.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { kindMeantBy } from './hints/foreign-names.ts'
import { VERIFICATION_KINDS } from './schema.ts'

const YAML_TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'a string',
  boolean: 'true or false',
  int: 'an integer',
}

/** Longer values are not repeated. */
const MAX_SHOWN_CHARACTERS = 60

/** @param value what is written at the path; undefined where nothing is */
export function describeIssue(
  issue: z.core.$ZodIssue,
  path: DocumentPath,
  value: unknown,
  report: Report,
): void {
  switch (issue.code) {
    case 'invalid_type':
      reportType(YAML_TYPES[issue.expected] ?? `a ${issue.expected}`, path, value, report)
      break
    case 'invalid_value':
      reportChoice(issue.values.map(String), path, value, report)
      break
    case 'too_small': {
      if (typeof value === 'number') {
        report(path, `the value ${value} is out of range`, hintForNumber(issue))
        break
      }
      const unit = issue.origin === 'array' ? 'item' : 'character'
      const few = issue.minimum === 1 ? 'is empty' : `has too few ${unit}s`
      const least = `${issue.minimum} ${unit}${issue.minimum === 1 ? '' : 's'}`
      report(path, `the value ${few}`, `write at least ${least}`)
      break
    }
    case 'too_big': {
      if (typeof value === 'number') {
        report(path, `the value ${value} is out of range`, hintForNumber(issue))
        break
      }
      const unit = issue.origin === 'array' ? 'items' : 'characters'
      const hasLength = typeof value === 'string' || Array.isArray(value)
      const found = hasLength ? { found: `${value.length} ${unit}` } : {}
      report(path, 'the value is too long', `write at most ${issue.maximum} ${unit}`, found)
      break
    }
    case 'invalid_format':
      // The value is not repeated: it may be a secret where the name of one is expected.
      report(path, 'the value has the wrong format', issue.message)
      break
    case 'invalid_key': {
      const hint = issue.issues[0]?.message ?? 'use another name'
      report(path, 'the name has the wrong format', hint, { at: 'key' })
      break
    }
    case 'invalid_union':
      if (issue.discriminator !== undefined) reportChoice(VERIFICATION_KINDS, path, value, report)
      else
        report(path, 'the value has the wrong type', hintForUnion(issue), {
          found: describeValue(value),
        })
      break
    default:
      report(path, 'the value is not valid', 'see the description of the field')
  }
}

function reportType(expected: string, path: DocumentPath, value: unknown, report: Report): void {
  const name = path.findLast((step) => typeof step === 'string')
  if (path.length === 0 && (value === undefined || value === null)) {
    report(path, 'the document is empty', 'write tenant:, issuers:, rules: and grants:')
    return
  }
  if (value === undefined) {
    const hint = `write ${name}: and ${expected}`
    report(path, `the field ${name} is missing`, hint, { id: 'missing-field', expected })
    return
  }
  if (value === null) {
    report(path, `the field ${name} has no value`, `write ${expected}, or remove ${name}`, {
      id: 'missing-field',
      expected,
    })
    return
  }
  const found = describeValue(value)
  report(path, `the value is not ${expected}`, hintForType(expected, name, value), {
    expected,
    found,
  })
}

/** What is written, as what is expected, where that is clear. */
function hintForType(expected: string, name: string | number | undefined, value: unknown): string {
  const isShort = typeof value === 'string' && value.length <= MAX_SHOWN_CHARACTERS
  if (expected === 'a list' && isShort && !/[\n,[\]{}#:]/.test(value))
    return `write a list: ${name}: [${value}]`
  if (expected === 'true or false' && isShort) {
    const isTrue = /^(?:yes|on|y|true|1)$/i.test(value)
    if (isTrue || /^(?:no|off|n|false|0)$/i.test(value))
      return `write true or false: ${name}: ${isTrue}`
  }
  if (expected === 'a list' && typeof value === 'object' && value !== null)
    return 'write a list: each item begins with "- "'
  if (expected === 'a mapping' && isShort && /^claims[.[]/.test(value))
    return `write a mapping: ${name}: { from: ${value} }`
  if (expected === 'a mapping' && Array.isArray(value))
    return 'write a mapping: NAME: VALUE, without "- "'
  return `write ${expected} here`
}

function reportChoice(
  choices: readonly string[],
  path: DocumentPath,
  value: unknown,
  report: Report,
): void {
  if (value === undefined) {
    const name = path.at(-1)
    report(path, `the field ${name} is missing`, `write one of: ${choices.join(', ')}`, {
      id: 'missing-field',
    })
    return
  }
  const word = typeof value === 'string' ? value : undefined
  const foreign = word === undefined ? undefined : kindMeantBy(word)
  const isKind = path.at(-1) === 'kind' && foreign !== undefined && choices.includes(foreign)
  const similar = word === undefined ? undefined : isKind ? foreign : findSimilar(word, choices)
  const meant = similar === undefined ? '' : `did you mean ${similar}? `
  report(path, 'the value is not allowed', `${meant}write one of: ${choices.join(', ')}`, {
    found: describeValue(value),
  })
}

/** The schema's own text, where it has one. */
function hintForNumber(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  if (issue.message !== 'Invalid input') return issue.message
  return issue.code === 'too_small'
    ? `write at least ${issue.minimum}`
    : `write at most ${issue.maximum}`
}

/** The schema's own text, where it has one. */
function hintForUnion({ message }: z.core.$ZodIssueInvalidUnion): string {
  return message === 'Invalid input' ? 'write a string, or a non-empty list of strings' : message
}

/** In short; of a text, only that of a plain word. */
function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null (nothing is written)'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value !== 'string') return `the ${typeof value} ${value}`
  const isWord = /^[\w+. -]+$/.test(value) && value.length <= MAX_SHOWN_CHARACTERS
  return isWord ? `the string ${value}` : 'a string'
}
