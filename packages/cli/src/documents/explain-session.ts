/** What a session may do: its session policy, and managed policies whose text is not known. */
import type { SessionPlan } from '@token-broker/core'
import {
  type AwsRequest,
  explainRequest,
  type RequestExplanation,
} from '@token-broker/core/explain-request'

export function explainSession(
  { sessionPolicy, managedPolicyArns }: Pick<SessionPlan, 'sessionPolicy' | 'managedPolicyArns'>,
  request: AwsRequest,
): RequestExplanation {
  return withManagedPolicies(explainRequest(sessionPolicy.Statement, request), managedPolicyArns)
}

/**
 * A managed policy, whose text is not known here, could allow what no statement allows, or deny
 * what one allows. Only a `Deny` of the session policy decides alone.
 */
function withManagedPolicies(
  explanation: RequestExplanation,
  arns: readonly string[],
): RequestExplanation {
  const { verdict } = explanation
  const isDecided = verdict.verdict === 'denied' && verdict.statement !== undefined
  if (arns.length === 0 || isDecided) return explanation
  const missing = [...(verdict.verdict === 'unknown' ? verdict.missing : []), ...arns]
  return {
    ...explanation,
    verdict: { verdict: 'unknown', missing, allowedWith: undefined, deniedWith: undefined },
  }
}
