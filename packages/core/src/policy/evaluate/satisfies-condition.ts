/** Whether a request satisfies one condition: one operator with one key and its values. */
import type { ConditionValue, PolicyStatement } from '../../model/compiled-tenant.ts'
import { type ConditionOperator, parseConditionOperator } from '../condition-operator.ts'
import {
  compareDecimals,
  isInRange,
  parseAddress,
  parseAddressRange,
  parseBoolean,
  parseDate,
  parseDecimal,
} from '../condition-value.ts'
import { allTrue, anyTrue, notTrue, type RequestContextKeys, type Truth } from './aws-request.ts'
import { literalPattern, matchesArn, matchesPattern } from './match-pattern.ts'
import { resolveText } from './resolve-text.ts'

/** One condition of a statement. */
export interface Condition {
  readonly operatorName: string
  readonly operator: ConditionOperator
  /** As written. */
  readonly key: string
  readonly values: readonly string[]
}

/** @returns every condition; those of an operator that IAM does not know are left out */
export function readConditions({ Condition: block = {} }: PolicyStatement): Condition[] {
  return Object.entries(block).flatMap(([operatorName, keys]) => {
    const operator = parseConditionOperator(operatorName)
    if (operator === undefined) return []
    return Object.entries(keys).map(([key, value]) => ({
      operatorName,
      operator,
      key,
      values: textsOf(value),
    }))
  })
}

function textsOf(value: ConditionValue): string[] {
  return (typeof value === 'object' ? value : [value]).map(String)
}

/** @see IAM User Guide, "Conditions with multiple context keys or values" */
export function satisfiesCondition(condition: Condition, context: RequestContextKeys): Truth {
  const { operator, values: expected } = condition
  const found = context.get(condition.key.toLowerCase())
  if (found === undefined) return undefined
  if (operator.type === 'null')
    return expected.some((text) => parseBoolean(text) === (found.length === 0))
  const { quantifier, ifExists, negated } = operator
  if (found.length === 0) return evaluateAbsent(operator)
  if (quantifier === undefined) {
    // Which of several values an operator without a quantifier compares is not defined.
    if (found.length > 1) return undefined
    return satisfies(condition, found[0] ?? '', context)
  }
  // A key with nothing but an empty text counts as an empty set of values.
  if (found.every((value) => value === '')) return evaluateAbsent({ quantifier, ifExists, negated })
  const truths = found.map((value) => satisfies(condition, value, context))
  return quantifier === 'ForAllValues' ? allTrue(truths) : anyTrue(truths)
}

function evaluateAbsent({
  quantifier,
  ifExists,
  negated,
}: Pick<ConditionOperator, 'quantifier' | 'ifExists' | 'negated'>): Truth {
  if (quantifier === 'ForAllValues') return true
  // IAM documents both that `ForAnyValue` is false and that `IfExists` is true for an absent key.
  if (quantifier === 'ForAnyValue') return ifExists ? undefined : false
  return ifExists || negated
}

/** Whether one value of the request is among the expected ones, or for negated operators not. */
function satisfies(condition: Condition, found: string, context: RequestContextKeys): Truth {
  const { operator, values } = condition
  const matched = anyTrue(values.map((text) => compare(operator, text, found, context)))
  return operator.negated ? notTrue(matched) : matched
}

function compare(
  { type, comparison }: ConditionOperator,
  expected: string,
  found: string,
  context: RequestContextKeys,
): Truth {
  switch (type) {
    case 'numeric': {
      const [left, right] = [parseDecimal(found), parseDecimal(expected)]
      return left && right ? isOrdered(comparison, compareDecimals(left, right)) : false
    }
    case 'date': {
      const [left, right] = [parseDate(found), parseDate(expected)]
      if (left === undefined || right === undefined) return false
      return isOrdered(comparison, left < right ? -1 : left > right ? 1 : 0)
    }
    case 'ip': {
      const [address, range] = [parseAddress(found), parseAddressRange(expected)]
      return address !== undefined && range !== undefined && isInRange(address, range)
    }
    case 'binary':
      return found === expected
    default:
      return compareText(type, comparison, expected, found, context)
  }
}

function isOrdered(comparison: ConditionOperator['comparison'], order: number): boolean {
  switch (comparison) {
    case 'lessThan':
      return order < 0
    case 'lessThanEquals':
      return order <= 0
    case 'greaterThan':
      return order > 0
    case 'greaterThanEquals':
      return order >= 0
    default:
      return order === 0
  }
}

function compareText(
  type: ConditionOperator['type'],
  comparison: ConditionOperator['comparison'],
  expected: string,
  found: string,
  context: RequestContextKeys,
): Truth {
  const ignoresCase = comparison === 'equalsIgnoreCase' || type === 'bool'
  const resolved = resolveText(expected, context, comparison === 'like')
  const { isWidened, isNull } = resolved
  // The value of a variable that the request lacks equals nothing and is like nothing.
  if (isNull) return false
  const pattern = ignoresCase
    ? resolved.pattern.flatMap((symbol) =>
        // A few letters become two characters in lower case.
        typeof symbol === 'object' ? literalPattern(symbol.literal.toLowerCase()) : [symbol],
      )
    : resolved.pattern
  const text = ignoresCase ? found.toLowerCase() : found
  // An unknown value of a variable may contain colons.
  const matches =
    type === 'arn' && !isWidened ? matchesArn(pattern, text) : matchesPattern(pattern, text)
  return matches && isWidened ? undefined : matches
}
