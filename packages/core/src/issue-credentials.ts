/** The road of a request, from the subject token to AWS credentials; read this file to know the broker. */
import type { CelScope } from './cel.ts'
import type { Caller, CredentialRequest } from './credential-request.ts'
import { auditRecordOf, type Facts, startFacts } from './facts.ts'
import { matchGrant } from './match-grant.ts'
import type { AssumedRole, Dependencies } from './ports.ts'
import { BrokerError } from './refusal.ts'
import { resolveTenant } from './resolve-tenant.ts'
import { renderSessionPlan, type SessionPlan } from './session-plan.ts'
import { parseSubjectToken } from './subject-token.ts'
import type { Stage, Trace } from './trace.ts'
import { type VerifiedIdentity, verifyIdentity } from './verify-identity.ts'
import { mintForRelease, obtainWebIdentity, type ReleasedToken } from './web-identity.ts'

export interface Issued {
  readonly credentials: AssumedRole
  readonly tenant: string
  readonly grant: string
  readonly identity: Pick<VerifiedIdentity, 'issuer' | 'subject' | 'audiences'>
  readonly sourceIdentity: string | undefined
}

/** What the broker would do, and every check that led there. */
export interface Decision {
  readonly refusal: BrokerError | undefined
  readonly tenant: string | undefined
  readonly rule: string | undefined
  readonly grant: string | undefined
  readonly plan: SessionPlan | undefined
  readonly trace: Trace
}

/** A web identity token that leaves the broker, for a caller who calls STS itself. */
export interface Released {
  readonly token: ReleasedToken
  readonly tenant: string
  readonly grant: string
}

/**
 * Answers one request with credentials.
 * @param read parses the wire format (stage 1); what it throws is audited like any other refusal
 */
export function issueCredentials(
  read: () => CredentialRequest,
  caller: Caller,
  deps: Dependencies,
): Promise<Issued | BrokerError> {
  return answer(read, caller, deps, assume)
}

/** Decides as {@link issueCredentials} does, and answers with the minted token instead of using it. */
export function releaseWebIdentity(
  read: () => CredentialRequest,
  caller: Caller,
  deps: Dependencies,
): Promise<Released | BrokerError> {
  return answer(read, caller, deps, release)
}

/** Leaves one audit record before anything is answered: no record, no credentials. */
async function answer<Outcome>(
  read: () => CredentialRequest,
  caller: Caller,
  deps: Dependencies,
  finish: (facts: Facts, caller: Caller, deps: Dependencies) => Promise<Outcome>,
): Promise<Outcome | BrokerError> {
  const facts = startFacts(deps.now())
  let request: CredentialRequest | undefined
  let outcome: Outcome | BrokerError
  try {
    request = read()
    await beforeDeadline(caller.signal, authorize(request, caller, deps, facts))
    outcome = await finish(facts, caller, deps)
  } catch (error) {
    outcome = asRefusal(error)
  }
  const refusal = outcome instanceof BrokerError ? outcome : undefined
  try {
    await deps.audit.write(auditRecordOf(facts, caller, request, refusal))
  } catch (cause) {
    return new BrokerError('internal', 'The audit record could not be written.', { cause })
  }
  return outcome
}

/** Decides as {@link issueCredentials} does and stops before anything is minted or assumed. */
export async function explainDecision(
  read: () => CredentialRequest,
  caller: Caller,
  deps: Dependencies,
): Promise<Decision> {
  const facts = startFacts(deps.now())
  let request: CredentialRequest | undefined
  let refusal: BrokerError | undefined
  try {
    request = read()
    await beforeDeadline(caller.signal, authorize(request, caller, deps, facts))
  } catch (error) {
    refusal = asRefusal(error)
  }
  const { tenant, grant, plan, trace } = facts
  await deps.audit.write(auditRecordOf(facts, caller, request, refusal, { explained: true }))
  return { refusal, tenant: tenant?.tenant, rule: grant?.rule, grant: grant?.name, plan, trace }
}

/**
 * Lambda ends a request that takes too long without an answer, and without a record. Calls of STS and KMS heed the signal
 * themselves; keys and tenants are fetched for whoever waits, so that the deadline of none ends their fetch.
 */
function beforeDeadline<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onDeadline = () =>
      reject(
        new BrokerError('upstream_unavailable', 'Nothing was decided before the deadline.', {
          retryAfterSeconds: 1,
        }),
      )
    signal.addEventListener('abort', onDeadline, { once: true })
    if (signal.aborted) onDeadline()
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onDeadline))
  })
}

/** Stages 2 to 5: verify, resolve, match, render. */
async function authorize(
  request: CredentialRequest,
  caller: Caller,
  deps: Dependencies,
  facts: Facts,
): Promise<void> {
  const { trace } = facts
  const identity = await timed('verify', facts, deps, async () => {
    const token = parseSubjectToken(request.subjectToken, trace)
    facts.token = token
    return verifyIdentity(token, deps, trace, request.tenant)
  })
  facts.identity = identity
  const scope: CelScope = {
    claims: identity.claims,
    issuer: identity.issuer,
    request: { ip: caller.clientIp, surface: caller.surface },
  }
  const tenant = await timed('resolve', facts, deps, () =>
    resolveTenant(identity, request.tenant, scope, deps, trace),
  )
  facts.tenant = tenant
  const grant = await timed('match', facts, deps, () => matchGrant(tenant, request, scope, trace))
  facts.grant = grant
  facts.plan = await timed('render', facts, deps, () =>
    renderSessionPlan(grant, tenant, identity, request, scope, trace),
  )
}

/** Stages 6 and 7: obtain the web identity token, assume the role with it. */
async function assume(facts: Facts, caller: Caller, deps: Dependencies): Promise<Issued> {
  const { plan, identity, tenant, grant } = authorized(facts)
  const { signal } = caller
  const webIdentityToken = await timed('obtain', facts, deps, () =>
    obtainWebIdentity(plan, identity, tenant, { ...deps, signal }),
  )
  const credentials = await timed('assume', facts, deps, () =>
    deps.sts.assumeRoleWithWebIdentity({
      roleArn: plan.roleArn,
      roleSessionName: plan.roleSessionName,
      webIdentityToken,
      durationSeconds: plan.durationSeconds,
      sessionPolicy: plan.sessionPolicyJson,
      managedPolicyArns: plan.managedPolicyArns,
      signal,
    }),
  )
  facts.assumed = credentials
  return {
    credentials,
    tenant: tenant.tenant,
    grant: grant.name,
    identity,
    sourceIdentity: plan.sourceIdentity,
  }
}

/** Stage 6 alone: what STS would have got goes to the caller. */
async function release(facts: Facts, { signal }: Caller, deps: Dependencies): Promise<Released> {
  const { plan, identity, tenant, grant } = authorized(facts)
  const token = await timed('obtain', facts, deps, () =>
    mintForRelease(plan, identity, tenant, { ...deps, signal }, facts.trace),
  )
  facts.releasedAudience = token.audience
  return { token, tenant: tenant.tenant, grant: grant.name }
}

function authorized({ plan, identity, tenant, grant }: Facts) {
  if (!plan || !identity || !tenant || !grant)
    throw new BrokerError('internal', 'Nothing was authorized.')
  return { plan, identity, tenant, grant }
}

async function timed<T>(
  stage: Stage,
  facts: Facts,
  deps: Dependencies,
  run: () => T | Promise<T>,
): Promise<T> {
  const started = deps.elapsedMs()
  try {
    return await run()
  } finally {
    facts.durationsMs[stage] = Math.round((deps.elapsedMs() - started) * 100) / 100
  }
}

function asRefusal(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  // An unforeseen error's text may quote its input, so only its name is kept.
  const name = error instanceof Error ? error.name : typeof error
  return new BrokerError('internal', `Unforeseen ${name}.`, { cause: error })
}
