/** Whether requests that some statements match are all matched by other statements too. */
import type { Budget } from '../automata/budget.ts'
import type { Characters } from '../automata/find-text.ts'
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { ARN_SEGMENTS } from './arn.ts'
import {
  type Condition,
  conditionsOf,
  dimensionOf,
  intervalEnds,
  showOrderedValue,
} from './condition-constraints.ts'
import { type ColonReading, showCharacters, type Vocabulary } from './pattern-language.ts'
import {
  ACTION,
  coveringFactors,
  type Factor,
  hasWildcardType,
  RESOURCE,
  requestedConstraints,
  type StatementReading,
} from './statement-constraints.ts'
import {
  addConstraint,
  type Constraint,
  type Constraints,
  findValues,
  UNCONSTRAINED,
} from './value-constraint.ts'

/** A request in the sense of IAM: one action on one resource. */
export interface ExampleRequest {
  /** In lower case. */
  readonly action: string
  readonly resource: string
  /** Values by key, in lower case. */
  readonly context: Readonly<Record<string, readonly string[]>>
}

export interface ContainmentOptions {
  readonly budget: Budget
  /** Values of variables by their keys in lower case, where they are known. */
  readonly known?: ReadonlyMap<string, string>
  /** Whether `{{name}}` is a slot: one text that is not known, and the same everywhere. */
  readonly slots?: boolean
  /** Names of slots whose values never contain a colon; with `slots`. */
  readonly slotsWithoutColon?: ReadonlySet<string>
}

/**
 * A shortest request that all of `requested` match and none of `covering` does; the effects of the
 * statements do not matter. Exact for statements without variables, slots and values that IAM may
 * read in several ways; with these, a request may be found although there is none.
 *
 * @returns undefined where there is none, for all values of variables and slots
 * @throws {BudgetExceededError} where it is not decided within the budget
 */
export function findUncovered(
  requested: readonly PolicyStatement[],
  covering: readonly PolicyStatement[],
  { budget, known = new Map(), slots = false, slotsWithoutColon = new Set() }: ContainmentOptions,
): ExampleRequest | undefined {
  if (requested.some((one) => covering.some((other) => matchAlike(one, other)))) return undefined
  const vocabulary: Vocabulary = { symbols: new Map(), known, slots, slotsWithoutColon }
  const conditions = [...requested, ...covering].flatMap(conditionsOf)
  const scales = scalesOf(conditions)
  let shortest: Region | undefined
  for (const statements of oneResourceEach(requested, covering))
    for (const colons of colonReadings([...statements, ...covering]))
      for (const emptyIsAbsent of emptyReadings(conditions)) {
        const reading = { vocabulary, conditions, scales, emptyIsAbsent, colons }
        const found = search(statements, covering, reading, budget)
        if (found && (!shortest || found.size < shortest.size)) shortest = found
      }
  return shortest && showRequest(shortest, { vocabulary, scales })
}

/** Whether two statements are written alike, but for their names and effects. */
function matchAlike(one: PolicyStatement, other: PolicyStatement): boolean {
  const withoutName = ({ Sid: _, Effect: __, ...parts }: PolicyStatement) => JSON.stringify(parts)
  return withoutName(one) === withoutName(other)
}

/** The values of one dimension, and the constraints that they satisfy. */
interface Dimension {
  readonly constraints: Constraints
  readonly values: readonly Characters[]
}

/** Requests that satisfy the constraints of all dimensions, with an example in each. */
interface Region {
  readonly dimensions: ReadonlyMap<string, Dimension>
  /** Characters and values of the example. */
  readonly size: number
}

/**
 * A request that a statement does not match violates one of its parts. So each statement leaves as
 * many smaller regions of requests as it has parts, to which the other statements are applied.
 * Statements that leave few regions come first, and those that match nothing in a region are
 * dropped.
 */
function search(
  requested: readonly PolicyStatement[],
  covering: readonly PolicyStatement[],
  reading: StatementReading,
  budget: Budget,
): Region | undefined {
  const known = {
    conditions: requested.flatMap(conditionsOf),
    resources: requested.flatMap(({ Resource = [] }) => Resource),
  }
  const statements = covering.flatMap((statement) => {
    const factors = coveringFactors(statement, known, reading)
    return factors === undefined ? [] : [factors]
  })
  const narrow = narrowing(budget)
  let shortest: Region | undefined
  const visit = (region: Region, remaining: readonly (readonly Factor[])[]): void => {
    if (shortest && region.size >= shortest.size) return
    const apart = new Set<readonly Factor[]>()
    let fewest: { factors: readonly Factor[]; left: readonly Region[] } | undefined
    for (const factors of remaining) {
      const left = factors.flatMap(
        ({ dimension, violated }) => narrow(region, dimension, violated) ?? [],
      )
      if (left.length === 0) return
      if (factors.some(({ dimension, holds }) => !narrow(region, dimension, holds)))
        apart.add(factors)
      else if (!fewest || left.length < fewest.left.length) fewest = { factors, left }
    }
    if (fewest === undefined) {
      shortest = region
      return
    }
    const { factors: applied, left } = fewest
    const others = remaining.filter((factors) => factors !== applied && !apart.has(factors))
    for (const smaller of left) visit(smaller, others)
  }
  let whole: Region | undefined = { dimensions: new Map(), size: 0 }
  for (const [dimension, constraints] of requestedConstraints(requested, reading)) {
    const values = findValues(constraints, budget)
    if (values === undefined) return undefined
    whole = withDimension(whole, dimension, { constraints, values })
  }
  visit(whole, statements)
  return shortest
}

/** The same question about one dimension is asked for many regions, and decided once. */
function narrowing(budget: Budget) {
  const known = new Map<Constraints, Map<Constraint, Dimension | undefined>>()
  return (region: Region, name: string, added: Constraint): Region | undefined => {
    const from = region.dimensions.get(name)?.constraints ?? UNCONSTRAINED
    const narrowed = known.get(from) ?? new Map<Constraint, Dimension | undefined>()
    known.set(from, narrowed)
    if (!narrowed.has(added)) {
      const constraints = addConstraint(from, added)
      const values = findValues(constraints, budget)
      narrowed.set(added, values && { constraints, values })
    }
    const dimension = narrowed.get(added)
    return dimension && withDimension(region, name, dimension)
  }
}

function withDimension(region: Region, name: string, dimension: Dimension): Region {
  const before = region.dimensions.get(name)
  return {
    dimensions: new Map([...region.dimensions, [name, dimension]]),
    size: region.size + sizeOf(dimension) - (before ? sizeOf(before) : 0),
  }
}

function sizeOf({ values }: Dimension): number {
  return values.reduce((size, value) => size + value.length + 1, 0)
}

/** A pattern that may match nothing covers only the same text, and no other resource beside it. */
function oneResourceEach(
  statements: readonly PolicyStatement[],
  covering: readonly PolicyStatement[],
): readonly (readonly PolicyStatement[])[] {
  const [first, ...others] = statements
  const isAmbiguous = covering.some(({ Resource = [] }) => [Resource].flat().some(hasWildcardType))
  if (first?.Resource === undefined || !isAmbiguous) return [statements]
  return [first.Resource].flat().map((Resource) => [{ ...first, Resource }, ...others])
}

/** Fewer where wildcards that could match a colon do not occur. */
function colonReadings(statements: readonly PolicyStatement[]): readonly ColonReading[] {
  const texts = statements
    .flatMap(({ Resource = [], NotResource = [] }) => [Resource, NotResource].flat())
    .filter((text) => text !== '*')
  const readings: ColonReading[] = ['everywhere']
  const isBeforeLast = (text: string) =>
    /[*?]/.test(
      text
        .split(':')
        .slice(0, ARN_SEGMENTS - 1)
        .join(':'),
    )
  if (texts.some(isBeforeLast)) readings.push('lastSegment')
  // In the last reading, a wildcard that is not a `*` at the end of its segment matches less.
  if (texts.some((text) => /\?|\*(?!:|$)/.test(text))) readings.push('trailing')
  return readings
}

/**
 * IAM documents that `ForAllValues` passes, and that a key is `Null`, where a value is empty; other
 * implementations treat an empty value like any other.
 */
function emptyReadings(conditions: readonly Condition[]): readonly ReadonlySet<string>[] {
  const keys = new Set(
    conditions
      .filter(
        ({ operator: { type, quantifier } = {} }) =>
          quantifier === 'ForAllValues' || type === 'null',
      )
      .map(({ key }) => key),
  )
  const dimensions = conditions.filter(({ key }) => keys.has(key)).map(dimensionOf)
  return dimensions.length === 0 ? [new Set()] : [new Set(), new Set(dimensions)]
}

function scalesOf(conditions: readonly Condition[]): ReadonlyMap<string, readonly bigint[]> {
  const scales = new Map<string, Set<bigint>>()
  for (const condition of conditions) {
    const ends = intervalEnds(condition)
    if (ends === undefined) continue
    const dimension = dimensionOf(condition)
    scales.set(dimension, new Set([...(scales.get(dimension) ?? []), ...ends]))
  }
  return new Map(
    [...scales].map(([dimension, ends]) => [dimension, [...ends].sort((a, b) => (a < b ? -1 : 1))]),
  )
}

function showRequest(
  { dimensions }: Region,
  { scales, vocabulary }: Pick<StatementReading, 'scales' | 'vocabulary'>,
): ExampleRequest {
  const show = (name: string) =>
    (dimensions.get(name)?.values ?? []).map(
      (value) => showOrderedValue(name, value, scales) ?? showCharacters(value, vocabulary),
    )
  const keys = [...dimensions.keys()].filter((name) => name !== ACTION && name !== RESOURCE)
  const context: Record<string, readonly string[]> = {}
  for (const name of keys) {
    const values = show(name)
    const key = name.slice(name.indexOf(' ') + 1)
    if (values.length > 0) context[key] = [...new Set([...(context[key] ?? []), ...values])]
  }
  return { action: show(ACTION)[0] ?? '', resource: show(RESOURCE)[0] ?? '', context }
}
