/**
 * The request path, from the subject token to AWS credentials; read this file and authorize.ts to
 * know the broker.
 */
import { type Authorized, authorize, type RequestPathContext, toRefusal } from './authorize.ts'
import type { CandidateDecision } from './candidate/decide-candidate.ts'
import type { TenantIdentity } from './decide/resolve-tenant.ts'
import { areLoginsVerified } from './decide/verified-logins.ts'
import { beforeDeadline } from './model/before-deadline.ts'
import { BrokerError } from './model/broker-error.ts'
import type { RequestFields } from './model/credential-request.ts'
import type { PoolIdentity } from './model/pool-identity.ts'
import type { RecordedCaller } from './model/request-context.ts'
import { startLaps } from './model/stage-times.ts'
import { createTrace, type Stage, type Trace } from './model/trace.ts'
import type { Dependencies } from './ports.ts'
import { createAuditRecord, type Findings } from './record/audit-record.ts'
import { recordOutcome } from './record/record-outcome.ts'
import type { ObtainedSession } from './reuse/reuse-sessions.ts'
import {
  mintForRelease,
  obtainWebIdentity,
  type ReleasedToken,
} from './session/obtain-web-identity.ts'
import type { SessionPlan } from './session/session-plan.ts'
import type { AssumedRole } from './session/sts.ts'
import { hasVerifiedSignature } from './verify/demand-signature.ts'
import { isVouchedFor } from './verify/find-opaque-issuer.ts'

export interface Issued {
  readonly credentials: AssumedRole
  readonly tenant: string
  readonly grant: string
  readonly identity: Pick<TenantIdentity, 'issuer' | 'subject' | 'audiences' | 'claims'>
  /** Undefined: the caller is not one of an identity pool. */
  readonly poolIdentity: PoolIdentity | undefined
  readonly sourceIdentity: string | undefined
  /** The session policy that the caller requested, as JSON text. */
  readonly requestedPolicy: string | undefined
}

/** A web identity token that leaves the broker, for a caller who calls STS itself. */
export interface Released {
  readonly token: ReleasedToken
  readonly tenant: string
  readonly grant: string
  /** Undefined: the caller is not one of an identity pool. */
  readonly poolIdentity: PoolIdentity | undefined
}

/** What the broker would do, and every check that led to it. */
export interface Decision {
  readonly refusal: BrokerError | undefined
  readonly tenant: string | undefined
  readonly rule: string | undefined
  readonly grant: string | undefined
  /** Undefined: the caller is not one of an identity pool, or it is not known which one. */
  readonly poolIdentity: PoolIdentity | undefined
  readonly plan: SessionPlan | undefined
  readonly trace: Trace
  /** What the candidate document of the tenant would do; undefined: it was not asked. */
  readonly candidate: CandidateDecision | undefined
  /**
   * Whether issuers have signed or vouched for each token of the request; else, the caller may be
   * anyone. Of an identity pool: whether the pool knows the caller, who may be a guest.
   */
  readonly isVerified: boolean
}

interface Finished<Outcome> {
  readonly outcome: Outcome | BrokerError
  readonly findings: Findings
}

/**
 * Responds to one request with credentials.
 * @param fields what the endpoint read, or why it could not: that is audited like any other refusal
 */
export function issueCredentials(
  fields: RequestFields | BrokerError,
  caller: RecordedCaller,
  ports: Dependencies,
): Promise<Issued | BrokerError> {
  return audited(fields, caller, ports, assume)
}

/** Decides as {@link issueCredentials} does, and returns the minted token instead of using it. */
export function releaseWebIdentity(
  fields: RequestFields | BrokerError,
  caller: RecordedCaller,
  ports: Dependencies,
): Promise<Released | BrokerError> {
  return audited(fields, caller, ports, release)
}

/**
 * Decides as {@link issueCredentials} does, and stops before anything is minted or assumed. Of an
 * identity pool, nothing is created or changed.
 */
export async function explainDecision(
  fields: RequestFields | BrokerError,
  caller: RecordedCaller,
  ports: Dependencies,
): Promise<Decision> {
  const context = { ...caller, ports, trace: createTrace() }
  const startedMs = ports.now()
  const { findings, refusal } = await authorize(withoutEffects(fields), context)
  // Conditions read the endpoint that is explained; the record names the one that was called.
  const recorded = { ...context, endpoint: 'explain' }
  const record = createAuditRecord(findings, recorded, startedMs, refusal, { explained: true })
  await ports.audit.write(record, caller.recordSignal)
  const { tenant, grant, plan, poolIdentity, candidate } = findings
  const { trace } = context
  const isOfPool = !(fields instanceof BrokerError) && fields.pool !== undefined
  return {
    refusal,
    tenant: tenant?.tenant,
    rule: grant?.rule,
    grant: grant?.name,
    poolIdentity,
    plan,
    trace,
    candidate,
    isVerified: isOfPool
      ? poolIdentity !== undefined || areLoginsVerified(trace)
      : (hasVerifiedSignature(trace) || isVouchedFor(trace)) && isActorVerified(findings),
  }
}

/** A caller of a pool must not have an identity because somebody wants to know what it would be. */
function withoutEffects(fields: RequestFields | BrokerError): RequestFields | BrokerError {
  if (fields instanceof BrokerError || fields.pool === undefined) return fields
  return { ...fields, pool: { ...fields.pool, readOnly: true } }
}

/** What the issuer of an actor token caused is not for a caller whose actor is unknown. */
function isActorVerified({ request, identity }: Findings): boolean {
  return request?.actorToken === undefined || identity?.actor !== undefined
}

/** Writes one audit record before anything is returned: no record, no credentials. */
async function audited<Outcome>(
  fields: RequestFields | BrokerError,
  caller: RecordedCaller,
  ports: Dependencies,
  finish: (authorized: Authorized, context: RequestPathContext) => Promise<Finished<Outcome>>,
): Promise<Outcome | BrokerError> {
  const context = { ...caller, ports, trace: createTrace() }
  const startedMs = ports.now()
  const { findings, refusal } = await authorize(fields, context)
  const finished = refusal
    ? { outcome: refusal, findings }
    : await finish(findings, context).catch((error: unknown) => ({
        outcome: toRefusal(error, findings.request),
        findings,
      }))
  const outcome = await withDetail(finished)
  return recordOutcome(outcome, context, (error) =>
    createAuditRecord(finished.findings, context, startedMs, error),
  )
}

/** Adds what the caller may know to a refusal that says nothing to it. */
async function withDetail<Outcome>({
  outcome,
  findings,
}: Finished<Outcome>): Promise<Outcome | BrokerError> {
  if (!(outcome instanceof BrokerError) || outcome.callerMessage !== undefined) return outcome
  const { code, message, retryAfterSeconds, likelyCauses, cause } = outcome
  const { describeToCaller } = await import('./record/caller-detail.ts')
  const callerMessage = describeToCaller(code, message, findings)
  if (callerMessage === undefined) return outcome
  return new BrokerError(code, message, { callerMessage, retryAfterSeconds, likelyCauses, cause })
}

/** Stages 6 and 7: obtain the web identity token, assume the role with it. */
async function assume(
  authorized: Authorized,
  context: RequestPathContext,
): Promise<Finished<Issued>> {
  const { request, plan, identity, tenant, grant } = authorized
  const lap = startLaps(context)
  try {
    const { assumed, reusedFrom } = await obtainSession(authorized, context, lap)
    const { sourceIdentity } = plan
    const requestedPolicy = request.sessionPolicy
    const names = { tenant: tenant.tenant, grant: grant.name }
    return {
      outcome: {
        ...{ credentials: assumed, ...names, identity, poolIdentity: identity.scope.identity },
        ...{ sourceIdentity, requestedPolicy },
      },
      findings: { ...authorized, assumed, ...(reusedFrom === undefined ? {} : { reusedFrom }) },
    }
  } finally {
    lap()
  }
}

/** Where the grant has `reuse`, the session may be one that was issued for the same decision. */
async function obtainSession(
  authorized: Authorized,
  context: RequestPathContext,
  lap: (stage: Stage) => void,
): Promise<ObtainedSession> {
  const { grant, tenant, plan } = authorized
  const { sts, openReuse } = context.ports
  lap('obtain')
  // Without a certificate, it is not known which document decided.
  if (grant.reuseSeconds !== undefined && tenant.certificate && openReuse) {
    const reuse = await openReuse()
    return reuse(authorized, context, { lap, obtainWebIdentity, beforeDeadline })
  }
  const webIdentityToken = await obtainWebIdentity(authorized, context)
  lap('assume')
  const input = { ...plan, webIdentityToken }
  return { assumed: await sts.assumeRoleWithWebIdentity(input, context.signal) }
}

/** Stage 6 alone: the minted token is for the caller, who calls STS itself. */
async function release(
  authorized: Authorized,
  context: RequestPathContext,
): Promise<Finished<Released>> {
  const { request, tenant, grant, poolIdentity } = authorized
  const pool = tenant.identityPools?.find(({ id }) => id === request.pool?.pool)
  const lap = startLaps(context)
  try {
    lap('obtain')
    const token = await mintForRelease(authorized, context, pool?.releasedAudience)
    return {
      outcome: { token, tenant: tenant.tenant, grant: grant.name, poolIdentity },
      findings: { ...authorized, releasedAudience: token.audience },
    }
  } finally {
    lap()
  }
}
