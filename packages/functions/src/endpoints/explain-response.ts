/** The decision trace as JSON: what would be issued or refused, and why. */
import { type Decision, showTrace } from '@token-broker/core'
import type { HttpResponse } from '../http.ts'

export function explainResponse(decision: Decision): HttpResponse {
  const { refusal, tenant, rule, grant, plan, trace } = decision
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify({
      outcome: refusal ? 'would-refuse' : 'would-issue',
      code: refusal?.code,
      reason: refusal?.message,
      tenant,
      rule,
      grant,
      trace: showTrace(trace),
      plan: plan && {
        roleArn: plan.roleArn,
        roleSessionName: plan.roleSessionName,
        sessionPolicy: plan.sessionPolicy,
        managedPolicyArns: plan.managedPolicyArns,
        sessionTags: plan.sessionTags,
        sourceIdentity: plan.sourceIdentity,
        durationSeconds: plan.durationSeconds,
        webIdentity: plan.webIdentity,
      },
    }),
  }
}
