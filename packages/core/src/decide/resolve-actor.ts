/** Stage 3, for delegated requests: who acts for the subject, verified like any other caller. */
import { type Actor, MAX_ACTORS } from '../model/actor.ts'
import { BrokerError, type RefusalCode } from '../model/broker-error.ts'
import type { RequestFields } from '../model/credential-request.ts'
import type { RequestContext } from '../model/request-context.ts'
import { shownValue } from '../model/shown-value.ts'
import { type Check, createTrace, type Trace } from '../model/trace.ts'
import { demand } from '../verify/demand.ts'
import { chooseOpaqueIssuer, demandNamedIssuer, mayBeOpaque } from '../verify/find-opaque-issuer.ts'
import { demandMayAct } from '../verify/may-act.ts'
import { demandActorSubject, readActors } from '../verify/read-actors.ts'
import { parseSubjectToken } from '../verify/subject-token.ts'
import { parseAssertion } from '../verify/verify-assertion.ts'
import {
  isSamlProfile,
  type VerificationPorts,
  type VerifiedIdentity,
  verifyWithoutProof,
} from '../verify/verify-identity.ts'
import { type OpaquePorts, verifyOpaqueToken } from '../verify/verify-opaque-token.ts'
import { unmetClaims } from './accept-identity.ts'
import { describeUnmet } from './describe-unmet.ts'
import type { ResolvedTenant, TenantIdentity } from './resolve-tenant.ts'

type Delegation = Pick<RequestFields, 'actorToken' | 'actorTokenType' | 'actorIssuer'>
/** An actor token, in the fields of a subject token. */
type Presented = Pick<RequestFields, 'subjectToken' | 'tokenType' | 'tenant' | 'issuer'>
type ActorContext = RequestContext<VerificationPorts & OpaquePorts>

/** Who sent an actor token, and how long the issuer lets a session last. */
type ActingIdentity = Pick<VerifiedIdentity, 'issuer' | 'subject' | 'claims' | 'maxSessionSeconds'>

/** Codes of refusals that say nothing about the tenant, so that the caller may read the reason. */
const OF_THE_TOKEN: readonly RefusalCode[] = ['invalid_token', 'token_expired', 'issuer_untrusted']

/** Whether another party acts for the subject. */
export function isDelegated(
  { actorToken }: Delegation,
  { claims }: Pick<VerifiedIdentity, 'claims'>,
): boolean {
  return actorToken !== undefined || Object.hasOwn(claims, 'act')
}

/**
 * The actor token's subject acts now. Actors that the subject token's own `act` names acted before
 * it, and the first of them acts now where there is no actor token (RFC 8693 §4.1).
 *
 * Nothing of an actor token is read before the subject token is accepted by a tenant, so a caller
 * without one cannot make the broker verify another token.
 * @throws {BrokerError} `invalid_token`, `token_expired`, `issuer_untrusted`, `issuer_unavailable`,
 *   `access_denied`, and what an issuer of opaque tokens causes
 */
export async function resolveActor(
  tenant: ResolvedTenant,
  identity: TenantIdentity,
  { actorToken, actorTokenType, actorIssuer }: Delegation,
  context: ActorContext,
): Promise<TenantIdentity> {
  const { trace } = context
  const { claims, issuer } = identity
  const readAct = (most: number) => readActors(claims.act, issuer, most, trace)
  if (actorToken === undefined) return actedFor(identity, readAct(MAX_ACTORS), trace)
  const earlier = Object.hasOwn(claims, 'act') ? { actor: readAct(MAX_ACTORS - 1) } : {}
  const presented = {
    subjectToken: actorToken,
    tenant: tenant.tenant,
    ...(actorTokenType === undefined ? {} : { tokenType: actorTokenType }),
    ...(actorIssuer === undefined ? {} : { issuer: actorIssuer }),
  }
  const acting = await verifyActorToken(presented, tenant, context)
  const actor = {
    issuer: acting.issuer,
    subject: acting.subject,
    claims: acting.claims,
    ...earlier,
  }
  const limits = [identity, acting].flatMap(({ maxSessionSeconds }) => maxSessionSeconds ?? [])
  return {
    ...actedFor(identity, actor, trace),
    ...(limits.length === 0 ? {} : { maxSessionSeconds: Math.min(...limits) }),
  }
}

function actedFor(identity: TenantIdentity, actor: Actor, trace: Trace): TenantIdentity {
  demandMayAct(identity, actor, trace)
  return { ...identity, actor, scope: { ...identity.scope, actor } }
}

/** Its checks are those of a subject token, in a trace of their own. */
async function verifyActorToken(
  presented: Presented,
  tenant: ResolvedTenant,
  context: ActorContext,
): Promise<ActingIdentity> {
  const trace = createTrace()
  try {
    const acting = await verifyAsMember(presented, tenant, { ...context, trace })
    // The bearer would be a third party, which acts for the actor.
    const isOwn = !Object.hasOwn(acting.claims, 'act')
    const found = isOwn ? '(absent)' : '(present)'
    demand(trace, 'token is not delegated (act)', isOwn, '(absent)', found, () => [
      'The subject token has the claim act: another party acts for its subject; send a token of ' +
        'the actor itself.',
    ])
    demandActorSubject(acting.subject, trace)
    return acting
  } catch (error) {
    throw asActorRefusal(error)
  } finally {
    context.trace.checks.push(...trace.checks.map(asActorCheck))
  }
}

async function verifyAsMember(
  presented: Presented,
  tenant: ResolvedTenant,
  context: ActorContext,
): Promise<ActingIdentity> {
  const { trace } = context
  const { subjectToken, tokenType, issuer: named } = presented
  const opaque =
    tokenType === undefined && mayBeOpaque(presented)
      ? chooseOpaqueIssuer(subjectToken, named, tenant, trace)
      : undefined
  const { issuer, identity } = opaque
    ? { issuer: opaque.issuer, identity: await verifyOpaqueToken(opaque, undefined, context) }
    : await verifyNamingToken(presented, tenant, context)
  const unmet = unmetClaims(tenant.tenant, issuer, identity, trace)
  if (unmet.length === 0) return identity
  const reason = describeUnmet(tenant.tenant, unmet, identity)
  throw new BrokerError('access_denied', `The actor token is not accepted: ${reason}.`)
}

/** A JWT or an assertion, which names its issuer itself. */
async function verifyNamingToken(
  presented: Presented,
  tenant: ResolvedTenant,
  context: ActorContext,
) {
  const { trace, clientIp: ip, endpoint } = context
  const isSaml = presented.tokenType === 'saml2'
  const token = isSaml
    ? await parseAssertion(presented, context)
    : parseSubjectToken(presented.subjectToken, trace)
  demandNamedIssuer(presented, token, trace)
  const { issuer: name } = token
  const issuer = tenant.issuers.find(
    ({ profile }) => profile.issuer === name && isSamlProfile(profile) === isSaml,
  )
  const check = `tenant ${tenant.tenant} trusts the issuer`
  demand(trace, check, issuer !== undefined, 'an issuer of the tenant', name, () => [
    `Tenant ${tenant.tenant} does not trust the issuer of the subject token: expected ` +
      `${shownValue(tenant.issuers.map((one) => one.profile.issuer))}, found ` +
      `${shownValue(name)}; add it to issuers of the tenant document, or send another token.`,
    'issuer_untrusted',
  ])
  if (issuer === undefined) throw new Error('The check of the issuer did not refuse.')
  const parties = await verifyWithoutProof(issuer.profile, token, context)
  const scope = { claims: parties.claims, issuer: name, request: { ip, endpoint } }
  return { issuer, identity: { ...parties, issuer: name, scope } }
}

function asActorCheck(entry: Trace['checks'][number]): Trace['checks'][number] {
  const named = (check: Check): Check => ({ ...check, check: `actor: ${check.check}` })
  return typeof entry === 'function' ? () => entry().map(named) : named(entry)
}

const NOT_ACCEPTED = 'The actor token is not accepted; send a current token of the actor.'

const OF_ACTOR = 'The actor token'

/** The verify stage calls any token that it verifies a subject token. */
function asActorRefusal(error: unknown): unknown {
  if (!(error instanceof BrokerError)) return error
  const { code, message, callerMessage, retryAfterSeconds } = error
  const ofActor = message.replace('subject token', 'actor token').replace(/^The token/, OF_ACTOR)
  return new BrokerError(code, ofActor, {
    ...(OF_THE_TOKEN.includes(code)
      ? { callerMessage: callerMessage?.replace('The token', OF_ACTOR) ?? NOT_ACCEPTED }
      : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    cause: error,
  })
}
