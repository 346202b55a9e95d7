/**
 * What the candidate document of a tenant would decide about a request. Loaded with the first
 * request of a tenant that has one.
 */
import type { mapRole } from '../decide/map-role.ts'
import type { MatchedGrant, matchGrant } from '../decide/match-grant.ts'
import type { ResolvedTenant, TenantIdentity } from '../decide/resolve-tenant.ts'
import type { BrokerError, RefusalCode } from '../model/broker-error.ts'
import type { CandidateDocument } from '../model/compiled-tenant.ts'
import type { CredentialRequest } from '../model/credential-request.ts'
import type { RequestContext } from '../model/request-context.ts'
import type { Trace } from '../model/trace.ts'
import type { CallerPolicy } from '../session/compare-caller-policy.ts'
import type { BrokerIssuerPort } from '../session/minted-token.ts'
import type { NamingPorts } from '../session/session-labels.ts'
import type { renderSessionPlan, SessionPlan } from '../session/session-plan.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'
import { type AcceptanceStages, acceptAgain, type Refused } from './accept-again.ts'
import { compareDecisions, type Decided } from './compare-decisions.ts'
import { parseCandidate } from './parse-candidate.ts'

/** A decision that is recorded beside the one that took effect. */
export interface RecordedCandidate {
  readonly documentSha256: string
  /**
   * Compared with what the document in force decided. `gains`, `loses`: the caller would get, or no
   * longer get, credentials. `differs`: other credentials, or another refusal.
   */
  readonly result: 'same' | 'gains' | 'loses' | 'differs' | 'undecided'
  /** Why the candidate refuses, or why it was not decided: at most 512 characters. */
  readonly reason?: string
  readonly code?: RefusalCode
  readonly rule?: string
  readonly grant?: string
  /** Names of what differs, as in the audit record; never its values. */
  readonly differences?: readonly string[]
}

/** What the candidate decided, and every check that led to it. */
export interface CandidateDecision extends Decided {
  readonly recorded: RecordedCandidate
  readonly trace: Trace
}

/** The stages themselves, so that the candidate is decided by the same code. */
export interface DecidingStages extends AcceptanceStages {
  readonly mapRole: typeof mapRole
  readonly matchGrant: typeof matchGrant
  readonly readCallerPolicy: (request: CredentialRequest) => Promise<CallerPolicy | undefined>
  readonly renderSessionPlan: typeof renderSessionPlan
  readonly toRefusal: (error: unknown, request: CredentialRequest | undefined) => BrokerError
}

/** What the document in force found and decided. */
interface ActiveDecision {
  readonly request?: CredentialRequest
  readonly tenant?: ResolvedTenant
  readonly identity?: VerifiedIdentity
  readonly grant?: MatchedGrant
  readonly plan?: SessionPlan
  readonly refusal: BrokerError | undefined
}

type CandidateContext = RequestContext<NamingPorts & BrokerIssuerPort>

/** Refusals that a document decides; the others say that something did not work. */
const DECIDED: readonly RefusalCode[] = [
  ...(['access_denied', 'claim_unusable'] as const),
  ...(['policy_too_large', 'invalid_request'] as const),
]

const MAX_REASON_CHARACTERS = 512

/**
 * Nothing is fetched, written or sent, and nothing that goes wrong here fails the request.
 * @param active of a request whose caller the document in force accepted
 */
export async function decideCandidate(
  document: CandidateDocument,
  active: ActiveDecision,
  context: CandidateContext,
  stages: DecidingStages,
): Promise<CandidateDecision> {
  // The checks of the candidate are no part of the request's own trace.
  const trace: Trace = { checks: [], durationsMs: {} }
  const decided = await decideOrExplain(document, active, { ...context, trace }, stages)
  const { documentSha256 } = document
  if (typeof decided === 'string')
    return {
      recorded: { documentSha256, result: 'undecided', reason: shortReason(decided) },
      trace,
    }
  const { refusal, grant } = decided
  const recorded = {
    documentSha256,
    ...compareDecisions(active, decided),
    ...(refusal && { code: refusal.code, reason: shortReason(refusal.message) }),
    ...(grant && { rule: grant.rule, grant: grant.name }),
  }
  return { ...decided, recorded, trace }
}

/** @returns why nothing was decided, where that is so */
async function decideOrExplain(
  document: CandidateDocument,
  { request, tenant: active, identity, refusal }: ActiveDecision,
  context: CandidateContext,
  stages: DecidingStages,
): Promise<Decided | string> {
  if (refusal && !DECIDED.includes(refusal.code))
    return `the document in force decided nothing (${refusal.code})`
  if (context.signal.aborted) return 'the deadline of the request was reached'
  if (!request || !active || !identity) return 'the document in force did not accept the caller'
  const candidate = parseCandidate(document, active.tenant)
  if (!candidate) return 'the stored candidate is corrupt; put it again'
  const decided: { grant?: MatchedGrant; plan?: SessionPlan; refusal?: Refused } = {}
  try {
    const caller = { request, tenant: active, identity }
    const accepted = acceptAgain(candidate, caller, stages, context.trace)
    if (accepted?.undecided !== undefined) return accepted.undecided
    if (accepted) return { refusal: accepted.refused }
    const tenant = candidate as ResolvedTenant
    const known = identity as TenantIdentity
    const requested = request.pool ? stages.mapRole(tenant, request, known, context.trace) : request
    decided.grant = stages.matchGrant(tenant, requested, known, context.trace)
    const callerPolicy = await stages.readCallerPolicy(request)
    const narrowing = { ...request, callerPolicy }
    decided.plan = stages.renderSessionPlan(decided.grant, tenant, known, narrowing, context)
  } catch (error) {
    decided.refusal = stages.toRefusal(error, request)
    if (!DECIDED.includes(decided.refusal.code)) return decided.refusal.message
  }
  return decided
}

function shortReason(reason: string): string {
  return reason.slice(0, MAX_REASON_CHARACTERS).toWellFormed()
}
