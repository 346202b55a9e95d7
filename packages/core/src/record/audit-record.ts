/**
 * Stage 8: the one JSON line that is written for every request. It never contains a token, a secret
 * key, a session token or a whole claim set.
 */
import type { CandidateDecision, RecordedCandidate } from '../candidate/decide-candidate.ts'
import type { MatchedGrant } from '../decide/match-grant.ts'
import type { ResolvedTenant } from '../decide/resolve-tenant.ts'
import type { Actor } from '../model/actor.ts'
import type { BrokerError, RefusalCode } from '../model/broker-error.ts'
import type { CredentialRequest } from '../model/credential-request.ts'
import type { DeveloperOperation, DeveloperResult } from '../model/developer-request.ts'
import { sha256Hex } from '../model/digest.ts'
import { type LimitName, LimitReached } from '../model/limit-reached.ts'
import type { PoolIdentity } from '../model/pool-identity.ts'
import { PoolRefusal } from '../model/pool-refusal.ts'
import type { Caller } from '../model/request-context.ts'
import { lastCheck, type Stage, type Trace } from '../model/trace.ts'
import type { MintedToken } from '../session/minted-token.ts'
import type { SessionPlan } from '../session/session-plan.ts'
import type { AssumedRole } from '../session/sts.ts'
import type { OpaqueToken } from '../verify/find-opaque-issuer.ts'
import type { PresentedToken, VerifiedIdentity } from '../verify/verify-identity.ts'
import type { RecordedInputs } from './decision-inputs.ts'
import { type RecordedToken, recordedToken, shorten } from './recorded-token.ts'

declare const recorded: unique symbol

/**
 * Only {@link createAuditRecord}, {@link repeatAuditRecord} and `limitedRecord` create one. Members
 * that are undefined do not appear in its JSON.
 */
export interface AuditRecord extends RecordedToken {
  readonly [recorded]: true
  /** ISO 8601, UTC. */
  readonly time: string
  readonly requestId: string
  readonly endpoint: string
  /**
   * `explained`: a decision was shown that would have issued; nothing was issued. `identified`: the
   * caller proved to have an issued session, or got the id of its identity in a pool. `changed`: a
   * backend changed identities of its pool.
   */
  readonly outcome: 'issued' | 'explained' | 'identified' | 'changed' | 'refused' | 'error'
  readonly code?: RefusalCode | undefined
  /** The limit for callers that was reached; absent: none, also where AWS throttles the broker. */
  readonly limit?: LimitName | undefined
  /** For the operator: which check failed, or what the upstream said. */
  readonly reason?: string | undefined
  /** Where STS refused: the likeliest cause first, and how to find out which it is. */
  readonly likelyCauses?: readonly string[] | undefined
  readonly tenant?: string | undefined
  /** What the caller requested by name, of at most 256 characters each; absent: nothing. */
  readonly wantedTenant?: string | undefined
  readonly wantedGrant?: string | undefined
  readonly wantedRoleArn?: string | undefined
  /** Which document decided, and which version of the proof its certificate has. */
  readonly documentSha256?: string | undefined
  readonly proofVersion?: number | undefined
  /** Of a token that is not verified, at most 256 characters. */
  readonly issuer?: string | undefined
  readonly subject?: string | undefined
  /** The id of the identity pool that was called. */
  readonly pool?: string | undefined
  /** The caller's identity in the pool. Anyone who knows the id of a guest can act as the guest. */
  readonly identityId?: string | undefined
  /** The provider whose login decides; absent for guests. */
  readonly identityProvider?: string | undefined
  /** Whether the request created the guest; absent: it did not. */
  readonly newGuest?: boolean | undefined
  /** Whether the logins of the request cannot belong to one identity; absent: they can. */
  readonly identityConflict?: boolean | undefined
  /** What a backend requested of its pool, and the access key id that its signature names. */
  readonly operation?: DeveloperOperation['name'] | undefined
  readonly backendKeyId?: string | undefined
  /** Who acts for the subject. */
  readonly actor?: RecordedActor | undefined
  readonly rule?: string | undefined
  readonly grant?: string | undefined
  readonly roleArn?: string | undefined
  readonly roleSessionName?: string | undefined
  /** The session name that the caller requested; it is never used. */
  readonly wantedSessionName?: string | undefined
  readonly sourceIdentity?: string | undefined
  readonly sessionTags?: Readonly<Record<string, string>> | undefined
  /** Of the token that STS got, where the broker minted it; also where STS refused it. */
  readonly webIdentity?: MintedToken | undefined
  readonly policySha256?: string | undefined
  readonly sessionTokenUtilization?: number | undefined
  readonly sessionTokenSize?: number | undefined
  readonly durationSeconds?: number | undefined
  readonly accessKeyId?: string | undefined
  readonly assumedRoleArn?: string | undefined
  /** The id of the request for which STS issued the session; absent: this one. */
  readonly reusedFrom?: string | undefined
  /** When the session of `reusedFrom` ends; ISO 8601, UTC. */
  readonly sessionExpiresAt?: string | undefined
  /** Why GetCallerIdentity will not know the issued session. */
  readonly identityFailure?: string | undefined
  /** A web identity token for this audience was released, and no credentials. */
  readonly releasedAudience?: string | undefined
  readonly subjectTokenSha256?: string | undefined
  readonly actorTokenSha256?: string | undefined
  readonly clientIp?: string | undefined
  readonly userAgent?: string | undefined
  /** What the candidate document of the tenant would have decided; absent: nothing was asked. */
  readonly candidate?: RecordedCandidate | undefined
  /** Milliseconds spent in each stage. */
  readonly durationsMs: Readonly<Partial<Record<Stage, number>>>
  /** Only of tenants that record inputs, once the tenant accepts the caller. */
  readonly inputs?: RecordedInputs | undefined
}

/** An actor without its claims, and the one that acted before it. */
interface RecordedActor {
  readonly issuer: string
  readonly subject: string
  readonly actor?: RecordedActor
}

export interface AuditLog {
  /**
   * Resolves once the record is written; a rejection means that no credentials may be sent.
   * @param signal rejects a record that is not written when it aborts
   */
  write(record: AuditRecord, signal: AbortSignal): Promise<void>
}

/** Whose session signed a request. */
export interface CallerIdentity {
  readonly accessKeyId: string
  /** Of the assumed role. */
  readonly arn: string
  /** Undefined where STS issued none. */
  readonly userId: string | undefined
}

/** What is known about a request; what is undefined was not reached. */
export interface Findings {
  readonly request?: CredentialRequest
  readonly token?: PresentedToken
  readonly opaque?: OpaqueToken
  readonly identity?: VerifiedIdentity
  readonly tenant?: ResolvedTenant
  readonly poolIdentity?: PoolIdentity
  readonly grant?: MatchedGrant
  readonly plan?: SessionPlan
  /** Whether the tenant accepted the identity, and all who act for it. */
  readonly accepted?: true
  readonly candidate?: CandidateDecision
  readonly assumed?: AssumedRole
  /** The id of the request for which STS issued the session; absent: this one. */
  readonly reusedFrom?: string
  readonly releasedAudience?: string
  readonly identified?: CallerIdentity
  readonly developer?: DeveloperFindings
  readonly inputs?: RecordedInputs
}

/** What is known of a backend's request; without a result, nothing was done. */
interface DeveloperFindings {
  readonly pool: string
  readonly operation: DeveloperOperation['name']
  readonly keyId?: string
  readonly result?: DeveloperResult
}

/**
 * Pessimistic: the outcome is `error` unless there are credentials or a deliberate, coded refusal.
 * @param startedMs milliseconds since the epoch
 * @param options.identified the caller of a pool got its identity, and nothing else was wanted
 */
export function createAuditRecord(
  findings: Findings,
  context: Caller & { readonly trace: Trace },
  startedMs: number,
  refusal: BrokerError | undefined,
  { explained = false, identified: isIdentified = false } = {},
): AuditRecord {
  const { request, token, opaque, identity, tenant, poolIdentity, grant, plan } = findings
  const { assumed, reusedFrom, releasedAudience, identified, developer } = findings
  // With a released token the caller itself names the session and its duration, and STS gets no
  // session policy.
  const session = releasedAudience === undefined ? plan : undefined
  const record: Omit<AuditRecord, typeof recorded> = {
    time: new Date(startedMs).toISOString(),
    requestId: context.requestId,
    endpoint: context.endpoint,
    outcome: outcomeOf(findings, refusal, { explained, isIdentified }),
    code: refusal?.code,
    limit: refusal instanceof LimitReached ? refusal.limit : undefined,
    reason: refusal && reasonOf(refusal, context.trace),
    tenant: tenant?.tenant,
    // The logins of a pool's caller are requests to the tenant that has the pool.
    wantedTenant: request?.pool ? undefined : shorten(request?.tenant),
    wantedGrant: shorten(request?.grant),
    wantedRoleArn: shorten(request?.roleArn),
    documentSha256: tenant?.certificate?.documentSha256,
    proofVersion: tenant?.certificate?.proofVersion,
    issuer: identity?.issuer ?? opaque?.issuer.issuer ?? shorten(token?.issuer),
    subject: identity?.subject,
    ...recordedToken(token, identity),
    pool: request?.pool?.pool ?? developer?.pool,
    identityId: poolIdentity?.id ?? developer?.result?.identityId,
    identityProvider: poolIdentity?.provider || undefined,
    newGuest: poolIdentity?.isNew,
    identityConflict:
      (refusal instanceof PoolRefusal && refusal.problem === 'conflict') || undefined,
    operation: developer?.operation,
    backendKeyId: developer?.keyId,
    actor: identity?.actor && recordedActor(identity.actor),
    rule: grant?.rule,
    grant: grant?.name,
    roleArn: plan?.roleArn,
    roleSessionName: session?.roleSessionName,
    wantedSessionName: request?.wantedSessionName,
    sourceIdentity: plan?.sourceIdentity,
    sessionTags: plan?.sessionTags,
    webIdentity: mintedFor(plan, releasedAudience),
    policySha256: session && sha256Hex(session.sessionPolicyJson),
    sessionTokenUtilization: assumed?.sessionTokenUtilization,
    sessionTokenSize: assumed?.sessionTokenSize,
    durationSeconds: session?.durationSeconds,
    accessKeyId: assumed?.accessKeyId ?? identified?.accessKeyId,
    assumedRoleArn: assumed?.assumedRoleArn ?? identified?.arn,
    reusedFrom,
    sessionExpiresAt: reusedFrom === undefined ? undefined : assumed?.expiration.toISOString(),
    identityFailure: assumed?.identityFailure,
    releasedAudience,
    subjectTokenSha256: request?.subjectToken ? sha256Hex(request.subjectToken) : undefined,
    actorTokenSha256: request?.actorToken && sha256Hex(request.actorToken),
    clientIp: context.clientIp,
    userAgent: shorten(context.userAgent),
    candidate: findings.candidate?.recorded,
    durationsMs: context.trace.durationsMs,
    likelyCauses: refusal?.likelyCauses,
    inputs: findings.inputs,
  }
  return record as AuditRecord
}

function mintedFor(
  plan: SessionPlan | undefined,
  releasedAudience: string | undefined,
): MintedToken | undefined {
  if (releasedAudience === undefined)
    return plan?.webIdentity === 'minted' ? plan.mintedToken : undefined
  return plan?.mintedToken && { ...plan.mintedToken, audience: releasedAudience }
}

function recordedActor({ issuer, subject, actor }: Actor): RecordedActor {
  return { issuer, subject, ...(actor === undefined ? {} : { actor: recordedActor(actor) }) }
}

/** The record of a request that gets the same refusal as one a moment ago. */
export function repeatAuditRecord(
  record: AuditRecord,
  requestId: string,
  nowMs: number,
): AuditRecord {
  const time = new Date(nowMs).toISOString()
  const reason = `${record.reason} (repeated from a moment ago)`
  return { ...record, time, requestId, reason, durationsMs: {} }
}

const DEVELOPER_OUTCOMES = {
  GetOpenIdTokenForDeveloperIdentity: 'issued',
  LookupDeveloperIdentity: 'identified',
  MergeDeveloperIdentities: 'changed',
  UnlinkDeveloperIdentity: 'changed',
} as const satisfies Record<DeveloperOperation['name'], AuditRecord['outcome']>

function outcomeOf(
  { plan, assumed, releasedAudience, identified, poolIdentity, developer }: Findings,
  refusal: BrokerError | undefined,
  { explained, isIdentified }: { readonly explained: boolean; readonly isIdentified: boolean },
): AuditRecord['outcome'] {
  if (refusal)
    return refusal.code === 'internal' || refusal.code === 'config_invalid' ? 'error' : 'refused'
  if (developer) return developer.result ? DEVELOPER_OUTCOMES[developer.operation] : 'error'
  if (explained) return plan ? 'explained' : 'error'
  if (identified || (isIdentified && poolIdentity)) return 'identified'
  return assumed || releasedAudience ? 'issued' : 'error'
}

/**
 * A stage that refuses because of a check stops at it, so only the last check can be the reason.
 */
function reasonOf({ message }: BrokerError, trace: Trace): string {
  const last = lastCheck(trace)
  return last?.passed === false ? `${message} (${last.stage}: ${last.check})` : message
}
