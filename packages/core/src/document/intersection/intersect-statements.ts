/** The statements that allow exactly what two lists of statements both allow. */
import { TooManyStatesError } from '../../automata/automaton.ts'
import { BudgetExceededError } from '../../automata/budget.ts'
import type { PolicyStatement } from '../../model/compiled-tenant.ts'
import { type ContainmentOptions, findUncovered } from '../../policy/containment.ts'
import { InexactIntersectionError } from './inexact-intersection.ts'
import { intersectConditions } from './intersect-conditions.ts'
import { intersectActions, intersectResources, type TemplateReading } from './intersect-texts.ts'

/** A grant of the document, with its name for messages. */
export interface NamedStatements {
  readonly grant: string
  readonly statements: readonly PolicyStatement[]
}

/** Pairs of statements; ordinary grants have less than 100. */
const MAX_PAIRS = 1024

/**
 * A request is allowed by both where some `Allow` of each matches it, and no `Deny` of either does:
 * one statement for each pair of `Allow` statements, and all `Deny` statements.
 *
 * What this allows is compared with each of the two grants, by the same comparison as a caller's
 * own session policy: a mistake in the steps before it compiles to nothing wider.
 * @throws {InexactIntersectionError} where no statements allow exactly that, for all values of
 *   slots and variables, or where that is not decided within the limits
 */
export function intersectStatements(
  left: NamedStatements,
  right: NamedStatements,
  reading: TemplateReading,
): PolicyStatement[] {
  const options = containmentOptions(reading)
  const common = allowedByBoth(left, right, reading)
  for (const { grant, statements } of [left, right])
    for (const one of common) requireWithin(one, grant, statements.filter(isAllow), options)
  const needed = withoutRedundant(
    common.map(({ statement }) => statement),
    options,
  )
  const denied = [...left.statements, ...right.statements].filter((one) => !isAllow(one))
  return needed.length === 0 ? [] : withUniqueSids([...needed, ...withoutRepeated(denied)])
}

/** A statement, and where it comes from. */
interface PlacedStatement {
  readonly statement: PolicyStatement
  /** Its Sid or number, and its grant; of what two statements allow, both. */
  readonly place: string
}

function allowedByBoth(
  left: NamedStatements,
  right: NamedStatements,
  reading: TemplateReading,
): PlacedStatement[] {
  const [ours, theirs] = [allowsOf(left), allowsOf(right)]
  if (ours.length * theirs.length > MAX_PAIRS)
    throw new InexactIntersectionError(
      `the grants have more than ${MAX_PAIRS} pairs of Allow statements`,
      'write fewer statements, with several actions or resources in each',
    )
  return ours.flatMap((one) =>
    theirs.flatMap((other) => {
      const place = `${one.place} and ${other.place}`
      const statement = decide(place, () => intersectPair(one.statement, other.statement, reading))
      return statement === undefined ? [] : [{ statement, place }]
    }),
  )
}

function allowsOf({ grant, statements }: NamedStatements): PlacedStatement[] {
  return statements.flatMap((statement, index) =>
    isAllow(statement)
      ? [{ statement, place: `${statement.Sid ?? `statement ${index + 1}`} of ${grant}` }]
      : [],
  )
}

/** @returns undefined where no request matches both */
function intersectPair(
  left: PolicyStatement,
  right: PolicyStatement,
  reading: TemplateReading,
): PolicyStatement | undefined {
  const Action = intersectActions(textsOf(left.Action), textsOf(right.Action), reading)
  if (Action.length === 0) return undefined
  const Resource = intersectResources(textsOf(left.Resource), textsOf(right.Resource), reading)
  if (Resource.length === 0) return undefined
  const Condition = intersectConditions(left.Condition ?? {}, right.Condition ?? {}, reading)
  if (Condition === undefined) return undefined
  const Sid = `${left.Sid ?? ''}${right.Sid ?? ''}`
  return {
    ...(Sid === '' ? {} : { Sid }),
    Effect: 'Allow',
    Action: oneOrMore(Action),
    Resource: oneOrMore(Resource),
    ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
  }
}

/** @throws {InexactIntersectionError} for a statement that may allow more than the grant */
function requireWithin(
  { statement, place }: PlacedStatement,
  grant: string,
  allowed: readonly PolicyStatement[],
  options: ContainmentOptions,
): void {
  const found = decide(place, () => findUncovered([statement], allowed, options))
  if (found === undefined) return
  throw new InexactIntersectionError(
    `${place}: it is not proved that ${grant} allows ${found.action} on ${found.resource}`,
    'write the texts with slots or variables alike in both statements',
  )
}

/** Without the statements that others allow anyway: STS limits the size of the policy. */
function withoutRedundant(
  statements: readonly PolicyStatement[],
  options: ContainmentOptions,
): readonly PolicyStatement[] {
  return statements.reduceRight<readonly PolicyStatement[]>((kept, statement) => {
    const others = kept.filter((other) => other !== statement)
    return isCovered(statement, others, options) ? others : kept
  }, statements)
}

function isCovered(
  statement: PolicyStatement,
  others: readonly PolicyStatement[],
  options: ContainmentOptions,
): boolean {
  try {
    return findUncovered([statement], others, options) === undefined
  } catch (error) {
    if (isTooComplex(error)) return false
    throw error
  }
}

/** @throws {InexactIntersectionError} that names the places */
function decide<Result>(places: string, question: () => Result): Result {
  try {
    return question()
  } catch (error) {
    if (error instanceof InexactIntersectionError)
      throw new InexactIntersectionError(`${places}: ${error.message}`, error.hint)
    if (isTooComplex(error))
      throw new InexactIntersectionError(
        `${places}: this is too complex to compare`,
        'use fewer wildcards, shorter lists and shorter patterns of attributes',
      )
    throw error
  }
}

function isTooComplex(error: unknown): boolean {
  return error instanceof BudgetExceededError || error instanceof TooManyStatesError
}

/** One budget for the whole document. */
function containmentOptions({ budget, attributes }: TemplateReading): ContainmentOptions {
  const withoutColon = [...attributes].flatMap(([name, analysis]) =>
    analysis && !analysis.separators.includes(':') ? [name] : [],
  )
  return { budget, slots: true, slotsWithoutColon: new Set(withoutColon) }
}

function withoutRepeated(statements: readonly PolicyStatement[]): PolicyStatement[] {
  return [...new Map(statements.map((one) => [JSON.stringify(one), one])).values()]
}

/** STS refuses a policy in which a Sid appears twice; the later statement loses it. */
function withUniqueSids(statements: readonly PolicyStatement[]): PolicyStatement[] {
  const sids = new Set<string>()
  return statements.map(({ Sid, ...rest }) => {
    if (Sid === undefined || sids.has(Sid)) return rest
    sids.add(Sid)
    return { Sid, ...rest }
  })
}

function isAllow({ Effect }: PolicyStatement): boolean {
  return Effect === 'Allow'
}

function textsOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat()
}

function oneOrMore(texts: readonly string[]): string | readonly string[] {
  const [only, ...others] = texts
  return only !== undefined && others.length === 0 ? only : texts
}
