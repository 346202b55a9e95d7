/** Statements as constraints on the action, the resource and the condition keys of a request. */
import {
  ANY_TEXT,
  type Automaton,
  buildAutomaton,
  literalText,
  type RegularExpression,
} from '../automata/automaton.ts'
import { rangesOf } from '../automata/character-ranges.ts'
import type { TextSet } from '../automata/find-text.ts'
import { shareBeginnings } from '../automata/share-beginnings.ts'
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { ARN_SEGMENTS } from './arn.ts'
import {
  type Condition,
  type ConditionReading,
  conditionsOf,
  constraintOf,
  dimensionOf,
  isNarrowerCondition,
  isNegatedWithSymbols,
  isOrderedDimension,
  scaleConstraint,
} from './condition-constraints.ts'
import { actionLanguage, arnLanguage, type ColonReading, hasSymbols } from './pattern-language.ts'
import {
  ANY_VALUE,
  addConstraint,
  type Constraint,
  type Constraints,
  negate,
  UNCONSTRAINED,
} from './value-constraint.ts'

export const ACTION = 'action'
export const RESOURCE = 'resource'

export interface StatementReading extends ConditionReading {
  readonly colons: ColonReading
  /** All conditions of the statements that are compared, those that are requested first. */
  readonly conditions: readonly Condition[]
}

/** One part of a statement: what a request must satisfy, and how it fails to. */
export interface Factor {
  readonly dimension: string
  readonly holds: Constraint
  readonly violated: Constraint
}

/**
 * What a request satisfies if all the statements match it, or less: whatever is not understood
 * exactly is left out.
 */
export function requestedConstraints(
  statements: readonly PolicyStatement[],
  reading: StatementReading,
): ReadonlyMap<string, Constraints> {
  const all = new Map<string, Constraints>()
  const add = (dimension: string, constraint: Constraint) =>
    all.set(dimension, addConstraint(all.get(dimension) ?? UNCONSTRAINED, constraint))
  for (const [at, statement] of statements.entries()) {
    const action = actionSet(statement)
    const resource = requestedResources(statement, reading)
    // A request has exactly one action and resource, so one value is in all sets.
    add(ACTION, at === 0 ? { some: action } : { every: action })
    add(RESOURCE, at === 0 ? { some: resource } : { every: resource })
  }
  // Names without wildcards are actions and resources anyway.
  if (!statements.some(({ Action }) => Action !== undefined && !hasWildcard(listOf(Action))))
    add(ACTION, { every: { inside: [buildAutomaton(EVERY_ACTION)], outside: [] } })
  if (statements.every(({ Resource }) => [Resource ?? '*'].flat().includes('*')))
    add(RESOURCE, { every: { inside: [buildAutomaton(EVERY_RESOURCE)], outside: [] } })
  for (const condition of statements.flatMap(conditionsOf)) {
    if (isNegatedWithSymbols(condition, reading)) continue
    for (const dimension of dimensionsOf(condition, reading)) {
      const constraint = constraintOf(condition, dimension, reading)
      if (constraint === undefined) continue
      add(dimension, hasOneValue(dimension, reading) ? forOneValue(constraint) : constraint)
    }
  }
  for (const dimension of reading.scales.keys()) add(dimension, scaleConstraint(dimension, reading))
  return all
}

/**
 * The parts of a statement that cover requests.
 * @param requested the conditions that each request satisfies, and the resources in its statements
 * @returns undefined where some part is not understood exactly, so that it covers nothing
 */
export function coveringFactors(
  statement: PolicyStatement,
  requested: { readonly conditions: readonly Condition[]; readonly resources: readonly string[] },
  reading: StatementReading,
): readonly Factor[] | undefined {
  const resource = coveringResources(statement, requested.resources, reading)
  const factors = [single(ACTION, actionSet(statement)), single(RESOURCE, resource)]
  for (const condition of conditionsOf(statement)) {
    if (requested.conditions.some((inner) => isNarrowerCondition(inner, condition))) continue
    const [dimension = dimensionOf(condition)] = dimensionsOf(condition, reading)
    const constraint = constraintOf(condition, dimension, reading)
    if (constraint === undefined) return undefined
    factors.push({ dimension, holds: constraint, violated: negate(constraint) })
  }
  return factors
}

function single(dimension: string, { inside, outside }: TextSet): Factor {
  return {
    dimension,
    holds: { every: { inside, outside } },
    violated: { every: { inside: outside, outside: inside } },
  }
}

/** `Null` concerns the values of its key, of whatever type the other conditions compare. */
function dimensionsOf(condition: Condition, { conditions }: StatementReading): readonly string[] {
  if (condition.operator?.type !== 'null') return [dimensionOf(condition)]
  const others = conditions.filter(
    ({ key, operator }) => key === condition.key && operator?.type !== 'null',
  )
  return others.length === 0 ? [dimensionOf(condition)] : [...new Set(others.map(dimensionOf))]
}

/**
 * Keys of numbers, dates and addresses have one value, unless a condition has a quantifier. Texts
 * may have several whatever their conditions are, such as `aws:TagKeys`.
 */
function hasOneValue(dimension: string, { conditions }: StatementReading): boolean {
  return (
    isOrderedDimension(dimension) &&
    !conditions.some(
      (condition) => condition.operator?.quantifier && dimensionOf(condition) === dimension,
    )
  )
}

/** The same where all conditions concern one value. */
function forOneValue({ some, ifPresent, ...others }: Constraint): Constraint {
  if (some) return { some: ANY_VALUE, every: some }
  return ifPresent ? { every: ifPresent } : others
}

function actionSet({ Action, NotAction }: PolicyStatement): TextSet {
  const automaton = choice(listOf(Action ?? NotAction).map(actionLanguage))
  return Action === undefined
    ? { inside: [], outside: [automaton] }
    : { inside: [automaton], outside: [] }
}

function requestedResources(
  { Resource, NotResource }: PolicyStatement,
  { colons, vocabulary }: StatementReading,
): TextSet {
  const language = (text: string) => arnLanguage(text, colons, vocabulary)
  if (Resource !== undefined)
    return { inside: [choice(listOf(Resource).map(language))], outside: [] }
  // A pattern that may match nothing excludes nothing for certain.
  const excluded = listOf(NotResource).filter(
    (text) => !hasWildcardType(text) && !hasSymbols(text, vocabulary),
  )
  return { inside: [], outside: [choice(excluded.map(language))] }
}

function coveringResources(
  { Resource, NotResource }: PolicyStatement,
  requested: readonly string[],
  { colons, vocabulary }: StatementReading,
): TextSet {
  const language = (text: string) => arnLanguage(text, colons, vocabulary)
  if (Resource === undefined) {
    // What a pattern with a variable leaves out is not assumed: see `combine`.
    return { inside: [], outside: [choice(listOf(NotResource).map(language))] }
  }
  const matching = listOf(Resource).filter(
    (text) => !hasWildcardType(text) || requested.includes(text),
  )
  return { inside: [choice(matching.map(language))], outside: [] }
}

/**
 * IAM documents that the type of a resource must not contain a wildcard, and not what happens if
 * it does. Such a pattern may match nothing, so it covers only the same text.
 * @see AWS General Reference, "Amazon Resource Names (ARNs)", "Paths in ARNs"
 */
export function hasWildcardType(resource: string): boolean {
  const [type = '', ...rest] = resource.split(':').slice(ARN_SEGMENTS - 1)
  return rest.length > 0 && /[*?]/.test(type)
}

function hasWildcard(texts: readonly string[]): boolean {
  return texts.some((text) => /[*?]/.test(text))
}

function choice(options: readonly RegularExpression[]): Automaton {
  return buildAutomaton(shareBeginnings(options))
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

const NAME_PART: RegularExpression = {
  kind: 'repeat',
  part: {
    kind: 'characters',
    on: rangesOf('abcdefghijklmnopqrstuvwxyz0123456789-_'),
  },
  min: 1,
  max: Number.POSITIVE_INFINITY,
}

/** In lower case. */
const EVERY_ACTION: RegularExpression = {
  kind: 'sequence',
  parts: [NAME_PART, literalText(':'), NAME_PART],
}

/** An action without a resource of its own is requested on `*`. */
const EVERY_RESOURCE: RegularExpression = {
  kind: 'choice',
  options: [literalText('*'), { kind: 'sequence', parts: [literalText('arn:'), ANY_TEXT] }],
}
