/** The smallest change of a request with which a policy would allow it. */
import type { PolicyStatement } from '../../model/compiled-tenant.ts'
import type { AwsRequest, RequestContextKeys } from './aws-request.ts'
import { closestText } from './closest-text.ts'
import { completionsOf } from './completions.ts'
import { evaluatePolicy } from './evaluate-policy.ts'
import {
  conditionKeysOf,
  evaluateStatement,
  type StatementPart,
  textsIn,
} from './evaluate-statement.ts'
import { wildcardPattern } from './match-pattern.ts'
import { resolveText } from './resolve-text.ts'

export interface RequestChange {
  /** Position of the statement that then allows the request. */
  readonly statement: number
  readonly action?: string
  readonly resource?: string
  /** By key in lower case, each with the values that it needs; an empty list: without the key. */
  readonly context: RequestContextKeys
}

/** @returns undefined where no change was found, as when the policy allows nothing */
export function findSmallestChange(
  statements: readonly PolicyStatement[],
  request: AwsRequest,
): RequestChange | undefined {
  const changes = statements.flatMap((statement, index) => {
    const change =
      statement.Effect === 'Allow' ? changeFor(statements, statement, index, request) : undefined
    return change === undefined ? [] : [change]
  })
  return changes.toSorted((a, b) => a.size - b.size)[0]?.change
}

/** A changed part weighs more than any number of characters in one. */
const PART = 10_000

function changeFor(
  statements: readonly PolicyStatement[],
  statement: PolicyStatement,
  index: number,
  request: AwsRequest,
): { readonly change: RequestChange; readonly size: number } | undefined {
  const { parts } = evaluateStatement(statement, request)
  const failed = (name: StatementPart['part']) =>
    parts.some(({ part, matches }) => part === name && matches === false)
  const action = failed('action') ? closestAction(statement, request) : undefined
  const resource = failed('resource') ? closestResource(statement, request) : undefined
  if ((failed('action') && !action) || (failed('resource') && !resource)) return undefined
  const changed: AwsRequest = {
    ...request,
    ...(action ? { action: action.text } : {}),
    ...(resource ? { resource: resource.text } : {}),
  }
  const context = findContext(statements, statement, changed)
  if (context === undefined) return undefined
  const edits = (action?.edits ?? 0) + (resource?.edits ?? 0)
  const count = context.size + (action ? 1 : 0) + (resource ? 1 : 0)
  return {
    size: count * PART + edits,
    change: {
      statement: index,
      ...(action ? { action: action.text } : {}),
      ...(resource ? { resource: resource.text } : {}),
      context,
    },
  }
}

function closestAction({ Action }: PolicyStatement, { action }: AwsRequest) {
  const options = textsIn(Action).map((text) => closestText(wildcardPattern(text), action))
  return options.toSorted((a, b) => a.edits - b.edits)[0]
}

function closestResource({ Resource }: PolicyStatement, { resource, context }: AwsRequest) {
  const options = textsIn(Resource).flatMap((text) => {
    const { pattern, isNull } = resolveText(text, context, true)
    return isNull ? [] : [closestText(pattern, resource)]
  })
  return options.toSorted((a, b) => a.edits - b.edits)[0]
}

/** Fewest keys first: those of the conditions that fail, and of each `Deny` that could apply. */
function findContext(
  statements: readonly PolicyStatement[],
  statement: PolicyStatement,
  request: AwsRequest,
): RequestContextKeys | undefined {
  const isAllowed = (context: RequestContextKeys) =>
    evaluatePolicy(statements, { ...request, context: merge(request.context, context) }).verdict ===
    'allowed'
  if (isAllowed(new Map())) return new Map()
  const relevant = statements.filter(
    (one) =>
      one === statement ||
      (one.Effect === 'Deny' && evaluateStatement(one, request).applies !== false),
  )
  const failedKeys = evaluateStatement(statement, request).parts.flatMap((part) =>
    part.part === 'condition' && part.matches !== true ? [part.condition.key.toLowerCase()] : [],
  )
  const others = relevant.flatMap(conditionKeysOf).filter((key) => !request.context.has(key))
  const denyKeys = relevant.filter(({ Effect }) => Effect === 'Deny').flatMap(conditionKeysOf)
  const keys = [...new Set([...failedKeys, ...others, ...denyKeys])]
  for (const candidate of completionsOf(relevant, keys, request).completions)
    if (isAllowed(candidate)) return withoutNeedless(candidate, isAllowed)
  return undefined
}

/** Drops each key without whose change the request is allowed too. */
function withoutNeedless(
  context: RequestContextKeys,
  isAllowed: (context: RequestContextKeys) => boolean,
): RequestContextKeys {
  let needed = context
  for (const key of context.keys()) {
    const fewer = new Map([...needed].filter(([other]) => other !== key))
    if (isAllowed(fewer)) needed = fewer
  }
  return needed
}

function merge(first: RequestContextKeys, second: RequestContextKeys): RequestContextKeys {
  return new Map([...first, ...second])
}
