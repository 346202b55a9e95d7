/**
 * Whether a policy allows a request: an evaluator of the IAM policy language.
 *
 * The result is three-valued. Where it depends on condition keys that are not known, requests that
 * differ in those keys are evaluated too: the result is `unknown` only if one of them is allowed
 * and another denied.
 */
import type { PolicyStatement } from '../../model/compiled-tenant.ts'
import type { AwsRequest, RequestContextKeys, Truth } from './aws-request.ts'
import { completionsOf } from './completions.ts'
import { conditionKeysOf, evaluateStatement } from './evaluate-statement.ts'

export type PolicyVerdict =
  | {
      readonly verdict: 'allowed'
      /** Position of a statement that allows the request, where one is enough. */
      readonly statement: number | undefined
    }
  | {
      readonly verdict: 'denied'
      /** Position of the `Deny` that applies; undefined: no statement allows the request. */
      readonly statement: number | undefined
    }
  | {
      readonly verdict: 'unknown'
      /** The keys, in lower case, on which it depends. */
      readonly missing: readonly string[]
      /** Values of those keys with which it is allowed, and denied, where some are known. */
      readonly allowedWith: RequestContextKeys | undefined
      readonly deniedWith: RequestContextKeys | undefined
    }

export function evaluatePolicy(
  statements: readonly PolicyStatement[],
  request: AwsRequest,
): PolicyVerdict {
  const first = decide(statements, request)
  if (first.allowed !== undefined) return verdictOf(first)
  // Statements that do not apply, whatever the missing values are, need none.
  const relevant = statements.filter((_, index) => first.applies[index] === undefined)
  const missing = [...new Set(relevant.flatMap(conditionKeysOf))].filter(
    (key) => !request.context.has(key),
  )
  let allowedWith: RequestContextKeys | undefined
  let deniedWith: RequestContextKeys | undefined
  let isCertain = true
  const { completions, isComplete } = completionsOf(relevant, missing, request)
  for (const values of completions) {
    const context = new Map([...request.context, ...values])
    const { allowed } = decide(statements, { ...request, context })
    if (allowed === undefined) isCertain = false
    if (allowed === true) allowedWith ??= values
    if (allowed === false) deniedWith ??= values
    if (allowedWith && deniedWith) break
  }
  if (isComplete && isCertain && allowedWith === undefined && deniedWith !== undefined)
    return { verdict: 'denied', statement: undefined }
  if (isComplete && isCertain && deniedWith === undefined && allowedWith !== undefined)
    return { verdict: 'allowed', statement: undefined }
  return { verdict: 'unknown', missing, allowedWith, deniedWith }
}

interface Decision {
  readonly allowed: Truth
  readonly applies: readonly Truth[]
  readonly statements: readonly PolicyStatement[]
}

/** Any `Deny` that applies decides, then any `Allow`; without one, the request is denied. */
function decide(statements: readonly PolicyStatement[], request: AwsRequest): Decision {
  const applies = statements.map((statement) => evaluateStatement(statement, request).applies)
  const truthsOf = (effect: string) =>
    applies.filter((_, index) => statements[index]?.Effect === effect)
  const denies = truthsOf('Deny')
  const allows = truthsOf('Allow')
  const isDenied = denies.includes(true) || allows.every((truth) => truth === false)
  const isAllowed = allows.includes(true) && denies.every((truth) => truth === false)
  return { allowed: isDenied ? false : isAllowed ? true : undefined, applies, statements }
}

function verdictOf({ allowed, applies, statements }: Decision): PolicyVerdict {
  const effect = allowed ? 'Allow' : 'Deny'
  const index = statements.findIndex(
    (statement, position) => statement.Effect === effect && applies[position] === true,
  )
  return {
    verdict: allowed ? 'allowed' : 'denied',
    statement: index === -1 ? undefined : index,
  }
}
