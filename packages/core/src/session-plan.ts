/** Stage 5: the grant and the identity become exactly what STS will be asked for. */
import { type AttributeValue, readAttribute } from './attributes.ts'
import { narrowToCallerPolicy, parseCallerPolicy } from './caller-policy.ts'
import type { CelScope } from './cel.ts'
import type { CredentialRequest } from './credential-request.ts'
import type { MatchedGrant } from './match-grant.ts'
import { BrokerError } from './refusal.ts'
import type { ResolvedTenant } from './resolve-tenant.ts'
import { nameSession } from './session-name.ts'
import {
  keepStatements,
  policyOf,
  policySlots,
  renderSessionPolicy,
  type SessionPolicy,
  serializeSessionPolicy,
} from './session-policy.ts'
import { renderSessionTags } from './session-tags.ts'
import { type AttributeValues, fillTemplate, slotsOf } from './template.ts'
import { recordCheck, type Trace } from './trace.ts'
import type { VerifiedIdentity } from './verify-identity.ts'

declare const rendered: unique symbol

/** What STS will be asked for. Only {@link renderSessionPlan} makes one. */
export interface SessionPlan {
  readonly [rendered]: true
  readonly roleArn: string
  readonly roleSessionName: string
  readonly sessionPolicy: SessionPolicy
  /** The same, serialised once: 1 to 2,048 characters. */
  readonly sessionPolicyJson: string
  readonly managedPolicyArns: readonly string[]
  readonly sessionTags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
  readonly durationSeconds: number
  readonly webIdentity: 'minted' | 'pass-through'
  /** Audience of a minted token that may leave the broker; absent: none may. */
  readonly releasedAudience: string | undefined
}

/**
 * Renders the session, narrowed to what the caller asked for where that is less.
 * @throws {BrokerError} `claim_unusable`, `access_denied` (asking for more), `policy_too_large`
 */
export function renderSessionPlan(
  grant: MatchedGrant,
  tenant: ResolvedTenant,
  identity: VerifiedIdentity,
  wanted: Pick<
    CredentialRequest,
    'durationSeconds' | 'statements' | 'sessionPolicy' | 'policyArns'
  >,
  scope: CelScope,
  trace: Trace,
): SessionPlan {
  const durationSeconds = narrowDuration(grant, wanted.durationSeconds, trace)
  const statements = narrowStatements(grant, wanted.statements, trace)
  const values = readAttributes(grant, statements, tenant, scope, trace)
  if (grant.webIdentity === 'pass-through') tellAudience(identity, trace)
  const owner = { tenant: tenant.tenant, issuer: identity.issuer, subject: identity.subject }
  const sessionPolicy = narrowPolicy(
    renderSessionPolicy(statements, values),
    wanted.sessionPolicy,
    trace,
  )
  const managedPolicyArns = narrowManaged(grant, wanted, trace)
  return {
    roleArn: grant.roleArn,
    roleSessionName: nameSession(fillTemplate(grant.sessionName, values), owner),
    sessionPolicy,
    sessionPolicyJson: serializeSessionPolicy(sessionPolicy, managedPolicyArns),
    managedPolicyArns,
    sessionTags: renderSessionTags(grant.sessionTags, values),
    transitiveTagKeys: grant.transitiveTagKeys,
    sourceIdentity:
      grant.sourceIdentity === undefined
        ? undefined
        : nameSession(fillTemplate(grant.sourceIdentity, values), owner),
    durationSeconds,
    webIdentity: grant.webIdentity,
    releasedAudience: grant.releasedAudience,
  } as unknown as SessionPlan
}

/** STS takes `azp`, where a token has one, for its audience: a trust policy on `aud` that holds here may not hold there. */
function tellAudience({ claims }: VerifiedIdentity, trace: Trace): void {
  if (claims.azp === undefined) return
  recordCheck(
    trace,
    'render',
    'STS will read azp as the audience',
    true,
    'the trust policy’s aud',
    claims.azp,
  )
}

function narrowDuration(grant: MatchedGrant, wanted: number | undefined, trace: Trace): number {
  if (wanted === undefined) return grant.durationSeconds
  const held = wanted <= grant.maxDurationSeconds
  if (
    recordCheck(
      trace,
      'render',
      'duration is within the grant',
      held,
      `<= ${grant.maxDurationSeconds} s`,
      wanted,
    )
  )
    return wanted
  throw new BrokerError('access_denied', `The grant lasts at most ${grant.maxDurationSeconds} s.`)
}

function narrowStatements(grant: MatchedGrant, sids: readonly string[] | undefined, trace: Trace) {
  if (sids === undefined) return grant.statements
  const known = grant.statements.flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]))
  const held = sids.every((sid) => known.includes(sid))
  recordCheck(trace, 'render', 'statements are of the grant', held, known, sids)
  return keepStatements(grant.statements, sids)
}

function narrowPolicy(
  granted: SessionPolicy,
  wanted: string | undefined,
  trace: Trace,
): SessionPolicy {
  if (wanted === undefined) return granted
  const statements = parseCallerPolicy(wanted)
  try {
    const narrowed = narrowToCallerPolicy(granted.Statement, statements)
    recordCheck(trace, 'render', 'the caller’s policy is inside the grant', true)
    return policyOf(narrowed)
  } catch (error) {
    recordCheck(
      trace,
      'render',
      'the caller’s policy is inside the grant',
      false,
      granted.Statement,
      statements,
    )
    throw error
  }
}

/** A caller who asks for less by statements or a policy has not asked for managed policies, unless they are named too. */
function narrowManaged(
  grant: MatchedGrant,
  {
    statements,
    sessionPolicy,
    policyArns,
  }: Pick<CredentialRequest, 'statements' | 'sessionPolicy' | 'policyArns'>,
  trace: Trace,
): readonly string[] {
  if (policyArns === undefined)
    return statements === undefined && sessionPolicy === undefined ? grant.managedPolicyArns : []
  const held = policyArns.every((arn) => grant.managedPolicyArns.includes(arn))
  if (
    recordCheck(
      trace,
      'render',
      'managed policies are of the grant',
      held,
      grant.managedPolicyArns,
      policyArns,
    )
  )
    return policyArns
  throw new BrokerError(
    'access_denied',
    'A managed policy that the caller names is not of the grant.',
  )
}

/** Reads only the attributes that this grant uses: a claim that nobody needs cannot refuse anybody. */
function readAttributes(
  grant: MatchedGrant,
  statements: MatchedGrant['statements'],
  tenant: ResolvedTenant,
  scope: CelScope,
  trace: Trace,
): AttributeValues {
  const names = new Set([
    ...policySlots(statements),
    ...slotsOf(
      [grant.sessionName, grant.sourceIdentity ?? '', ...Object.values(grant.sessionTags)].join(
        ' ',
      ),
    ),
  ])
  const values = new Map<string, AttributeValue>()
  for (const name of names) {
    const attribute = tenant.attributes[name]
    if (!attribute) throw new BrokerError('config_invalid', `Attribute "${name}" is not declared.`)
    values.set(name, readAttribute(name, attribute, scope, trace))
  }
  return values
}
