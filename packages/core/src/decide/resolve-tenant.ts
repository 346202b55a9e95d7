/** Stage 3: which tenant's rules decide, found from the verified identity. */
import { evaluateCondition } from '../expression/cel.ts'
import { foundClaims, referencedClaims } from '../expression/claim-paths.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { CompiledIssuer, CompiledTenant } from '../model/compiled-tenant.ts'
import type { RequestContext } from '../model/request-context.ts'
import type { IssuerTrust } from '../model/tenant-store.ts'
import { createTrace, recordCheck, type Trace } from '../model/trace.ts'
import {
  isValidUnder,
  type VerificationPorts,
  type VerifiedIdentity,
} from '../verify/verify-identity.ts'

declare const resolved: unique symbol

/** A tenant that accepts this identity as its own. Only {@link resolveTenant} creates one. */
export type ResolvedTenant = CompiledTenant & { readonly [resolved]: true }

type ResolutionContext = RequestContext<VerificationPorts>

/**
 * A tenant that the caller names must accept the identity; with none named, exactly one tenant
 * must. An unknown tenant and another party's tenant get the same response, so that callers cannot
 * probe for names.
 * @throws {BrokerError} `access_denied`
 */
export async function resolveTenant(
  identity: VerifiedIdentity,
  tenantHint: string | undefined,
  context: ResolutionContext,
): Promise<ResolvedTenant> {
  const { ports, trace } = context
  const candidates =
    tenantHint === undefined ? candidatesFor(identity) : trustingTenant(tenantHint, identity, trace)
  const accepting: CompiledTenant[] = []
  for (const name of candidates) {
    const tenant = await ports.tenants.load(name)
    if (tenant && (await acceptsIdentity(tenant, identity, context))) accepting.push(tenant)
    else if (!tenant) recordCheck(trace, 'resolve', `tenant ${name} exists`, false)
  }
  const [tenant] = accepting
  const passed = accepting.length === 1
  const found = accepting.map((member) => member.tenant)
  recordCheck(trace, 'resolve', 'exactly one tenant accepts the token', passed, 1, found)
  if (tenant && passed) return tenant as ResolvedTenant
  if (tenantHint !== undefined)
    await evaluateDecoyTenants(tenantHint, candidates.length, identity, context)
  throw new BrokerError(
    'access_denied',
    accepting.length > 1
      ? 'Several tenants accept this token; the caller must name one.'
      : 'No tenant accepts this token.',
  )
}

/** Tenants that trust the issuer and one of the audiences; the rest need not be loaded. */
function candidatesFor(identity: VerifiedIdentity): string[] {
  const names = identity.trusts.flatMap(({ tenants }) =>
    Object.entries(tenants)
      .filter(([, audiences]) =>
        audiences.some((audience) => identity.audiences.includes(audience)),
      )
      .map(([tenant]) => tenant),
  )
  return [...new Set(names)]
}

/**
 * A tenant that does not trust the issuer is not loaded: its state and its size must not affect the
 * response or its timing.
 */
function trustingTenant(name: string, identity: VerifiedIdentity, trace: Trace): string[] {
  if (identity.trusts.some(({ tenants }) => Object.hasOwn(tenants, name))) return [name]
  const check = `tenant ${name} exists and trusts the issuer`
  recordCheck(trace, 'resolve', check, false, identity.issuer)
  return []
}

/** Limit of the tenants of one issuer that are evaluated for a refusal, the named one included. */
const MAX_EVALUATED = 16
const firstTenants = new WeakMap<IssuerTrust, readonly string[]>()

function firstTenantsOf(trust: IssuerTrust): readonly string[] {
  const names = firstTenants.get(trust) ?? Object.keys(trust.tenants).slice(0, MAX_EVALUATED)
  firstTenants.set(trust, names)
  return names
}

/**
 * A refusal by a tenant that trusts the issuer takes time, from which callers of a shared issuer
 * could see that the tenant exists, or which one it is. So the issuer's other tenants are evaluated
 * too, without effect: the same ones for each refusal, as long as the issuer has no more tenants
 * than {@link MAX_EVALUATED}.
 */
async function evaluateDecoyTenants(
  named: string,
  evaluated: number,
  identity: VerifiedIdentity,
  context: ResolutionContext,
): Promise<void> {
  const names = new Set(identity.trusts.flatMap(firstTenantsOf))
  names.delete(named)
  const others = [...names].slice(0, MAX_EVALUATED - evaluated)
  const { tenants: store } = context.ports
  const tenants = await Promise.all(others.map((name) => store.load(name).catch(() => undefined)))
  const unseen = { ...context, trace: createTrace() }
  for (const tenant of tenants)
    if (tenant) await acceptsIdentity(tenant, identity, unseen).catch(() => false)
}

async function acceptsIdentity(
  tenant: CompiledTenant,
  identity: VerifiedIdentity,
  context: ResolutionContext,
): Promise<boolean> {
  const { trace } = context
  const name = tenant.tenant
  const issuer = tenant.issuers.find((candidate) => candidate.profile.issuer === identity.issuer)
  const trusted = issuer !== undefined && (await isValidUnder(issuer.profile, identity, context))
  const trusts = `tenant ${name} trusts the issuer`
  if (!recordCheck(trace, 'resolve', trusts, trusted, identity.issuer) || !trusted) return false
  const { audiences } = identity
  const accepted = audiences.some((audience) => issuer.audiences.includes(audience))
  const accepts = `tenant ${name} accepts the audience`
  return (
    recordCheck(trace, 'resolve', accepts, accepted, issuer.audiences, audiences) &&
    acceptsParty(name, issuer, identity, trace) &&
    (issuer.member === undefined || isMember(name, issuer.member, identity, trace))
  )
}

/** A token for several audiences names its authorized party (OpenID Connect Core §3.1.3.7). */
function acceptsParty(
  name: string,
  { authorizedParties }: CompiledIssuer,
  { audiences, authorizedParty: party }: VerifiedIdentity,
  trace: Trace,
): boolean {
  const restricted = authorizedParties.length > 0
  const accepted = restricted
    ? party !== undefined && authorizedParties.includes(party)
    : party !== undefined || audiences.length < 2
  const expected = restricted ? authorizedParties : 'azp or client_id where aud has several values'
  const check = `tenant ${name} accepts the authorized party`
  return recordCheck(trace, 'resolve', check, accepted, expected, party ?? '(absent)')
}

function isMember(
  name: string,
  member: string,
  { scope }: VerifiedIdentity,
  trace: Trace,
): boolean {
  const { passed, error } = evaluateCondition(member, scope)
  const found = () => error ?? foundClaims(referencedClaims(member), scope.claims)
  const check = `identity is a member of tenant ${name}`
  return recordCheck(trace, 'resolve', check, passed, member, found)
}
