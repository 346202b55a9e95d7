/** Stage 5: the grant and the identity become exactly the request to STS. */
import type { MatchedGrant } from '../decide/match-grant.ts'
import type { ResolvedTenant, TenantIdentity } from '../decide/resolve-tenant.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { RequestFields } from '../model/credential-request.ts'
import { isBuiltIn } from '../model/names.ts'
import type { RequestContext } from '../model/request-context.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { readBuiltIn, withoutUnclaimedGuest } from '../policy/built-in-values.ts'
import {
  type AttributeValue,
  type AttributeValues,
  fillTemplate,
  readAttribute,
} from '../policy/template.ts'
import { findUsedAttributes } from '../policy/used-attributes.ts'
import type { Granted } from './caller-policy.ts'
import type { CallerPolicy } from './compare-caller-policy.ts'
import { InvalidCallerPolicy } from './invalid-caller-policy.ts'
import { type BrokerIssuerPort, describeMintedToken, type MintedToken } from './minted-token.ts'
import {
  beyondGrant,
  chooseDuration,
  narrowManagedPolicies,
  narrowStatements,
} from './narrow-grant.ts'
import { type NamingPorts, nameSession, renderSessionTags } from './session-labels.ts'
import {
  createSessionPolicy,
  renderStatement,
  type SessionPolicy,
  serializeSessionPolicy,
} from './session-policy.ts'

declare const rendered: unique symbol

/** The request to STS. Only {@link renderSessionPlan} creates one. */
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
  /** Undefined: the grant passes the subject token through, and releases no other one. */
  readonly mintedToken: MintedToken | undefined
  /** Audience of a minted token that may leave the broker; undefined: none may. */
  readonly releasedAudience: string | undefined
}

/** The fields with which a caller requests less than the whole grant. */
type Narrowing = Pick<RequestFields, 'durationSeconds' | 'statements' | 'policyArns'> & {
  readonly callerPolicy: CallerPolicy | undefined
}

/**
 * Renders the session, narrowed to what the caller requested where that is less.
 * @throws {BrokerError} `claim_unusable`, `access_denied` (requesting more), `policy_too_large`
 */
export function renderSessionPlan(
  grant: MatchedGrant,
  tenant: ResolvedTenant,
  identity: TenantIdentity,
  requested: Narrowing,
  { trace, ports }: RequestContext<NamingPorts & BrokerIssuerPort>,
): SessionPlan {
  const { statements: sids, callerPolicy, policyArns } = requested
  const durationSeconds = chooseDuration(grant, identity, requested.durationSeconds, trace)
  const chosen = sids ? narrowStatements(grant, sids, trace) : grant.statements
  const statements = withoutUnclaimedGuest(chosen, grant.attributes, identity.scope)
  const values = readAttributes(grant, statements, tenant, identity, trace)
  if (grant.webIdentity === 'pass-through') requirePassable(identity, trace)
  const { issuer, subject, actor } = identity
  const owner = { tenant: tenant.tenant, issuer, subject, ...(actor && { actor }) }
  const granted = createSessionPolicy(statements.map((one) => renderStatement(one, values)))
  const sessionTags = renderSessionTags(grant.sessionTags, values)
  const parts = { statements: granted.Statement, sessionTags, requestedSids: sids }
  const sessionPolicy = callerPolicy ? narrowPolicy(callerPolicy, parts, trace) : granted
  // A caller who requests less by statements or a policy has not requested managed policies, unless
  // they are named too.
  const others = sids || callerPolicy ? [] : grant.managedPolicyArns
  const managedPolicyArns = policyArns ? narrowManagedPolicies(grant, policyArns, trace) : others
  const sourceIdentity =
    grant.sourceIdentity === undefined
      ? undefined
      : nameSession(fillTemplate(grant.sourceIdentity, values), owner, ports)
  const isMinted = grant.webIdentity === 'minted' || grant.releasedAudience !== undefined
  const labels = { sessionTags, sourceIdentity }
  return {
    roleArn: grant.roleArn,
    roleSessionName: nameSession(fillTemplate(grant.sessionName, values), owner, ports),
    sessionPolicy,
    sessionPolicyJson: serializeSessionPolicy(sessionPolicy, managedPolicyArns),
    managedPolicyArns,
    sessionTags,
    transitiveTagKeys: grant.transitiveTagKeys,
    sourceIdentity,
    durationSeconds,
    webIdentity: grant.webIdentity,
    mintedToken: isMinted
      ? describeMintedToken({ tenant, grant, identity }, labels, ports)
      : undefined,
    releasedAudience: grant.releasedAudience,
  } as unknown as SessionPlan
}

function narrowPolicy(callerPolicy: CallerPolicy, granted: Granted, trace: Trace): SessionPolicy {
  const narrowed = callerPolicy(granted, trace)
  if (!(narrowed instanceof Error)) return createSessionPolicy(narrowed)
  const { code, message, callerMessage } = narrowed
  if (code === 'invalid_request') throw new InvalidCallerPolicy(callerMessage, message)
  throw new BrokerError(code, message, { callerMessage })
}

/**
 * STS verifies a passed-through token itself, and cannot verify an opaque one.
 *
 * STS reads `azp`, where a token has one, as its audience: a trust policy on `aud` that would
 * accept the token here may refuse it there.
 */
function requirePassable({ claims, token }: TenantIdentity, trace: Trace): void {
  if (token === undefined) {
    recordCheck(trace, 'render', 'STS can read the token', false, 'a JWT', 'an opaque token')
    throw beyondGrant(
      'The grant passes the token on to AWS STS, which reads JWTs only: the request has an ' +
        'opaque token; send a JWT, or request another grant.',
    )
  }
  if (claims.azp === undefined) return
  const check = 'STS will read azp as the audience'
  recordCheck(trace, 'render', check, true, 'the trust policy’s aud', claims.azp)
}

/** Reads only the attributes that these statements and the labels of the session use. */
function readAttributes(
  grant: MatchedGrant,
  statements: MatchedGrant['statements'],
  tenant: ResolvedTenant,
  { scope }: TenantIdentity,
  trace: Trace,
): AttributeValues {
  const all = statements === grant.statements
  const names = all ? grant.attributes : findUsedAttributes({ ...grant, statements })
  const values = new Map<string, AttributeValue>()
  for (const name of names) {
    if (isBuiltIn(name)) {
      values.set(name, readBuiltIn(name, scope, trace))
      continue
    }
    const attribute = tenant.attributes[name]
    if (!attribute) throw new BrokerError('config_invalid', `Attribute "${name}" is not declared.`)
    values.set(name, readAttribute(name, attribute, scope, trace))
  }
  return values
}
