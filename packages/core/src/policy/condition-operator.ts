/** The condition operators of IAM: how their names are built, and what each of them compares. */
import { findSimilar } from '../model/similar-words.ts'

export type OperatorType = 'string' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'arn' | 'null'

export type Comparison =
  | 'equals'
  | 'equalsIgnoreCase'
  | 'like'
  | 'lessThan'
  | 'lessThanEquals'
  | 'greaterThan'
  | 'greaterThanEquals'

type Quantifier = 'ForAllValues' | 'ForAnyValue'

export interface ConditionOperator {
  readonly type: OperatorType
  readonly comparison: Comparison
  /** The condition passes where no value matches: `StringNotEquals`, `NotIpAddress`. */
  readonly negated: boolean
  /** The condition passes where the request does not have the key. */
  readonly ifExists: boolean
  /** For keys with several values. */
  readonly quantifier: Quantifier | undefined
}

const NEGATED = true
type Row = readonly [name: string, OperatorType, Comparison, negated?: boolean]

/** @see IAM User Guide, "IAM JSON policy elements: Condition operators" */
const OPERATORS: readonly Row[] = [
  ['StringEquals', 'string', 'equals'],
  ['StringNotEquals', 'string', 'equals', NEGATED],
  ['StringEqualsIgnoreCase', 'string', 'equalsIgnoreCase'],
  ['StringNotEqualsIgnoreCase', 'string', 'equalsIgnoreCase', NEGATED],
  ['StringLike', 'string', 'like'],
  ['StringNotLike', 'string', 'like', NEGATED],
  ['NumericEquals', 'numeric', 'equals'],
  ['NumericNotEquals', 'numeric', 'equals', NEGATED],
  ['NumericLessThan', 'numeric', 'lessThan'],
  ['NumericLessThanEquals', 'numeric', 'lessThanEquals'],
  ['NumericGreaterThan', 'numeric', 'greaterThan'],
  ['NumericGreaterThanEquals', 'numeric', 'greaterThanEquals'],
  ['DateEquals', 'date', 'equals'],
  ['DateNotEquals', 'date', 'equals', NEGATED],
  ['DateLessThan', 'date', 'lessThan'],
  ['DateLessThanEquals', 'date', 'lessThanEquals'],
  ['DateGreaterThan', 'date', 'greaterThan'],
  ['DateGreaterThanEquals', 'date', 'greaterThanEquals'],
  ['Bool', 'bool', 'equals'],
  ['BinaryEquals', 'binary', 'equals'],
  ['IpAddress', 'ip', 'equals'],
  ['NotIpAddress', 'ip', 'equals', NEGATED],
  // IAM matches wildcards under both names of an ARN operator.
  ['ArnEquals', 'arn', 'like'],
  ['ArnLike', 'arn', 'like'],
  ['ArnNotEquals', 'arn', 'like', NEGATED],
  ['ArnNotLike', 'arn', 'like', NEGATED],
  ['Null', 'null', 'equals'],
]

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/

/**
 * @returns undefined for a name that IAM does not know. Names are case-sensitive, `Null` has
 *   neither a quantifier nor `IfExists`.
 */
export function parseConditionOperator(name: string): ConditionOperator | undefined {
  const [, quantifier, baseName = '', ifExists] = NAME.exec(name) ?? []
  const [, type, comparison, negated = false] = OPERATORS.find(([own]) => own === baseName) ?? []
  if (type === undefined || comparison === undefined) return undefined
  if (type === 'null' && name !== 'Null') return undefined
  return {
    type,
    comparison,
    negated,
    ifExists: ifExists !== undefined,
    quantifier:
      quantifier === 'ForAllValues' || quantifier === 'ForAnyValue' ? quantifier : undefined,
  }
}

/** @returns the name of the operator that was probably meant */
export function suggestConditionOperator(name: string): string | undefined {
  const names = OPERATORS.flatMap(([base]) =>
    ['', 'ForAllValues:', 'ForAnyValue:'].flatMap((quantifier) => [
      `${quantifier}${base}`,
      `${quantifier}${base}IfExists`,
    ]),
  )
  const similar = findSimilar(name, names)
  // `Null` has no other forms.
  return similar?.includes('Null') ? 'Null' : similar
}
