/**
 * The request path, from the subject token to AWS credentials; read this file to know the broker.
 */
import { type MatchedGrant, matchGrant } from './decide/match-grant.ts'
import { isDelegated, resolveActor } from './decide/resolve-actor.ts'
import { resolveOpaqueToken } from './decide/resolve-opaque-token.ts'
import { type ResolvedTenant, resolveTenant, type TenantIdentity } from './decide/resolve-tenant.ts'
import { beforeDeadline } from './model/before-deadline.ts'
import { BrokerError } from './model/broker-error.ts'
import {
  type CredentialRequest,
  createCredentialRequest,
  type RequestFields,
} from './model/credential-request.ts'
import type { RecordedCaller, RequestContext } from './model/request-context.ts'
import { startLaps } from './model/stage-times.ts'
import { createTrace, type Stage, type Trace } from './model/trace.ts'
import type { Dependencies } from './ports.ts'
import { createAuditRecord, type Findings } from './record/audit-record.ts'
import {
  mintForRelease,
  obtainWebIdentity,
  type ReleasedToken,
} from './session/obtain-web-identity.ts'
import { renderSessionPlan, type SessionPlan } from './session/session-plan.ts'
import { type AssumedRole, MalformedPolicy } from './session/sts.ts'
import { hasVerifiedSignature } from './verify/demand-signature.ts'
import {
  findOpaqueIssuer,
  isVouchedFor,
  mayBeOpaque,
  type OpaqueToken,
  parseJwt,
} from './verify/find-opaque-issuer.ts'
import { parseAssertion } from './verify/verify-assertion.ts'
import { type PresentedToken, verifyIdentity } from './verify/verify-identity.ts'
import { verifyOpaqueToken } from './verify/verify-opaque-token.ts'

export interface Issued {
  readonly credentials: AssumedRole
  readonly tenant: string
  readonly grant: string
  readonly identity: Pick<TenantIdentity, 'issuer' | 'subject' | 'audiences' | 'claims'>
  readonly sourceIdentity: string | undefined
  /** The session policy that the caller requested, as JSON text. */
  readonly requestedPolicy: string | undefined
}

/** A web identity token that leaves the broker, for a caller who calls STS itself. */
export interface Released {
  readonly token: ReleasedToken
  readonly tenant: string
  readonly grant: string
}

/** What the broker would do, and every check that led to it. */
export interface Decision {
  readonly refusal: BrokerError | undefined
  readonly tenant: string | undefined
  readonly rule: string | undefined
  readonly grant: string | undefined
  readonly plan: SessionPlan | undefined
  readonly trace: Trace
  /**
   * Whether issuers have signed or vouched for each token of the request; else, the caller may be
   * anyone.
   */
  readonly isVerified: boolean
}

type Context = RequestContext<Dependencies>

/** What stages 1 to 5 found where none of them refused. */
interface Authorized extends Findings {
  readonly request: CredentialRequest
  readonly identity: TenantIdentity
  readonly tenant: ResolvedTenant
  readonly grant: MatchedGrant
  readonly plan: SessionPlan
}

type Authorization =
  | { readonly findings: Authorized; readonly refusal: undefined }
  | { readonly findings: Findings; readonly refusal: BrokerError }

type Found = { -readonly [Name in keyof Findings]: Findings[Name] }

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

/** Decides as {@link issueCredentials} does, and stops before anything is minted or assumed. */
export async function explainDecision(
  fields: RequestFields | BrokerError,
  caller: RecordedCaller,
  ports: Dependencies,
): Promise<Decision> {
  const context = { ...caller, ports, trace: createTrace() }
  const startedMs = ports.now()
  const { findings, refusal } = await authorize(fields, context)
  const record = createAuditRecord(findings, context, startedMs, refusal, { explained: true })
  await ports.audit.write(record, caller.recordSignal)
  const { tenant, grant, plan } = findings
  const { trace } = context
  return {
    refusal,
    tenant: tenant?.tenant,
    rule: grant?.rule,
    grant: grant?.name,
    plan,
    trace,
    isVerified: (hasVerifiedSignature(trace) || isVouchedFor(trace)) && isActorVerified(findings),
  }
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
  finish: (authorized: Authorized, context: Context) => Promise<Finished<Outcome>>,
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
  const { outcome } = finished
  const error = outcome instanceof BrokerError ? outcome : undefined
  try {
    const record = createAuditRecord(finished.findings, context, startedMs, error)
    await ports.audit.write(record, caller.recordSignal)
  } catch (cause) {
    return new BrokerError('internal', 'The audit record could not be written.', { cause })
  }
  return outcome
}

/** Stages 1 to 5. What they found is returned even where one of them refuses. */
async function authorize(
  fields: RequestFields | BrokerError,
  context: Context,
): Promise<Authorization> {
  const findings: Found = {}
  const lap = startLaps(context)
  try {
    const decision = decide(fields, context, findings, lap)
    return { findings: await beforeDeadline(context.signal, decision), refusal: undefined }
  } catch (error) {
    return { findings, refusal: toRefusal(error, findings.request) }
  } finally {
    lap()
  }
}

/** @param findings receives what each stage found */
async function decide(
  fields: RequestFields | BrokerError,
  context: Context,
  findings: Found,
  lap: (next: Stage) => void,
): Promise<Authorized> {
  const { trace } = context
  if (fields instanceof BrokerError) throw fields
  const request = createCredentialRequest(fields)
  findings.request = request
  lap('verify')
  const presented = await openToken(request, context)
  Object.assign(findings, presented)
  const verified = await (presented.opaque
    ? verifyOpaqueToken(presented.opaque, request.dpop, context)
    : verifyIdentity(presented.token, request, context))
  findings.identity = verified
  lap('resolve')
  const { tenant, identity: subject } = presented.opaque
    ? resolveOpaqueToken(presented.opaque, verified, trace)
    : await resolveTenant(verified, request, context)
  findings.identity = subject
  findings.tenant = tenant
  const identity = isDelegated(request, subject)
    ? await resolveActor(tenant, subject, request, context)
    : subject
  findings.identity = identity
  lap('match')
  const grant = matchGrant(tenant, request, identity, trace)
  findings.grant = grant
  lap('render')
  const plan = renderSessionPlan(grant, tenant, identity, request, context)
  return { ...findings, request, identity, tenant, grant, plan }
}

/** The token, and who can vouch for it. Nothing is verified yet. */
async function openToken(
  request: CredentialRequest,
  context: Context,
): Promise<
  | { readonly opaque: OpaqueToken; readonly token?: undefined }
  | { readonly opaque?: undefined; readonly token: PresentedToken }
> {
  if (request.tokenType === 'saml2') return { token: await parseAssertion(request, context) }
  const opaque = mayBeOpaque(request) ? await findOpaqueIssuer(request, context) : undefined
  return opaque ? { opaque } : { token: parseJwt(request, context.trace) }
}

/** Stages 6 and 7: obtain the web identity token, assume the role with it. */
async function assume(authorized: Authorized, context: Context): Promise<Finished<Issued>> {
  const { request, plan, identity, tenant, grant } = authorized
  const lap = startLaps(context)
  try {
    lap('obtain')
    const webIdentityToken = await obtainWebIdentity(authorized, context)
    lap('assume')
    const { sts } = context.ports
    const input = { ...plan, webIdentityToken }
    const assumed = await sts.assumeRoleWithWebIdentity(input, context.signal)
    const { sourceIdentity } = plan
    const requestedPolicy = request.sessionPolicy
    const names = { tenant: tenant.tenant, grant: grant.name }
    return {
      outcome: { credentials: assumed, ...names, identity, sourceIdentity, requestedPolicy },
      findings: { ...authorized, assumed },
    }
  } finally {
    lap()
  }
}

/** Stage 6 alone: the minted token is for the caller, who calls STS itself. */
async function release(authorized: Authorized, context: Context): Promise<Finished<Released>> {
  const { tenant, grant } = authorized
  const lap = startLaps(context)
  try {
    lap('obtain')
    const token = await mintForRelease(authorized, context)
    return {
      outcome: { token, tenant: tenant.tenant, grant: grant.name },
      findings: { ...authorized, releasedAudience: token.audience },
    }
  } finally {
    lap()
  }
}

/**
 * A policy that the caller sent, and that is too large with the grant's own statements or that STS
 * does not accept, is the caller's error: otherwise any caller could set off the operator's alarms.
 */
function toRefusal(error: unknown, request: CredentialRequest | undefined): BrokerError {
  const refusal = toBrokerError(error)
  const isOfPolicy = refusal.code === 'policy_too_large' || refusal instanceof MalformedPolicy
  if (!isOfPolicy || request?.sessionPolicy === undefined) return refusal
  const callerMessage =
    'AWS STS does not accept the policy, or it is too large together with what the grant denies ' +
    'and with the session tags; send a shorter or simpler policy.'
  return new BrokerError('invalid_request', refusal.message, { callerMessage, cause: error })
}

/** The refusal for anything that was thrown. */
export function toBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  // An unforeseen error's text may quote its input, so only its name is kept.
  const name = error instanceof Error ? error.name : typeof error
  return new BrokerError('internal', `Unexpected ${name}.`, { cause: error })
}
