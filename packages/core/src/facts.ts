/** What is known so far of one request; the audit record is made of it, whatever happens. */
import type { AuditRecord } from './audit-record.ts'
import type { Caller, CredentialRequest } from './credential-request.ts'
import { sha256Hex } from './digest.ts'
import type { MatchedGrant } from './match-grant.ts'
import type { AssumedRole } from './ports.ts'
import type { BrokerError } from './refusal.ts'
import type { ResolvedTenant } from './resolve-tenant.ts'
import type { SessionPlan } from './session-plan.ts'
import type { SubjectToken } from './subject-token.ts'
import { lastCheck, type Stage, type Trace } from './trace.ts'
import type { VerifiedIdentity } from './verify-identity.ts'

export interface Facts {
  readonly startedMs: number
  readonly trace: Trace
  readonly durationsMs: Partial<Record<Stage, number>>
  token?: SubjectToken
  identity?: VerifiedIdentity
  tenant?: ResolvedTenant
  grant?: MatchedGrant
  plan?: SessionPlan
  assumed?: AssumedRole
  releasedAudience?: string
}

export function startFacts(nowMs: number): Facts {
  return { startedMs: nowMs, trace: { checks: [] }, durationsMs: {} }
}

/** Pessimistic: `error` unless credentials are there or a coded refusal was made on purpose. */
export function auditRecordOf(
  facts: Facts,
  caller: Caller,
  request: CredentialRequest | undefined,
  refusal: BrokerError | undefined,
  { explained = false } = {},
): AuditRecord {
  const { token, identity, tenant, grant, plan, assumed } = facts
  // A stage that refuses over a check stops at it, so only the last check can be the reason.
  const last = lastCheck(facts.trace)
  const failed = last?.held === false ? last : undefined
  // With a released token the caller itself names the session and its duration, and STS sees no session policy.
  const session = facts.releasedAudience === undefined ? plan : undefined
  return withoutUndefined({
    time: new Date(facts.startedMs).toISOString(),
    requestId: caller.requestId,
    surface: caller.surface,
    outcome: outcomeOf(facts, refusal, explained),
    code: refusal?.code,
    reason:
      refusal &&
      (failed ? `${refusal.message} (${failed.stage}: ${failed.check})` : refusal.message),
    tenant: tenant?.tenant,
    issuer: identity?.issuer ?? token?.issuer,
    subject: identity?.subject,
    rule: grant?.rule,
    grant: grant?.name,
    roleArn: plan?.roleArn,
    roleSessionName: session?.roleSessionName,
    wantedSessionName: request?.wantedSessionName,
    sourceIdentity: plan?.sourceIdentity,
    sessionTags: plan?.sessionTags,
    policySha256: session && sha256Hex(session.sessionPolicyJson),
    packedPolicySize: assumed?.packedPolicySize,
    durationSeconds: session?.durationSeconds,
    accessKeyId: assumed?.accessKeyId,
    assumedRoleArn: assumed?.assumedRoleArn,
    releasedAudience: facts.releasedAudience,
    subjectTokenSha256: request && sha256Hex(request.subjectToken),
    clientIp: caller.clientIp,
    userAgent: caller.userAgent?.slice(0, 256),
    durationsMs: facts.durationsMs,
  })
}

function outcomeOf(
  { plan, assumed, releasedAudience }: Facts,
  refusal: BrokerError | undefined,
  explained: boolean,
): AuditRecord['outcome'] {
  if (refusal)
    return refusal.code === 'internal' || refusal.code === 'config_invalid' ? 'error' : 'refused'
  if (explained) return plan ? 'explained' : 'error'
  return assumed || releasedAudience ? 'issued' : 'error'
}

type Loose<T> = { [K in keyof T]: T[K] | undefined }

function withoutUndefined<T extends object>(record: Loose<T>): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T
}
