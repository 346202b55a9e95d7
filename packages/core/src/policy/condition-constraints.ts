/** The conditions of statements as constraints on the values of their keys. */
import {
  type Automaton,
  buildAutomaton,
  EMPTY_TEXT,
  type RegularExpression,
} from '../automata/automaton.ts'
import { type CharacterRanges, uniteRanges } from '../automata/character-ranges.ts'
import type { Characters, TextSet } from '../automata/find-text.ts'
import { shareBeginnings } from '../automata/share-beginnings.ts'
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { ARN_SEGMENTS } from './arn.ts'
import { type ConditionOperator, parseConditionOperator } from './condition-operator.ts'
import { parseBoolean } from './condition-value.ts'
import {
  exampleIn,
  type Interval,
  intervalOf,
  type OrderedType,
  WHOLE_SCALE,
} from './ordered-values.ts'
import { arnLanguage, hasSymbols, textLanguage, type Vocabulary } from './pattern-language.ts'
import { ANY_VALUE, type Constraint } from './value-constraint.ts'

/** One condition of a statement. */
export interface Condition {
  /** As written, for example `ForAnyValue:StringLike`. */
  readonly name: string
  readonly operator: ConditionOperator | undefined
  /** In lower case, because keys are compared without regard to case. */
  readonly key: string
  readonly values: readonly string[]
}

export function conditionsOf({ Condition = {} }: PolicyStatement): readonly Condition[] {
  return Object.entries(Condition).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, value]) => ({
      name,
      operator: parseConditionOperator(name),
      key: key.toLowerCase(),
      // IAM compares the text of a number or Boolean, and one value like a list of one.
      values: (Array.isArray(value) ? value : [value]).map(String),
    })),
  )
}

/**
 * Whether `inner` passes only where `outer` does, because both are the same comparison and it has
 * fewer values, or more where it is negated. This needs no knowledge of what is compared.
 */
export function isNarrowerCondition(inner: Condition, outer: Condition): boolean {
  if (inner.name !== outer.name || inner.key !== outer.key) return false
  const [fewer, more] = outer.operator?.negated
    ? [outer.values, inner.values]
    : [inner.values, outer.values]
  return fewer.every((value) => more.includes(value))
}

/** How the values of conditions are read that are compared with one another. */
export interface ConditionReading {
  readonly vocabulary: Vocabulary
  /** Ends of all intervals, ascending, by the dimension. */
  readonly scales: ReadonlyMap<string, readonly bigint[]>
  /** The dimensions in which `ForAllValues` passes for an empty value, as IAM documents. */
  readonly emptyIsAbsent: ReadonlySet<string>
}

/**
 * Texts, numbers, dates and addresses of one key are compared among themselves only. Values of
 * different kinds are treated as if a request could have any pair of them, which is more than it
 * can have.
 */
export function dimensionOf({ operator, key }: Condition): string {
  const type = operator?.type ?? 'string'
  const isText = type === 'string' || type === 'arn' || type === 'bool' || type === 'null'
  return `${isText ? 'text' : type} ${key}`
}

/** @returns undefined where some value is not understood exactly */
export function constraintOf(
  condition: Condition,
  dimension: string,
  reading: ConditionReading,
): Constraint | undefined {
  const { operator, values } = condition
  if (operator === undefined) return undefined
  const emptyIsAbsent = reading.emptyIsAbsent.has(dimension)
  if (operator.type === 'null') return nullConstraint(values, emptyIsAbsent)
  const expression = valuesLanguage(values, operator, reading.scales.get(dimension) ?? [], reading)
  if (expression === undefined) return undefined
  const { negated, quantifier } = operator
  let automaton = buildAutomaton(expression)
  if (quantifier === 'ForAllValues' && emptyIsAbsent) automaton = withEmptyText(automaton, !negated)
  const set: TextSet = negated
    ? { inside: [], outside: [automaton] }
    : { inside: [automaton], outside: [] }
  // Without a quantifier, a negated operator passes where no value matches, or none exists.
  if (quantifier === 'ForAllValues' || (negated && quantifier === undefined)) return { every: set }
  return operator.ifExists ? { ifPresent: set } : { some: set }
}

/** The start of an automaton is the state in which the empty text ends. */
function withEmptyText(automaton: Automaton, isAccepted: boolean): Automaton {
  return automaton.map((state, at) => (at === 0 ? { ...state, isAccepting: isAccepted } : state))
}

/**
 * The ends of the intervals that the condition compares with, for `ConditionReading.scales`.
 * @returns undefined where its values have no order
 */
export function intervalEnds({ operator, values }: Condition): readonly bigint[] | undefined {
  const type = operator?.type
  if (operator === undefined || !isOrdered(type)) return undefined
  return [
    WHOLE_SCALE[type],
    ...values.flatMap((value) => intervalOf(type, operator.comparison, value) ?? []),
  ].flatMap(({ from, to }) => [from, to].filter((end) => end !== undefined))
}

/** The constraint that every value is one of the scale. */
export function scaleConstraint(dimension: string, reading: ConditionReading): Constraint {
  const scale = reading.scales.get(dimension)
  const [type] = dimension.split(' ')
  if (scale === undefined || !isOrdered(type)) return {}
  const region: RegularExpression = {
    kind: 'characters',
    on: regionsOf(WHOLE_SCALE[type], scale),
  }
  const options = reading.emptyIsAbsent.has(dimension) ? [region, EMPTY_TEXT] : [region]
  const automaton = buildAutomaton({ kind: 'choice', options })
  return { every: { inside: [automaton], outside: [] } }
}

/** A value of an ordered dimension, as text. */
export function showOrderedValue(
  dimension: string,
  [region]: Characters,
  scales: ConditionReading['scales'],
): string | undefined {
  const [type] = dimension.split(' ')
  if (!isOrdered(type)) return undefined
  if (region === undefined) return ''
  const scale = scales.get(dimension) ?? []
  return exampleIn(type, { from: scale[region - 1], to: scale[region] })
}

/** Whether a dimension has an order, and so a name like `numeric s3:max-keys`. */
export function isOrderedDimension(dimension: string): boolean {
  return isOrdered(dimension.split(' ')[0])
}

/** Variables that have no value make a condition fail, or pass where it is negated. */
export function isNegatedWithSymbols(
  { operator, values }: Condition,
  { vocabulary }: ConditionReading,
): boolean {
  return operator?.negated === true && values.some((value) => hasSymbols(value, vocabulary))
}

function isOrdered(type: string | undefined): type is OrderedType {
  return type === 'numeric' || type === 'date' || type === 'ip'
}

function nullConstraint(values: readonly string[], emptyIsAbsent: boolean): Constraint | undefined {
  const wanted = new Set(values.map(parseBoolean))
  if (wanted.has(undefined)) return undefined
  if (wanted.size === 2) return {}
  const empty = [buildAutomaton(EMPTY_TEXT)]
  if (wanted.has(true))
    return emptyIsAbsent ? { every: { inside: empty, outside: [] } } : { absent: true }
  return { some: emptyIsAbsent ? { inside: [], outside: empty } : ANY_VALUE }
}

/** @returns undefined where some value is not understood exactly */
function valuesLanguage(
  values: readonly string[],
  operator: ConditionOperator,
  scale: readonly bigint[],
  { vocabulary }: ConditionReading,
): RegularExpression | undefined {
  const { type, comparison } = operator
  if (isOrdered(type)) {
    const intervals = definedOnly(values.map((value) => intervalOf(type, comparison, value)))
    // Each region between two ends of intervals is one character.
    const on = intervals && uniteRanges(intervals.map((interval) => regionsOf(interval, scale)))
    return on && { kind: 'characters', on }
  }
  const options = definedOnly(values.map((value) => valueLanguage(value, operator, vocabulary)))
  return options && shareBeginnings(options)
}

function valueLanguage(
  value: string,
  { type, comparison }: ConditionOperator,
  vocabulary: Vocabulary,
): RegularExpression | undefined {
  if (type === 'arn') return arnConditionLanguage(value, vocabulary)
  if (type === 'bool' && parseBoolean(value) === undefined) return undefined
  const ignoreCase = comparison === 'equalsIgnoreCase' || type === 'bool'
  return textLanguage(value, { exact: comparison !== 'like', ignoreCase }, vocabulary)
}

/** @returns undefined where any of them is */
function definedOnly<T>(items: readonly (T | undefined)[]): readonly T[] | undefined {
  const defined = items.filter((item) => item !== undefined)
  return defined.length === items.length ? defined : undefined
}

/** Region 0 is what comes before the first end. */
function regionsOf({ from, to }: Interval, scale: readonly bigint[]): CharacterRanges {
  const first = from === undefined ? 0 : scale.indexOf(from) + 1
  const last = to === undefined ? scale.length : scale.indexOf(to)
  return [first, last]
}

/** IAM compares the segments one by one; what has fewer segments may match nothing. */
function arnConditionLanguage(
  value: string,
  vocabulary: Vocabulary,
): RegularExpression | undefined {
  const segments = value.split(':')
  const beforeLast = segments.slice(0, ARN_SEGMENTS - 1).join(':')
  if (segments.length < ARN_SEGMENTS || hasSymbols(beforeLast, vocabulary)) return undefined
  return arnLanguage(value, 'lastSegment', vocabulary)
}
