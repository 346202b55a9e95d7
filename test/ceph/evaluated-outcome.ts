/** The verdict of the broker's evaluator on a request to Ceph, of which everything is known. */
import type { PolicyStatement } from '@token-broker/core'
import { evaluatePolicy } from '../../packages/core/src/policy/evaluate/evaluate-policy.ts'
import type { S3Request } from './expected-decision.ts'
import type { Outcome } from './s3-actions.ts'

/** The policies of the role and of the session: each must allow the request. */
export function evaluatedOutcome(
  { action, resource, context }: S3Request,
  policies: readonly (readonly PolicyStatement[])[],
): Outcome | 'unknown' {
  const verdicts = policies.map((statements) => {
    const conditions = statements.flatMap(({ Condition = {} }) => Object.values(Condition))
    const known = new Map<string, readonly string[]>()
    // A key that the request does not have is absent, and not unknown.
    for (const key of conditions.flatMap(Object.keys)) known.set(key.toLowerCase(), [])
    for (const [key, value] of Object.entries(context)) known.set(key.toLowerCase(), [value])
    return evaluatePolicy(statements, { action, resource, context: known }).verdict
  })
  if (verdicts.includes('denied')) return 'denied'
  return verdicts.includes('unknown') ? 'unknown' : 'allowed'
}
