/** Stage 3: which tenant's rules decide, found from the verified identity. */
import { evaluateCondition } from '../expression/cel.ts'
import { foundClaims, referencedClaims } from '../expression/claim-paths.ts'
import { tenantIndexOf } from '../expression/tenant-index.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { CompiledIssuer, CompiledTenant } from '../model/compiled-tenant.ts'
import type { RequestFields } from '../model/credential-request.ts'
import type { RequestContext } from '../model/request-context.ts'
import { MAX_CANDIDATES, SHOWN_AUDIENCES } from '../model/tenant-store.ts'
import { createTrace, recordCheck, type Trace } from '../model/trace.ts'
import { isSamlToken } from '../verify/verify-assertion.ts'
import {
  isSamlProfile,
  partiesUnder,
  type VerificationPorts,
  type VerifiedIdentity,
} from '../verify/verify-identity.ts'
import { acceptedAudiences, acceptingTenants, candidateTenants } from './candidate-tenants.ts'

declare const resolved: unique symbol

/**
 * A tenant that accepts this identity as its own. Only {@link resolveTenant} and
 * `resolveOpaqueToken` create one.
 */
export type ResolvedTenant = CompiledTenant & { readonly [resolved]: true }

/**
 * The identity as the tenant's own document reads the token: it may know its callers by another
 * claim than the issuer's other tenants do. Only {@link resolveTenant} and `resolveOpaqueToken`
 * create one.
 */
export type TenantIdentity = VerifiedIdentity & { readonly [resolved]: true }

/** A tenant that accepts the identity, and the identity as it reads it. */
interface Accepting {
  readonly tenant: CompiledTenant
  readonly identity: VerifiedIdentity
}

type ResolutionContext = RequestContext<VerificationPorts>

/** What the caller says about the tenant: its name, its SAML provider, or a role of a grant. */
type RequestedTenant = Pick<RequestFields, 'tenant' | 'principalArn' | 'roleArn'>

/**
 * A tenant that the caller names must accept the identity; with none named, exactly one tenant
 * must. Where several accept it and the caller names a role, exactly one of them must have a grant
 * of that role. An unknown tenant and another party's tenant get the same response, so that callers
 * cannot probe for names.
 * @throws {BrokerError} `access_denied`
 */
export async function resolveTenant(
  identity: VerifiedIdentity,
  requested: RequestedTenant,
  context: ResolutionContext,
): Promise<{ readonly tenant: ResolvedTenant; readonly identity: TenantIdentity }> {
  const { ports, trace } = context
  const { tenant: named } = requested
  const candidates = await (named === undefined
    ? findCandidates(identity, trace)
    : trustingTenant(named, identity, trace))
  const accepting: Accepting[] = []
  const loaded = await Promise.all(candidates.map((name) => ports.tenants.load(name)))
  for (const [index, name] of candidates.entries()) {
    const tenant = loaded[index]
    const read = tenant && (await acceptsIdentity(tenant, identity, requested, context))
    if (read) accepting.push({ tenant, identity: read })
    else if (!tenant) recordCheck(trace, 'resolve', `tenant ${name} exists`, false)
  }
  const remaining = accepting.length > 1 ? withRole(accepting, requested.roleArn, trace) : accepting
  const [only] = remaining
  const passed = remaining.length === 1
  const found = remaining.map(({ tenant }) => tenant.tenant)
  recordCheck(trace, 'resolve', 'exactly one tenant accepts the token', passed, 1, found)
  if (only && passed)
    return {
      tenant: only.tenant as ResolvedTenant,
      identity: only.identity as TenantIdentity,
    }
  if (named !== undefined)
    await evaluateDecoyTenants(requested, candidates.length, identity, context)
  throw accessDenied(
    accepting.length > 1
      ? 'Several tenants accept this token; the caller must name one, or a role of only one.'
      : 'No tenant accepts this token.',
  )
}

/**
 * The candidates of a request that names no tenant.
 * @throws {BrokerError} `access_denied` if there are none, or too many to evaluate
 */
async function findCandidates(
  identity: VerifiedIdentity,
  trace: Trace,
): Promise<readonly string[]> {
  const { audiences, claims } = identity
  const accepting = await acceptingTenants(identity)
  if (accepting.length === 0) {
    const accepted = acceptedAudiences(identity)
    recordCheck(trace, 'resolve', 'a tenant accepts the audience', false, accepted, audiences)
    throw accessDenied(
      `No tenant accepts this token: expected ${describeAudiences(accepted)}, found ` +
        `${describeAudiences(audiences)}; add the audience to the tenant document, or get a ` +
        `token for an accepted one.${suggestFallback(claims)}`,
    )
  }
  const candidates = await candidateTenants(accepting, identity)
  if (candidates.length > MAX_CANDIDATES) {
    const limit = `at most ${MAX_CANDIDATES}`
    recordCheck(trace, 'resolve', 'few tenants can accept the token', false, limit, 'more')
    throw accessDenied(
      `More than ${MAX_CANDIDATES} tenants could accept this token, and none is evaluated; name ` +
        'the tenant in the request, or write member conditions of the form claims.org == "name".',
    )
  }
  if (candidates.length === 0) {
    const paths = accepting.flatMap((tenants) => tenants.claims)
    const found = () => foundClaims(paths, claims)
    const expected = 'a value that the member condition of a tenant requires'
    recordCheck(trace, 'resolve', 'a member condition can pass', false, expected, found)
    throw accessDenied('No tenant accepts this token.')
  }
  return candidates
}

/** Selects only among tenants that accept the identity. */
function withRole(
  accepting: readonly Accepting[],
  roleArn: string | undefined,
  trace: Trace,
): readonly Accepting[] {
  if (roleArn === undefined) return accepting
  return accepting.filter(({ tenant }) => {
    const roles = Object.values(tenant.grants).map((grant) => grant.roleArn)
    const check = `tenant ${tenant.tenant} has a grant of the requested role`
    return recordCheck(trace, 'resolve', check, roles.includes(roleArn), roleArn, roles)
  })
}

/**
 * A tenant that does not trust the issuer is not loaded: its state and its size must not affect the
 * response or its timing.
 */
async function trustingTenant(
  name: string,
  { trusts, issuer }: VerifiedIdentity,
  trace: Trace,
): Promise<string[]> {
  const found = await Promise.all(trusts.map(({ trust }) => tenantIndexOf(trust).has(name)))
  if (found.includes(true)) return [name]
  const check = `tenant ${name} exists and trusts the issuer`
  recordCheck(trace, 'resolve', check, false, issuer)
  return []
}

/**
 * A refusal by a tenant that trusts the issuer takes time, from which callers of a shared issuer
 * could see that the tenant exists, or which one it is. So the issuer's other tenants are evaluated
 * too, without effect: the same ones for each refusal, as long as the issuer has no more tenants
 * than {@link MAX_CANDIDATES}. So many are evaluated, the named one included.
 */
async function evaluateDecoyTenants(
  requested: RequestedTenant,
  evaluated: number,
  identity: VerifiedIdentity,
  context: ResolutionContext,
): Promise<void> {
  const names = new Set(identity.trusts.flatMap(({ trust }) => tenantIndexOf(trust).first))
  names.delete(requested.tenant ?? '')
  const others = [...names].slice(0, MAX_CANDIDATES - evaluated)
  const { tenants: store } = context.ports
  const tenants = await Promise.all(others.map((name) => store.load(name).catch(() => undefined)))
  const unseen = { ...context, trace: createTrace() }
  for (const tenant of tenants)
    if (tenant) await acceptsIdentity(tenant, identity, requested, unseen).catch(() => undefined)
}

/** @returns the identity as the tenant reads it; undefined where the tenant does not accept it */
async function acceptsIdentity(
  tenant: CompiledTenant,
  identity: VerifiedIdentity,
  { principalArn }: RequestedTenant,
  context: ResolutionContext,
): Promise<VerifiedIdentity | undefined> {
  const { trace } = context
  const name = tenant.tenant
  const isSaml = identity.token !== undefined && isSamlToken(identity.token)
  const issuer = tenant.issuers.find(
    ({ profile }) => profile.issuer === identity.issuer && isSamlProfile(profile) === isSaml,
  )
  const parties = issuer && (await partiesUnder(issuer.profile, identity, context))
  const trusts = `tenant ${name} trusts the issuer`
  recordCheck(trace, 'resolve', trusts, parties !== undefined, identity.issuer)
  if (!issuer || !parties) return undefined
  const scope = { ...identity.scope, claims: parties.claims }
  const read = { ...identity, ...parties, scope }
  const accepts =
    acceptsClaims(name, issuer, read, trace) && isPrincipal(name, issuer, principalArn, trace)
  return accepts ? read : undefined
}

/** `AssumeRoleWithSAML` names a SAML provider: it must be the one that issued the assertion. */
function isPrincipal(
  name: string,
  { principalArn }: CompiledIssuer,
  requested: string | undefined,
  trace: Trace,
): boolean {
  if (requested === undefined) return true
  const check = `tenant ${name} knows the issuer by the requested PrincipalArn`
  return recordCheck(trace, 'resolve', check, principalArn === requested, principalArn, requested)
}

/** What of an identity decides whether a tenant accepts it. */
type AcceptedParts = Pick<VerifiedIdentity, 'audiences' | 'authorizedParty' | 'scope'>

type AcceptanceRule = Pick<
  CompiledIssuer,
  'audiences' | 'authorizedParties' | 'anyParty' | 'member'
>

/**
 * Whether the tenant accepts the audience, the authorized party and the member of a token.
 * @param identity as the tenant reads it
 */
export function acceptsClaims(
  name: string,
  issuer: AcceptanceRule,
  identity: AcceptedParts,
  trace: Trace,
): boolean {
  const { audiences } = identity
  const accepted = audiences.some((audience) => issuer.audiences.includes(audience))
  const accepts = `tenant ${name} accepts the audience`
  return (
    recordCheck(trace, 'resolve', accepts, accepted, issuer.audiences, audiences) &&
    acceptsParty(name, issuer, identity, trace) &&
    (issuer.member === undefined || isMember(name, issuer.member, identity, trace))
  )
}

/**
 * A token for several audiences names its authorized party (OpenID Connect Core §3.1.3.7), unless
 * the document accepts any: otherwise, one of the audiences could send it on to the broker.
 */
function acceptsParty(
  name: string,
  { authorizedParties, anyParty }: AcceptanceRule,
  { audiences, authorizedParty: party }: AcceptedParts,
  trace: Trace,
): boolean {
  const restricted = authorizedParties.length > 0
  const accepted = restricted
    ? party !== undefined && authorizedParties.includes(party)
    : anyParty === true || party !== undefined || audiences.length < 2
  const needed = anyParty ? 'any' : 'one where aud has several values'
  const check = `tenant ${name} accepts the authorized party`
  const expected = restricted ? authorizedParties : needed
  return recordCheck(trace, 'resolve', check, accepted, expected, party ?? '(absent)')
}

function isMember(name: string, member: string, { scope }: AcceptedParts, trace: Trace): boolean {
  const { passed, error } = evaluateCondition(member, scope)
  const found = () => error ?? foundClaims(referencedClaims(member), scope.claims)
  const check = `identity is a member of tenant ${name}`
  return recordCheck(trace, 'resolve', check, passed, member, found)
}

/** For the operator. Cut, because the issuer chose the audiences of the token. */
function describeAudiences(audiences: readonly string[]): string {
  const shown = audiences
    .slice(0, SHOWN_AUDIENCES)
    .map((audience) => JSON.stringify(audience.slice(0, 64)))
  const more = audiences.length > SHOWN_AUDIENCES ? ' and others' : ''
  return audiences.length === 0 ? 'no audience' : `audience ${shown.join(', ')}${more}`
}

/** Access tokens of Amazon Cognito and of some other issuers name only the app. */
function suggestFallback(claims: VerifiedIdentity['claims']): string {
  const isNeeded = !Object.hasOwn(claims, 'aud') && typeof claims.client_id === 'string'
  return isNeeded
    ? ' If its client_id is to take the place of aud, write audienceFallback: client_id.'
    : ''
}

function accessDenied(message: string): BrokerError {
  return new BrokerError('access_denied', message)
}
