/** Stage 3: which tenant's rules decide, found from the verified identity. */
import { foundClaims } from '../expression/claim-paths.ts'
import { tenantIndexOf } from '../expression/tenant-index.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import type { RequestFields } from '../model/credential-request.ts'
import type { RequestContext } from '../model/request-context.ts'
import { shownValue } from '../model/shown-value.ts'
import { MAX_CANDIDATES } from '../model/tenant-store.ts'
import { createTrace, recordCheck, type Trace } from '../model/trace.ts'
import type { VerificationPorts, VerifiedIdentity } from '../verify/verify-identity.ts'
import { acceptIdentity } from './accept-identity.ts'
import { acceptedAudiences, acceptingTenants, candidateTenants } from './candidate-tenants.ts'
import { explainClosest, type Refusing } from './closest-tenants.ts'
import { describeUnmet } from './describe-unmet.ts'

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
  const { trace } = context
  const { tenant: named } = requested
  const candidates = await (named === undefined
    ? findCandidates(identity, trace)
    : trustingTenant(named, identity, trace))
  const { accepting, refusing } = await evaluate(candidates, identity, requested, context)
  const remaining = accepting.length > 1 ? withRole(accepting, requested.roleArn, trace) : accepting
  const [only] = remaining
  const passed = remaining.length === 1
  const isUnaccepted = named === undefined && accepting.length === 0
  const closest = isUnaccepted
    ? await explainClosest(identity, requested, refusing, context)
    : undefined
  const found = remaining.map(({ tenant }) => tenant.tenant)
  recordCheck(trace, 'resolve', 'exactly one tenant accepts the token', passed, 1, found)
  if (only && passed)
    return {
      tenant: only.tenant as ResolvedTenant,
      identity: only.identity as TenantIdentity,
    }
  if (accepting.length > 1) throw severalAccept(accepting, requested.roleArn)
  if (named === undefined)
    throw accessDenied(
      `No tenant accepts this token${closest === undefined ? '' : `; the closest: ${closest}`}`,
    )
  const decoys = await evaluateDecoyTenants(requested, candidates.length, identity, context)
  throw refusalOfNamed(named, refusing, decoys, identity)
}

/**
 * The reasons of all tenants that were evaluated, and the one of an unknown tenant, are written for
 * each refusal, and one of them is used: so the work is the same whichever tenant is named.
 */
function refusalOfNamed(
  named: string,
  refusing: readonly Refusing[],
  decoys: readonly Refusing[],
  identity: VerifiedIdentity,
): BrokerError {
  const unknown = unknownTenant(named, identity)
  const [first] = [...refusing, ...decoys].map(({ tenant, unmet }) =>
    describeUnmet(tenant, unmet, identity),
  )
  return accessDenied(first !== undefined && refusing.length > 0 ? first : unknown)
}

interface Evaluated {
  readonly accepting: readonly Accepting[]
  readonly refusing: readonly Refusing[]
}

async function evaluate(
  candidates: readonly string[],
  identity: VerifiedIdentity,
  requested: RequestedTenant,
  context: ResolutionContext,
): Promise<Evaluated> {
  const { ports, trace } = context
  const accepting: Accepting[] = []
  const refusing: Refusing[] = []
  const loaded = await Promise.all(candidates.map((name) => ports.tenants.load(name)))
  for (const [index, name] of candidates.entries()) {
    const tenant = loaded[index]
    if (!tenant) {
      recordCheck(trace, 'resolve', `tenant ${name} exists`, false)
      continue
    }
    const { identity: read, unmet } = await acceptIdentity(tenant, identity, requested, context)
    if (read) accepting.push({ tenant, identity: read })
    else refusing.push({ tenant: name, unmet })
  }
  return { accepting, refusing }
}

/**
 * The candidates of a request that names no tenant.
 * @throws {BrokerError} `access_denied` if there are too many to evaluate
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
    return []
  }
  const candidates = await candidateTenants(accepting, identity)
  if (candidates.length > MAX_CANDIDATES) {
    const limit = `at most ${MAX_CANDIDATES}`
    recordCheck(trace, 'resolve', 'few tenants can accept the token', false, limit, 'more')
    throw accessDenied(
      `More than ${MAX_CANDIDATES} tenants could accept this token, and none is evaluated; name ` +
        'the tenant in the request, or write member conditions of the form claims.org == "name"',
    )
  }
  if (candidates.length === 0) {
    const paths = accepting.flatMap((tenants) => tenants.claims)
    const found = () => foundClaims(paths, claims)
    const expected = 'a value that the member condition of a tenant requires'
    recordCheck(trace, 'resolve', 'a member condition can pass', false, expected, found)
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
): Promise<readonly Refusing[]> {
  const names = new Set(identity.trusts.flatMap(({ trust }) => tenantIndexOf(trust).first))
  names.delete(requested.tenant ?? '')
  const others = [...names].slice(0, MAX_CANDIDATES - evaluated)
  const { tenants: store } = context.ports
  const tenants = await Promise.all(others.map((name) => store.load(name).catch(() => undefined)))
  const unseen = { ...context, trace: createTrace() }
  const refusing: Refusing[] = []
  for (const tenant of tenants) {
    const acceptance =
      tenant && (await acceptIdentity(tenant, identity, requested, unseen).catch(() => undefined))
    if (tenant && acceptance?.unmet)
      refusing.push({ tenant: tenant.tenant, unmet: acceptance.unmet })
  }
  return refusing
}

/**
 * With some tenants that trust the issuer, always the same ones. They are not compared with the
 * name: the time of that would depend on how similar it is to the name of another party's tenant.
 */
function unknownTenant(name: string, { trusts, issuer }: VerifiedIdentity): string {
  const known = trusts.flatMap(({ trust }) => tenantIndexOf(trust).first)
  return (
    `No such tenant trusts the issuer ${shownValue(issuer)}: expected one of ` +
    `${shownValue(known)}, found ${shownValue(name)}; check the tenant that the request names, ` +
    'and that its document is deployed'
  )
}

function severalAccept(accepting: readonly Accepting[], roleArn: string | undefined): BrokerError {
  const names = shownValue(accepting.map(({ tenant }) => tenant.tenant))
  const role = roleArn === undefined ? '' : ` (not ${shownValue(roleArn)})`
  return accessDenied(
    `several tenants accept this token: expected one, found ${names}; name the tenant in the ` +
      `request, or a role that only one of them has${role}`,
  )
}

/** For the operator: the caller learns nothing about tenants. */
function accessDenied(reason: string): BrokerError {
  return new BrokerError('access_denied', `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`)
}
