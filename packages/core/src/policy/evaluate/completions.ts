/** Values of unknown condition keys that represent all others, for a given policy. */
import type { PolicyStatement } from '../../model/compiled-tenant.ts'
import type { AwsRequest, RequestContextKeys } from './aws-request.ts'
import { textsIn } from './evaluate-statement.ts'
import { valuesFor } from './representative-values.ts'
import { variableKeysOf } from './resolve-text.ts'
import { type Condition, readConditions, satisfiesCondition } from './satisfies-condition.ts'
import { valuesOfVariable } from './variable-values.ts'

/** More requests than this are not evaluated; the verdict then stays unknown. */
const MAX_COMPLETIONS = 4000
/** Combinations of several values of one key. */
const MAX_VALUES_OF_KEY = 2000

export interface Completions {
  readonly completions: Iterable<RequestContextKeys>
  /** Whether every other request has the verdict of one of these. */
  readonly isComplete: boolean
}

export function completionsOf(
  statements: readonly PolicyStatement[],
  keys: readonly string[],
  request: AwsRequest,
): Completions {
  const conditions = statements.flatMap(readConditions)
  const texts = statements.flatMap(({ Resource, NotResource }) => [
    ...textsIn(Resource),
    ...textsIn(NotResource),
  ])
  const variables = new Set(
    [...texts, ...conditions.flatMap(({ values }) => values)].flatMap(variableKeysOf),
  )
  const ofKey = (key: string) => conditions.filter((one) => one.key.toLowerCase() === key)
  const represented = new Map(keys.map((key) => [key, valuesFor(ofKey(key), request.context)]))
  const valuesOfKey = (key: string) =>
    request.context.get(key) ?? represented.get(key)?.values ?? []
  const choices = [...represented].map(([key, { values, isComplete }]) => {
    const forVariable = variables.has(key)
      ? valuesOfVariable(key, texts, conditions, request, valuesOfKey)
      : []
    const lists = listsOf([...new Set([...values, ...forVariable])], ofKey(key))
    return { key, lists, isComplete: isComplete && lists.length < MAX_VALUES_OF_KEY }
  })
  const count = choices.reduce((product, { lists }) => product * lists.length, 1)
  return {
    completions: ordered(statements, choices, count, request),
    isComplete:
      count <= MAX_COMPLETIONS &&
      choices.every(({ isComplete }) => isComplete) &&
      // Values that variables compare with one another are only sampled.
      !keys.some((key) => variables.has(key)),
  }
}

/** Each value, where an operator with a quantifier reads the key several values, and no value. */
function listsOf(values: readonly string[], conditions: readonly Condition[]): string[][] {
  const lists = values.map((value) => [value])
  const quantified = conditions.filter(({ operator }) => operator.quantifier !== undefined)
  // Each condition is decided by one value, so more values than conditions add no new result.
  for (let size = 2; size <= quantified.length; size++) {
    for (const list of lists.filter(({ length }) => length === size - 1))
      for (const value of values.slice(values.indexOf(list.at(-1) ?? '') + 1)) {
        if (lists.length >= MAX_VALUES_OF_KEY) return [...lists, []]
        lists.push([...list, value])
      }
  }
  return [...lists, []]
}

/** First those that satisfy a statement, because among many keys they are rare. */
function* ordered(
  statements: readonly PolicyStatement[],
  choices: readonly Choice[],
  count: number,
  request: AwsRequest,
): Generator<RequestContextKeys> {
  for (const statement of statements) yield satisfying(statement, choices, request)
  yield* combine(choices, count)
}

/** For each key, values with which the conditions of the statement on it are true, if possible. */
function satisfying(
  statement: PolicyStatement,
  choices: readonly Choice[],
  { context }: AwsRequest,
): RequestContextKeys {
  const conditions = readConditions(statement)
  return new Map(
    choices.map(({ key, lists }) => {
      const ofKey = conditions.filter((condition) => condition.key.toLowerCase() === key)
      const isSatisfied = (list: readonly string[]) =>
        ofKey.every((one) => satisfiesCondition(one, new Map([...context, [key, list]])) === true)
      return [key, lists.find(isSatisfied) ?? lists[0] ?? []]
    }),
  )
}

interface Choice {
  readonly key: string
  readonly lists: readonly string[][]
}

/** Numbers the combinations: the first key varies fastest. */
function* combine(choices: readonly Choice[], count: number): Generator<RequestContextKeys> {
  for (let number = 0; number < Math.min(count, MAX_COMPLETIONS); number++) {
    let rest = number
    yield new Map(
      choices.map(({ key, lists }) => {
        const list = lists[rest % lists.length] ?? []
        rest = Math.floor(rest / lists.length)
        return [key, list]
      }),
    )
  }
}
