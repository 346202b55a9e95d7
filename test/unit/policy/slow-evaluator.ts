/**
 * Whether an IAM statement matches a request, written as IAM documents it and with nothing of the
 * broker: the tests of containment compare with it.
 */
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { iamMatches } from '../../fixtures/iam-match.ts'

export interface EvaluatedRequest {
  readonly action: string
  readonly resource: string
  /** Keys in lower case. */
  readonly context: Readonly<Record<string, readonly string[]>>
}

/** What IAM leaves open. */
export interface EvaluationReading {
  readonly colons: 'everywhere' | 'lastSegment' | 'trailing'
  readonly emptyIsAbsent: boolean
}

export const EVALUATION_READINGS: readonly EvaluationReading[] = (
  ['everywhere', 'lastSegment', 'trailing'] as const
).flatMap((colons) => [true, false].map((emptyIsAbsent) => ({ colons, emptyIsAbsent })))

export function statementMatches(
  statement: PolicyStatement,
  request: EvaluatedRequest,
  reading: EvaluationReading,
): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement
  const action = (pattern: string) =>
    iamMatches(pattern.toLowerCase(), request.action.toLowerCase())
  const resource = (pattern: string) => arnMatches(pattern, request.resource, reading.colons)
  if (Action !== undefined && ![Action].flat().some(action)) return false
  if (NotAction !== undefined && [NotAction].flat().some(action)) return false
  if (Resource !== undefined && ![Resource].flat().some(resource)) return false
  if (NotResource !== undefined && [NotResource].flat().some(resource)) return false
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      conditionPasses(
        operator,
        [values].flat().map(String),
        request.context[key.toLowerCase()],
        reading,
      ),
    ),
  )
}

function arnMatches(pattern: string, text: string, colons: EvaluationReading['colons']): boolean {
  if (pattern === '*') return true
  if (colons === 'everywhere') return iamMatches(pattern, text)
  if (colons === 'lastSegment') {
    const [patterns, texts] = [segments(pattern), segments(text)]
    return (
      patterns.length === texts.length &&
      patterns.every((part, at) => iamMatches(part, texts[at] ?? ''))
    )
  }
  // A regular expression: only a star before a colon or the end matches colons.
  const source = [...pattern]
    .map((character, at) => {
      if (character === '?') return '[^:]'
      if (character !== '*') return character.replace(/[^\w]/g, '\\$&')
      return [':', undefined].includes(pattern[at + 1]) ? '[^]*' : '[^:]*'
    })
    .join('')
  return new RegExp(`^${source}$`).test(text)
}

function segments(arn: string): string[] {
  const parts = arn.split(':')
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

function conditionPasses(
  name: string,
  expected: readonly string[],
  found: readonly string[] | undefined,
  { emptyIsAbsent }: EvaluationReading,
): boolean {
  if (name === 'Null') {
    const isAbsent = found === undefined || (emptyIsAbsent && found.every((value) => value === ''))
    return expected.includes(String(isAbsent))
  }
  const [, quantifier, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(name) ?? []
  const negated = base.includes('Not')
  const equal = COMPARISONS[base.replace('Not', '')]
  if (equal === undefined) throw new Error(`the evaluator does not know ${name}`)
  const passes = (value: string) => expected.some((one) => equal(value, one)) !== negated
  if (quantifier === 'ForAllValues')
    return (
      found === undefined ||
      (emptyIsAbsent && found.every((value) => value === '')) ||
      found.every(passes)
    )
  if (found === undefined) return ifExists !== undefined || (negated && quantifier === undefined)
  if (quantifier === undefined && negated) return found.every(passes)
  return found.some(passes)
}

const addressNumber = (text: string) =>
  text === '' ? Number.NaN : text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

function inRange(address: string, range: string): boolean {
  const [first = '', bits = '32'] = range.split('/')
  const size = 2 ** (32 - Number(bits))
  return Math.floor(addressNumber(address) / size) === Math.floor(addressNumber(first) / size)
}

const number = (text: string) => (text === '' ? Number.NaN : Number(text))
const date = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))

const COMPARISONS: Readonly<Record<string, (found: string, expected: string) => boolean>> = {
  StringEquals: (found, expected) => found === expected,
  StringEqualsIgnoreCase: (found, expected) => found.toLowerCase() === expected.toLowerCase(),
  StringLike: (found, expected) => iamMatches(expected, found),
  ArnLike: (found, expected) => arnMatches(expected, found, 'lastSegment'),
  ArnEquals: (found, expected) => arnMatches(expected, found, 'lastSegment'),
  Bool: (found, expected) => found.toLowerCase() === expected.toLowerCase(),
  NumericEquals: (found, expected) => number(found) === Number(expected),
  NumericLessThan: (found, expected) => number(found) < Number(expected),
  NumericLessThanEquals: (found, expected) => number(found) <= Number(expected),
  NumericGreaterThan: (found, expected) => number(found) > Number(expected),
  NumericGreaterThanEquals: (found, expected) => number(found) >= Number(expected),
  DateLessThan: (found, expected) => date(found) < date(expected),
  DateGreaterThanEquals: (found, expected) => date(found) >= date(expected),
  IpAddress: inRange,
}
