/** The decision trace as JSON: what would be issued or refused, and why. */
import {
  type BrokerError,
  type Decision,
  LimitReached,
  lastCheck,
  type PoolIdentity,
  type RefusalCode,
  type SessionPlan,
  SIGNATURE_CHECK,
  showTrace,
  VOUCH_CHECK,
} from '@token-broker/core'
import type { HttpResponse } from '../http.ts'
import { problemResponse } from './problem.ts'

/** Refusals whose reason is in the token itself, so that the caller has it anyway. */
const OF_THE_TOKEN: readonly RefusalCode[] = [
  'invalid_request',
  'invalid_token',
  'token_expired',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'issuer_untrusted',
]

export function explainResponse(decision: Decision, requestId: string): HttpResponse {
  const { refusal } = decision
  // Nothing was decided, so that there is nothing to explain.
  if (refusal instanceof LimitReached) return problemResponse(refusal, requestId)
  return jsonResponse(explanation(decision, requestId))
}

/**
 * Of an identity pool: also which identity the caller would have. Until the pool knows the caller,
 * who may be anyone, nothing of the tenant document is shown: the id of the pool names the tenant
 * before any token is verified.
 */
export function poolExplanation(decision: Decision, requestId: string): HttpResponse {
  const { refusal } = decision
  if (refusal instanceof LimitReached) return problemResponse(refusal, requestId)
  const explained = explanation(decision, requestId)
  const { isVerified, poolIdentity } = decision
  if (!isVerified) {
    const trace = explained.trace.map(({ stage, check, passed }) => ({ stage, check, passed }))
    return jsonResponse({ ...explained, tenant: undefined, candidate: undefined, trace })
  }
  return jsonResponse({ ...explained, identity: poolIdentity && shownIdentity(poolIdentity) })
}

function explanation(decision: Decision, requestId: string) {
  const { refusal, tenant, rule, grant, plan, trace, candidate } = decision
  return {
    outcome: refusal ? 'would-refuse' : 'would-issue',
    requestId,
    code: refusal?.code,
    reason: refusal && reasonFor(decision, refusal),
    tenant,
    rule,
    grant,
    trace: showTrace(trace),
    plan: plan && shownPlan(plan),
    candidate: candidate && {
      ...candidate.recorded,
      trace: showTrace(candidate.trace),
      plan: candidate.plan && shownPlan(candidate.plan),
    },
  }
}

function shownPlan(plan: SessionPlan) {
  return {
    roleArn: plan.roleArn,
    roleSessionName: plan.roleSessionName,
    sessionPolicy: plan.sessionPolicy,
    managedPolicyArns: plan.managedPolicyArns,
    sessionTags: plan.sessionTags,
    sourceIdentity: plan.sourceIdentity,
    durationSeconds: plan.durationSeconds,
    webIdentity: plan.webIdentity,
    mintedToken: plan.mintedToken,
  }
}

const CHANGES = { create: 'would-create', links: 'would-link' } as const

function shownIdentity({ id, guest, provider, wouldChange, claimedGuest }: PoolIdentity) {
  return {
    id,
    guest,
    provider: provider || undefined,
    change: wouldChange && CHANGES[wouldChange],
    claimedGuest,
  }
}

function jsonResponse(body: unknown): HttpResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  }
}

/**
 * Before a signature is verified, the caller may be anyone: nothing is said about keys, addresses
 * and stores.
 */
function reasonFor({ isVerified, trace }: Decision, { code, message }: BrokerError): string {
  const isAboutKeys = [SIGNATURE_CHECK, VOUCH_CHECK].includes(lastCheck(trace)?.check ?? '')
  if (isVerified || (OF_THE_TOKEN.includes(code) && !isAboutKeys)) return message
  return 'The token is not verified; the reason is in the audit record of this request.'
}
