/** What one statement or session tag of a grant reaches, as one language for each dimension. */
import type { Automaton } from '../../automata/automaton.ts'
import { type Budget, spend } from '../../automata/budget.ts'
import { rangesMeet, rangesOf } from '../../automata/character-ranges.ts'
import type { CompiledGrant, ConditionValue, PolicyStatement } from '../../model/compiled-tenant.ts'
import type { DocumentPath } from '../document-problem.ts'
import { comparisonOf, namesWhatIsReached } from './naming-keys.ts'
import {
  type Comparison,
  type TemplateLanguage,
  templateLanguage,
  type Values,
} from './template-language.ts'

/**
 * All languages of one dimension use the same slots: a statement with a resource for each caller
 * and another one for everybody reaches two separate things.
 */
export interface Reach {
  readonly grant: string
  readonly path: DocumentPath
  /** The statement's Sid or the tag's key. */
  readonly label: string
  /** Whether the author declares that callers meet here. */
  readonly isShared: boolean
  /**
   * By dimension: `Resource`, a condition key in lower case, or `tag:` and a key. A request must be
   * in one of the languages of each dimension.
   */
  readonly dimensions: ReadonlyMap<string, readonly TemplateLanguage[]>
  /** What a statement allows, in lower case; empty for a tag. */
  readonly actions: readonly TemplateLanguage[]
  /** Slots that name what is reached. Callers with the same values may meet. */
  readonly slots: ReadonlySet<string>
  /** Equal for two reaches whose languages are written in the same way. */
  readonly signature: string
}

/** Where a reach is written. */
export type ReachPlace = Pick<Reach, 'grant' | 'path' | 'label' | 'isShared'>

/**
 * A wildcard before the fifth colon may match colons too: IAM documents it for a `*` at the end of
 * a part, and implementations differ for others. What is separate here is separate in each of them.
 * @see IAM User Guide, "IAM JSON policy elements: Resource"
 */
const RESOURCE: Comparison = { hasWildcards: true, ignoresCase: false }
const TAG: Comparison = { hasWildcards: false, ignoresCase: false }

/** @throws {TooManyStatesError | BudgetExceededError} */
export function reachesOfStatement(
  statement: PolicyStatement,
  place: ReachPlace,
  values: Values,
): Reach[] {
  const dimensions = new Map<string, readonly TemplateLanguage[]>()
  const resources = textsOf(statement.Resource ?? '*')
  dimensions.set(
    'Resource',
    resources.map((text) => templateLanguage(text, RESOURCE, values)),
  )
  const { Condition = {} } = statement
  for (const [operator, keys] of Object.entries(Condition))
    for (const [key, value] of Object.entries(keys)) {
      const comparison = comparisonOf(operator, key, Condition)
      if (comparison === undefined || !namesWhatIsReached(key)) continue
      const texts = textsOf(value)
      if (comparison.ignoresCase && texts.some((text) => mixesCases(text, values))) continue
      const languages = texts.map((text) => templateLanguage(text, comparison, values))
      const known = dimensions.get(key.toLowerCase())
      // All operators on one key must match, so the set of any one of them contains the exact set.
      if (known === undefined || slotsIn(known).size < slotsIn(languages).size)
        dimensions.set(key.toLowerCase(), languages)
    }
  const actions = textsOf(statement.Action ?? '*').map((text) =>
    templateLanguage(text.toLowerCase(), RESOURCE, values),
  )
  return splitBySlots([...dimensions], values.budget).map((split) =>
    withSlots(place, split, actions),
  )
}

/** @throws {TooManyStatesError | BudgetExceededError} */
export function reachOfTag(
  key: string,
  template: string,
  place: ReachPlace,
  values: Values,
): Reach {
  const languages = [templateLanguage(template, TAG, values)]
  const dimensions = new Map([[`tag:${key.toLowerCase()}`, languages]])
  return withSlots(place, dimensions)
}

/** The values with which the templates of one grant are read. */
export function valuesOfGrant(
  grant: Pick<CompiledGrant, 'sessionTags' | 'sourceIdentity'>,
  attributes: Omit<Values, 'sessionTags'>,
  callerVariables: ReadonlyMap<string, Automaton>,
): Values {
  const hasSourceIdentity = grant.sourceIdentity !== undefined
  const variables = [...callerVariables].filter(
    ([name]) => hasSourceIdentity || name !== SOURCE_IDENTITY,
  )
  return {
    ...attributes,
    automata: new Map([...attributes.automata, ...variables]),
    sessionTags: new Map(
      Object.entries(grant.sessionTags).map(([key, template]) => [key.toLowerCase(), template]),
    ),
  }
}

/** The variable with the source identity, which a grant may leave out. */
export const SOURCE_IDENTITY = '${aws:sourceidentity}'

function withSlots(
  place: ReachPlace,
  dimensions: Reach['dimensions'],
  actions: Reach['actions'] = [],
): Reach {
  const written = [...dimensions].map(([name, languages]) => [
    name,
    languages.map(({ key }) => key),
  ])
  return {
    ...place,
    dimensions,
    actions,
    slots: slotsIn([...dimensions.values()].flat()),
    signature: JSON.stringify(written),
  }
}

/**
 * One map for each combination of languages with the same slots: 2^20 for 20 conditions with two.
 * @throws {BudgetExceededError}
 */
function splitBySlots(
  dimensions: readonly (readonly [string, readonly TemplateLanguage[]])[],
  budget: Budget,
): ReadonlyMap<string, readonly TemplateLanguage[]>[] {
  return dimensions.reduce<ReadonlyMap<string, readonly TemplateLanguage[]>[]>(
    (splits, [dimension, languages]) => {
      const groups = Map.groupBy(languages, ({ slots }) => [...new Set(slots)].sort().join())
      spend(budget, splits.length * groups.size * dimensions.length)
      return splits.flatMap((split) =>
        [...groups.values()].map((group) => new Map([...split, [dimension, group]])),
      )
    },
    [new Map()],
  )
}

function slotsIn(languages: readonly TemplateLanguage[]): Set<string> {
  return new Set(languages.flatMap(({ slots }) => slots))
}

/** Whether two values that differ only in case are possible, which the operator takes as equal. */
function mixesCases(text: string, values: Values): boolean {
  return templateLanguage(text, TAG, values).slots.some((name) => {
    const states = values.automata.get(name) ?? []
    spend(values.budget, states.length * CASED.length)
    const has = (letter: string) => states.some(({ on }) => rangesMeet(on, rangesOf(letter)))
    return CASED.some((letter) => has(letter) && has(letter.toUpperCase()))
  })
}

const CASED = [...'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ']

function textsOf(value: ConditionValue): string[] {
  return (typeof value === 'object' ? value : [value]).map(String)
}
