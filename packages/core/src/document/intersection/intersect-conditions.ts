/** The condition that passes exactly where the conditions of two statements both do. */
import type { ConditionValue, PolicyStatement } from '../../model/compiled-tenant.ts'
import { type ConditionOperator, parseConditionOperator } from '../../policy/condition-operator.ts'
import { type Interval, intervalOf } from '../../policy/ordered-values.ts'
import { InexactIntersectionError } from './inexact-intersection.ts'
import { intersectResources, intersectTexts, type TemplateReading } from './intersect-texts.ts'
import { textComparisonOf } from './pattern-token.ts'

type Conditions = NonNullable<PolicyStatement['Condition']>

/**
 * All operators and keys of a statement must match, so both conditions are written into one. Where
 * they have an operator and a key in common, its values are combined. An operator without a
 * quantifier is for a key with one value, as IAM defines.
 * @returns undefined where both never pass
 * @throws {InexactIntersectionError}
 */
export function intersectConditions(
  left: Conditions,
  right: Conditions,
  reading: TemplateReading,
): Conditions | undefined {
  const both: Record<string, Record<string, ConditionValue>> = {}
  for (const [operator, keys] of Object.entries(left)) both[operator] = { ...keys }
  for (const [operator, keys] of Object.entries(right))
    for (const [key, value] of Object.entries(keys)) {
      const known = both[operator] ?? {}
      both[operator] = known
      // IAM treats keys that differ only in case as the same.
      const name = Object.keys(known).find((one) => one.toLowerCase() === key.toLowerCase())
      const before = name === undefined ? undefined : known[name]
      if (name === undefined || before === undefined) known[key] = value
      else {
        const common = combineValues([operator, key], textsOf(before), textsOf(value), reading)
        if (common.length === 0) return undefined
        known[name] = oneOrMore(common)
      }
    }
  return both
}

function combineValues(
  [operatorName, key]: readonly [string, string],
  left: readonly string[],
  right: readonly string[],
  reading: TemplateReading,
): readonly string[] {
  const operator = parseConditionOperator(operatorName)
  // The document does not compile.
  if (operator === undefined) return left
  const { negated, quantifier, ifExists } = operator
  const isIn = (some: readonly string[], others: readonly string[]) =>
    some.every((value) => others.includes(value))
  if (isIn(left, right) && isIn(right, left)) return left
  if (quantifier === 'ForAnyValue') {
    // Two values of the request may pass, one for each list, unless one list implies the other.
    const [narrower, wider] = negated ? [right, left] : [left, right]
    if (isIn(narrower, wider)) return left
    if (isIn(wider, narrower)) return right
    throw new InexactIntersectionError(
      `both have conditions ${operatorName} on ${key}, and different values of one request may ` +
        'match each of them',
      'write the same values in both, or all values of one also in the other',
    )
  }
  if (negated) return [...new Set([...left, ...right])]
  const common = commonValues(operatorName, operator, left, right, reading)
  if (common.length === 0 && (ifExists || quantifier !== undefined))
    throw new InexactIntersectionError(
      `no value passes both conditions ${operatorName} on ${key}, which only requests without ` +
        'the key pass then',
      `write Null: { ${key}: 'true' } in one of them instead`,
    )
  return common
}

/** The values of an operator that passes where one of them matches. */
function commonValues(
  name: string,
  operator: ConditionOperator,
  left: readonly string[],
  right: readonly string[],
  reading: TemplateReading,
): readonly string[] {
  const { type, comparison } = operator
  switch (type) {
    case 'string':
      return intersectTexts(left, right, textComparisonOf(name), reading)
    case 'arn':
      return intersectResources(left, right, reading)
    case 'bool':
    case 'null':
      return intersectTexts(left, right, { hasWildcards: false, ignoresCase: true }, reading)
    case 'binary':
      return intersectTexts(left, right, { hasWildcards: false, ignoresCase: false }, reading)
    default:
      return intersectIntervals(left, right, (text) => intervalOf(type, comparison, text))
  }
}

/** Of two intervals of one operator, one contains the other, or they have nothing in common. */
function intersectIntervals(
  left: readonly string[],
  right: readonly string[],
  read: (text: string) => Interval | undefined,
): readonly string[] {
  const common = left.flatMap((one) =>
    right.flatMap((other) => {
      if (one === other) return [one]
      const [interval, otherInterval] = [read(one), read(other)]
      if (interval === undefined || otherInterval === undefined)
        throw new InexactIntersectionError(
          `${one} and ${other} cannot be compared exactly`,
          'write the same value in both, or one without slots and with at most 15 digits',
        )
      if (isWithin(interval, otherInterval)) return [one]
      return isWithin(otherInterval, interval) ? [other] : []
    }),
  )
  return [...new Set(common)]
}

function isWithin(inner: Interval, outer: Interval): boolean {
  const beginsLater =
    outer.from === undefined || (inner.from !== undefined && inner.from >= outer.from)
  const endsEarlier = outer.to === undefined || (inner.to !== undefined && inner.to <= outer.to)
  return beginsLater && endsEarlier
}

function textsOf(value: ConditionValue): readonly string[] {
  return (typeof value === 'object' ? value : [value]).map(String)
}

function oneOrMore(texts: readonly string[]): string | readonly string[] {
  const [only, ...others] = texts
  return only !== undefined && others.length === 0 ? only : texts
}
