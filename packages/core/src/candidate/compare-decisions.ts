/** How what a candidate document decides differs from what the document in force decided. */
import type { MatchedGrant } from '../decide/match-grant.ts'
import type { SessionPlan } from '../session/session-plan.ts'
import type { Refused } from './accept-again.ts'

/** The grant and the plan, or a refusal, which may come after the grant was matched. */
export interface Decided {
  readonly grant?: MatchedGrant | undefined
  readonly plan?: SessionPlan | undefined
  readonly refusal?: Refused | undefined
}

export interface Comparison {
  readonly result: 'same' | 'gains' | 'loses' | 'differs'
  /** In the terms of the audit record. Absent where only one of them gives credentials. */
  readonly differences?: readonly string[]
}

export function compareDecisions(active: Decided, candidate: Decided): Comparison {
  if (active.refusal && !candidate.refusal) return { result: 'gains' }
  if (!active.refusal && candidate.refusal) return { result: 'loses' }
  const [before, after] = [comparedParts(active), comparedParts(candidate)]
  const differences = Object.keys({ ...before, ...after }).filter(
    (part) => textOf(before[part]) !== textOf(after[part]),
  )
  return differences.length === 0 ? { result: 'same' } : { result: 'differs', differences }
}

/** Of two refusals, the text is not compared: it says which document refused, and how. */
function comparedParts({ grant, plan, refusal }: Decided): Readonly<Record<string, unknown>> {
  if (refusal) return { code: refusal.code }
  return {
    rule: grant?.rule,
    grant: grant?.name,
    roleArn: plan?.roleArn,
    policy: plan?.sessionPolicyJson,
    managedPolicies: plan?.managedPolicyArns,
    sessionTags: plan && Object.entries(plan.sessionTags).sort(),
    transitiveTagKeys: plan?.transitiveTagKeys,
    roleSessionName: plan?.roleSessionName,
    sourceIdentity: plan?.sourceIdentity,
    durationSeconds: plan?.durationSeconds,
    webIdentity: [plan?.webIdentity, plan?.mintedToken?.subject],
    releasedAudience: plan?.releasedAudience,
  }
}

function textOf(part: unknown): string | undefined {
  return JSON.stringify(part)
}
