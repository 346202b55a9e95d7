/** Stage 3: which tenant's rules decide, found from the identity and never from its unverified word. */
import { type CelScope, evaluateCondition, referencedClaims } from './cel.ts'
import type { CompiledIssuer, CompiledTenant } from './compiled-tenant.ts'
import { foundClaims } from './found-claims.ts'
import type { IssuerTrust } from './ports.ts'
import { BrokerError } from './refusal.ts'
import { recordCheck, type Trace } from './trace.ts'
import { holdsUnder, type VerificationPorts, type VerifiedIdentity } from './verify-identity.ts'

declare const resolved: unique symbol

/** A tenant that takes this identity as its own. Only {@link resolveTenant} makes one. */
export type ResolvedTenant = CompiledTenant & { readonly [resolved]: true }

/**
 * A tenant that the caller names must take the identity; with none named, exactly one tenant must. Unknown tenant and
 * foreign tenant are one answer, so that callers cannot probe for names.
 * @throws {BrokerError} `access_denied`
 */
export async function resolveTenant(
  identity: VerifiedIdentity,
  tenantHint: string | undefined,
  scope: CelScope,
  ports: VerificationPorts,
  trace: Trace,
): Promise<ResolvedTenant> {
  const candidates =
    tenantHint === undefined ? candidatesFor(identity) : trustingTenant(tenantHint, identity, trace)
  const members: CompiledTenant[] = []
  for (const name of candidates) {
    const tenant = await ports.tenants.load(name)
    if (tenant && (await takes(tenant, identity, scope, ports, trace))) members.push(tenant)
    else if (!tenant) recordCheck(trace, 'resolve', `tenant ${name} exists`, false)
  }
  const [tenant] = members
  const held = members.length === 1
  recordCheck(
    trace,
    'resolve',
    'exactly one tenant takes the token',
    held,
    1,
    members.map((member) => member.tenant),
  )
  if (tenant && held) return tenant as ResolvedTenant
  if (tenantHint !== undefined)
    await weighOthers(tenantHint, candidates.length, identity, scope, ports)
  throw new BrokerError(
    'access_denied',
    members.length > 1
      ? 'Several tenants take this token; the caller must name one.'
      : 'No tenant takes this token.',
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

/** A tenant that does not trust the issuer is not loaded: neither its state nor its size may show in an answer or its time. */
function trustingTenant(name: string, identity: VerifiedIdentity, trace: Trace): string[] {
  if (identity.trusts.some(({ tenants }) => Object.hasOwn(tenants, name))) return [name]
  recordCheck(
    trace,
    'resolve',
    `tenant ${name} exists and trusts the issuer`,
    false,
    identity.issuer,
  )
  return []
}

/** As many tenants of one issuer as are weighed for a refusal, whichever of them was named. */
const MAX_WEIGHED = 16
const firstTenants = new WeakMap<IssuerTrust, readonly string[]>()

function firstTenantsOf(trust: IssuerTrust): readonly string[] {
  const names = firstTenants.get(trust) ?? Object.keys(trust.tenants).slice(0, MAX_WEIGHED)
  firstTenants.set(trust, names)
  return names
}

/**
 * A tenant that trusts the issuer and refuses the token takes its time to do so, by which callers of a shared issuer could
 * tell it from one that there is none of, and from another. So the issuer's other tenants are weighed too, for nothing:
 * the same ones for each refusal, as long as an issuer has no more of them than {@link MAX_WEIGHED}.
 */
async function weighOthers(
  named: string,
  weighed: number,
  identity: VerifiedIdentity,
  scope: CelScope,
  ports: VerificationPorts,
): Promise<void> {
  const names = new Set(identity.trusts.flatMap(firstTenantsOf))
  names.delete(named)
  const others = [...names].slice(0, MAX_WEIGHED - weighed)
  const tenants = await Promise.all(
    others.map((name) => ports.tenants.load(name).catch(() => undefined)),
  )
  for (const tenant of tenants)
    if (tenant) await takes(tenant, identity, scope, ports, { checks: [] }).catch(() => false)
}

async function takes(
  tenant: CompiledTenant,
  identity: VerifiedIdentity,
  scope: CelScope,
  ports: VerificationPorts,
  trace: Trace,
): Promise<boolean> {
  const name = tenant.tenant
  const issuer = tenant.issuers.find((candidate) => candidate.profile.issuer === identity.issuer)
  const trusted = issuer !== undefined && (await holdsUnder(issuer.profile, identity, ports, trace))
  if (!recordCheck(trace, 'resolve', `tenant ${name} trusts the issuer`, trusted, identity.issuer))
    return false
  return (
    trusted &&
    acceptsAudience(name, issuer, identity, trace) &&
    acceptsParty(name, issuer, identity, trace) &&
    isMember(name, issuer, scope, trace)
  )
}

function acceptsAudience(
  name: string,
  issuer: CompiledIssuer,
  identity: VerifiedIdentity,
  trace: Trace,
): boolean {
  const { audiences } = identity
  const ours = audiences.some((audience) => issuer.audiences.includes(audience))
  return recordCheck(
    trace,
    'resolve',
    `tenant ${name} accepts the audience`,
    ours,
    issuer.audiences,
    audiences,
  )
}

/** A token for several audiences says by `azp` or `client_id` who asked for it (OpenID Connect Core §3.1.3.7). */
function acceptsParty(
  name: string,
  issuer: CompiledIssuer,
  identity: VerifiedIdentity,
  trace: Trace,
): boolean {
  const { authorizedParties } = issuer
  const { azp, client_id } = identity.claims
  const party = identity.authorizedParty
  const named = identity.audiences.length < 2 || party !== undefined
  const listed =
    authorizedParties.length === 0 ||
    [azp, client_id].some((value) => typeof value === 'string' && authorizedParties.includes(value))
  const expected =
    authorizedParties.length > 0
      ? authorizedParties
      : 'azp or client_id where aud has several values'
  return recordCheck(
    trace,
    'resolve',
    `tenant ${name} accepts the authorized party`,
    named && listed,
    expected,
    party ?? '(absent)',
  )
}

function isMember(name: string, issuer: CompiledIssuer, scope: CelScope, trace: Trace): boolean {
  const { member } = issuer
  if (member === undefined) return true
  const { held, error } = evaluateCondition(member, scope)
  const found = () => error ?? foundClaims(referencedClaims(member), scope.claims)
  return recordCheck(
    trace,
    'resolve',
    `identity is a member of tenant ${name}`,
    held,
    member,
    found,
  )
}
