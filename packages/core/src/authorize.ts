/** Stages 1 to 5 of the request path: who the caller is, and what exactly may be issued. */
import type { CandidateDecision, DecidingStages } from './candidate/decide-candidate.ts'
import { unmetClaims } from './decide/accept-identity.ts'
import { describeUnmet } from './decide/describe-unmet.ts'
import { identifyInPool } from './decide/identify-in-pool.ts'
import { identifySubject } from './decide/identify-subject.ts'
import { mapRole } from './decide/map-role.ts'
import { type MatchedGrant, matchGrant } from './decide/match-grant.ts'
import type { ResolvedTenant, TenantIdentity } from './decide/resolve-tenant.ts'
import { beforeDeadline } from './model/before-deadline.ts'
import { BrokerError } from './model/broker-error.ts'
import type { CandidateDocument } from './model/compiled-tenant.ts'
import {
  type CredentialRequest,
  createCredentialRequest,
  type RequestFields,
} from './model/credential-request.ts'
import type { RequestContext } from './model/request-context.ts'
import { startLaps } from './model/stage-times.ts'
import { createTrace, type Stage } from './model/trace.ts'
import type { Dependencies } from './ports.ts'
import type { Findings } from './record/audit-record.ts'
import type { RecordedInputs } from './record/decision-inputs.ts'
import { renderSessionPlan, type SessionPlan } from './session/session-plan.ts'
import { MalformedPolicy } from './session/sts.ts'

export type RequestPathContext = RequestContext<Dependencies>

/** What stages 1 to 3 found where none of them refused. */
export interface Identified extends Findings {
  readonly request: CredentialRequest
  readonly identity: TenantIdentity
  readonly tenant: ResolvedTenant
}

/** What stages 1 to 5 found where none of them refused. */
export interface Authorized extends Identified {
  readonly grant: MatchedGrant
  readonly plan: SessionPlan
}

/** What the stages found; what they found is there even where one of them refused. */
type Result<Complete> =
  | { readonly findings: Complete; readonly refusal: undefined }
  | { readonly findings: Findings; readonly refusal: BrokerError }

type Found = { -readonly [Name in keyof Findings]: Findings[Name] }
type Lap = (next: Stage) => void

/** Stages 1 to 5; afterwards, the candidate document decides too, where the tenant has one. */
export async function authorize(
  fields: RequestFields | BrokerError,
  context: RequestPathContext,
): Promise<Result<Authorized>> {
  const result = await run(context, (findings, lap) => decide(fields, context, findings, lap))
  const { accepted, tenant } = result.findings
  if (!accepted || !tenant?.candidate) return result
  const candidate = await decideBeside(tenant.candidate, result, context)
  return result.refusal
    ? { ...result, findings: { ...result.findings, candidate } }
    : { ...result, findings: { ...result.findings, candidate } }
}

/** Stages 1 to 3. */
export function identify(
  fields: RequestFields | BrokerError,
  context: RequestPathContext,
): Promise<Result<Identified>> {
  return run(context, (findings, lap) => identifyCallerOf(fields, context, findings, lap))
}

async function run<Complete>(
  context: RequestPathContext,
  stages: (findings: Found, lap: Lap) => Promise<Complete>,
): Promise<Result<Complete>> {
  const findings: Found = {}
  const lap = startLaps(context)
  try {
    const complete = stages(findings, lap)
    return { findings: await beforeDeadline(context.signal, complete), refusal: undefined }
  } catch (error) {
    return { findings, refusal: toRefusal(error, findings.request) }
  } finally {
    lap()
  }
}

/** @param findings receives what each stage found */
async function decide(
  fields: RequestFields | BrokerError,
  context: RequestPathContext,
  findings: Found,
  lap: Lap,
): Promise<Authorized> {
  const identified = await identifyCallerOf(fields, context, findings, lap)
  const { request, tenant, identity } = identified
  findings.accepted = true
  lap('match')
  const { trace } = context
  const requested = request.pool ? mapRole(tenant, request, identity, trace) : request
  const grant = matchGrant(tenant, requested, identity, trace)
  findings.grant = grant
  lap('render')
  const callerPolicy = await readCallerPolicy(request)
  const plan = renderSessionPlan(grant, tenant, identity, { ...request, callerPolicy }, context)
  return { ...identified, accepted: true, grant, plan }
}

/** A bundle that is loaded lazily cannot contain the stages: they throw a `BrokerError`. */
const STAGES: DecidingStages = {
  ...{ unmetClaims, describeUnmet, mapRole, matchGrant },
  ...{ readCallerPolicy, renderSessionPlan, toRefusal },
}

/** Only a tenant with a candidate document loads what lets it decide, which fails no request. */
async function decideBeside(
  document: CandidateDocument,
  { findings, refusal }: Result<Authorized>,
  context: RequestPathContext,
): Promise<CandidateDecision> {
  try {
    const { decideCandidate } = await import('./candidate/decide-candidate.ts')
    return await decideCandidate(document, { ...findings, refusal }, context, STAGES)
  } catch (error) {
    const { documentSha256 } = document
    const reason = toBrokerError(error).message
    return { recorded: { documentSha256, result: 'undecided', reason }, trace: createTrace() }
  }
}

/** Only a request with a session policy loads what compares it. */
async function readCallerPolicy({ sessionPolicy: text }: CredentialRequest) {
  if (text === undefined) return undefined
  const { compareCallerPolicy } = await import('./session/compare-caller-policy.ts')
  return compareCallerPolicy(text)
}

/** @param findings receives what each stage found */
async function identifyCallerOf(
  fields: RequestFields | BrokerError,
  context: RequestPathContext,
  findings: Found,
  lap: Lap,
): Promise<Identified> {
  if (fields instanceof BrokerError) throw fields
  const request = createCredentialRequest(fields)
  findings.request = request
  const { tenant, identity } = request.pool
    ? await identifyInPool(request, request.pool, context, findings, lap)
    : await identifySubject(request, context, findings, lap)
  await context.admission?.admit({ tenant, issuer: identity.issuer, subject: identity.subject })
  if (tenant.recordInputs) {
    const found = { ...findings, request, identity, tenant }
    findings.inputs = await collectInputs(found, context.endpoint)
  }
  return { ...findings, request, identity, tenant }
}

/** Only a tenant that records inputs loads what collects them. Without them, nothing changes. */
async function collectInputs(found: Identified, endpoint: string): Promise<RecordedInputs> {
  try {
    const { decisionInputs } = await import('./record/decision-inputs.ts')
    return decisionInputs(found, endpoint)
  } catch {
    return 'unavailable'
  }
}

/**
 * A policy that the caller sent, and that is too large with the grant's own statements or that STS
 * does not accept, is the caller's error: otherwise any caller could set off the operator's alarms.
 */
export function toRefusal(error: unknown, request: CredentialRequest | undefined): BrokerError {
  const refusal = toBrokerError(error)
  const isOfPolicy = refusal.code === 'policy_too_large' || refusal instanceof MalformedPolicy
  if (!isOfPolicy || request?.sessionPolicy === undefined) return refusal
  const callerMessage =
    refusal.callerMessage ??
    'AWS STS does not accept the policy, or it is too large together with what the grant denies ' +
      'and with the session tags; send a shorter or simpler policy.'
  const { message, likelyCauses } = refusal
  return new BrokerError('invalid_request', message, { callerMessage, likelyCauses, cause: error })
}

/** The refusal for anything that was thrown. */
export function toBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  // An unforeseen error's text may quote its input, so only its name is kept.
  const name = error instanceof Error ? error.name : typeof error
  return new BrokerError('internal', `Unexpected ${name}.`, { cause: error })
}
