/** Whether a statement applies to a request, part by part. */
import type { PolicyStatement } from '../../model/compiled-tenant.ts'
import { type AwsRequest, allTrue, anyTrue, notTrue, type Truth } from './aws-request.ts'
import { matchesPattern, matchesResource, wildcardPattern } from './match-pattern.ts'
import { resolveText, variableKeysOf } from './resolve-text.ts'
import { type Condition, readConditions, satisfiesCondition } from './satisfies-condition.ts'

export type StatementPart =
  | { readonly part: 'action' | 'resource'; readonly matches: Truth }
  | { readonly part: 'condition'; readonly condition: Condition; readonly matches: Truth }

export interface StatementResult {
  readonly applies: Truth
  readonly parts: readonly StatementPart[]
}

export function evaluateStatement(
  statement: PolicyStatement,
  { action, resource, context }: AwsRequest,
): StatementResult {
  const { Action, NotAction, Resource, NotResource } = statement
  const parts: StatementPart[] = [
    {
      part: 'action',
      matches: NotAction ? notTrue(matchesAny(NotAction, action)) : matchesAny(Action, action),
    },
    {
      part: 'resource',
      matches: NotResource
        ? notTrue(anyTrue(resourceTruths(NotResource, resource, context, undefined)))
        : anyTrue(resourceTruths(Resource, resource, context, false)),
    },
    ...readConditions(statement).map((condition) => ({
      part: 'condition' as const,
      condition,
      matches: satisfiesCondition(condition, context),
    })),
  ]
  return { applies: allTrue(parts.map(({ matches }) => matches)), parts }
}

/** The condition keys, in lower case, on which the statement depends. */
export function conditionKeysOf(statement: PolicyStatement): string[] {
  const texts = [...textsIn(statement.Resource), ...textsIn(statement.NotResource)]
  const conditions = readConditions(statement)
  return [
    ...conditions.map(({ key }) => key.toLowerCase()),
    ...[...texts, ...conditions.flatMap(({ values }) => values)].flatMap(variableKeysOf),
  ]
}

/** Case does not matter in actions. */
function matchesAny(patterns: PolicyStatement['Action'], action: string): boolean {
  return textsIn(patterns).some((pattern) =>
    matchesPattern(wildcardPattern(pattern.toLowerCase()), action.toLowerCase()),
  )
}

/**
 * @param ofNull what a text with a variable that the request lacks matches: nothing in `Resource`.
 *   In `NotResource`, IAM does not define it: the statement may be invalid as a whole.
 */
function resourceTruths(
  patterns: PolicyStatement['Resource'],
  resource: string,
  context: AwsRequest['context'],
  ofNull: Truth,
): Truth[] {
  return textsIn(patterns).map((text) => {
    const { pattern, isWidened, isNull } = resolveText(text, context, true)
    if (isNull) return ofNull
    const matches = matchesResource(pattern, resource)
    return matches === false || !isWidened ? matches : undefined
  })
}

export function textsIn(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
