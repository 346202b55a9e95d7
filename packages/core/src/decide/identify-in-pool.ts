/**
 * Stages 2 and 3 of a request to an identity pool: whose logins it presents, all of them verified
 * like any other token, and which identity of the pool the caller has.
 */
import { BrokerError } from '../model/broker-error.ts'
import type { CredentialRequest } from '../model/credential-request.ts'
import type { DeveloperIdentities } from '../model/developer-request.ts'
import { type CompiledPool, canonicalProvider, poolIssuer } from '../model/identity-pool.ts'
import type {
  PoolCaller,
  PoolIdentity,
  PoolRequest,
  PresentedLogin,
} from '../model/pool-identity.ts'
import { PoolRefusal } from '../model/pool-refusal.ts'
import type { RequestContext } from '../model/request-context.ts'
import { recordCheck, type Stage, type Trace } from '../model/trace.ts'
import { demand } from '../verify/demand.ts'
import { demandClassicFlow, demandNoGuest } from './classic-flow.ts'
import { explainLoginRefusal } from './explain-login-refusal.ts'
import {
  type AcceptedSubject,
  identifySubject,
  type SubjectFindings,
  type SubjectPorts,
} from './identify-subject.ts'
import { readOpenIdLogin } from './open-id-login.ts'
import { issuerOfLogin, type ProvidedLogin, readLogins } from './pool-logins.ts'
import type { ResolvedTenant, TenantIdentity } from './resolve-tenant.ts'

export interface IdentityPools {
  readonly developers: DeveloperIdentities
  /**
   * The identity of the caller's logins, or of a guest, which may be a new one. With
   * `loginsToRemove`, the identity that these logins have left.
   * @param signal aborts when the invocation's deadline is near
   * @throws {BrokerError} `throttled`, `config_invalid`, `upstream_unavailable`, or a
   *   {@link PoolRefusal}
   */
  identify(caller: PoolCaller, signal: AbortSignal): Promise<PoolIdentity>
}

export interface PoolPorts {
  readonly identityPools: IdentityPools
}

/** Besides what is known of a subject. */
export interface PoolFindings extends SubjectFindings {
  poolIdentity?: PoolIdentity
}

type PoolContext = RequestContext<SubjectPorts & PoolPorts>
type Lap = (next: Stage) => void

/**
 * One login that fails refuses the request, as with Amazon Cognito: otherwise, a forged token
 * beside a valid one would be ignored where the app relies on it.
 * @param findings receives what each step found
 * @param lap starts the time of a stage
 * @throws {BrokerError} what {@link identifySubject} and {@link IdentityPools} throw
 */
export async function identifyInPool(
  request: CredentialRequest,
  wanted: PoolRequest,
  context: PoolContext,
  findings: PoolFindings,
  lap: Lap,
): Promise<AcceptedSubject> {
  lap('resolve')
  const { tenant, pool } = await findPool(wanted.pool, context)
  findings.tenant = tenant
  if (wanted.isClassic) demandClassicFlow(pool, context.trace)
  const openId = readOpenIdLogin(pool, wanted)
  if (openId) {
    const { adoptsChangedIds, readOnly } = wanted
    const presented = { pool, ...openId, adoptsChangedIds, ...(readOnly ? { readOnly } : {}) }
    const { developers } = context.ports.identityPools
    const developer = await developers.identify(presented, context.signal)
    findings.poolIdentity = developer.identity
    const identity = knownToPool(developer.identity, developer.claims, context)
    findings.identity = identity
    return { tenant, identity }
  }
  if (wanted.logins.length === 0) demandGuests(pool, context.trace)
  const found = { findings, lap }
  const verified = await verifyLogins(request, { tenant, pool }, wanted.logins, context, found)
  const { identityId, adoptsChangedIds, loginsToRemove, readOnly } = wanted
  const poolIdentity = await context.ports.identityPools.identify(
    {
      pool,
      logins: verified.map(({ provider, identity: { subject }, presented }) => ({
        provider,
        subject,
        ...(pool.formerPool === undefined ? {} : { presented }),
      })),
      ...(identityId === undefined ? {} : { identityId }),
      adoptsChangedIds,
      ...(loginsToRemove ? { loginsToRemove: loginsToRemove.map(canonicalProvider) } : {}),
      ...(readOnly ? { readOnly } : {}),
      clientIp: context.clientIp,
    },
    context.signal,
  )
  findings.poolIdentity = poolIdentity
  if (wanted.isClassic) demandNoGuest(poolIdentity, context.trace)
  const [deciding] = verified
  const identity = deciding
    ? withPoolIdentity(deciding.identity, poolIdentity)
    : knownToPool(poolIdentity, {}, context)
  findings.identity = identity
  return { tenant, identity }
}

interface PoolOfTenant {
  readonly tenant: ResolvedTenant
  readonly pool: CompiledPool
}

interface VerifiedToken {
  readonly provider: string
  readonly identity: TenantIdentity
  readonly presented: PresentedLogin
}

/**
 * @returns the logins in the order of the document, the first of which decides
 * @throws {BrokerError} what {@link readLogins} and {@link identifySubject} throw
 */
export async function verifyLogins(
  request: CredentialRequest,
  { tenant, pool }: PoolOfTenant,
  presented: readonly PresentedLogin[],
  context: RequestContext<SubjectPorts>,
  { findings, lap }: { readonly findings: SubjectFindings; readonly lap: Lap },
): Promise<readonly VerifiedToken[]> {
  const logins = readLogins(pool, presented, context.trace)
  const verified: VerifiedToken[] = []
  // The deciding login comes last, so that the findings, and the record, are about it.
  for (const login of logins.toReversed()) {
    const ofLogin = { ...request, ...loginFields(login, tenant, context.trace) }
    findings.request = ofLogin
    const { identity } = await identifySubject(ofLogin, context, findings, lap).catch(
      (error: unknown) => {
        throw explainLoginRefusal(error, tenant.tenant, context.trace)
      },
    )
    demandOwnLogin(identity, context.trace)
    const { provider, name, token } = login
    verified.unshift({ provider, identity, presented: { provider: name, token } })
  }
  return verified
}

/**
 * The id of a pool is a UUID of the operator's, which nobody can guess; that there is none is all
 * that a caller learns.
 * @throws {PoolRefusal} `not-found`
 */
export async function findPool(
  id: string,
  { ports, trace }: RequestContext<Pick<SubjectPorts, 'tenants'>>,
): Promise<PoolOfTenant> {
  const name = await ports.tenants.findPool(id)
  const tenant = name === undefined ? undefined : await ports.tenants.load(name)
  const pool = tenant?.identityPools?.find((one) => one.id === id)
  recordCheck(trace, 'resolve', 'a tenant has the identity pool', pool !== undefined, id, name)
  if (tenant && pool) return { tenant: tenant as ResolvedTenant, pool }
  const message = `IdentityPool '${id}' not found.`
  const remedy = 'no tenant document has it; add it to identityPools, or correct the id in the app'
  throw new PoolRefusal('not-found', message, `${message} (${remedy})`)
}

function demandGuests({ guests }: CompiledPool, trace: Trace): void {
  const check = 'the pool accepts guests'
  if (recordCheck(trace, 'resolve', check, guests !== undefined)) return
  throw new BrokerError('access_denied', 'The request has no login, and the pool has no guests.', {
    callerMessage: 'Unauthenticated access is not supported for this identity pool.',
  })
}

/** The fields with which the same token would be sent to another endpoint. */
function loginFields(
  login: ProvidedLogin,
  tenant: ResolvedTenant,
  trace: Trace,
): Pick<CredentialRequest, 'subjectToken' | 'tenant' | 'issuer' | 'tokenType'> {
  const { issuer, isSaml } = issuerOfLogin(login, tenant, trace)
  return {
    ...{ subjectToken: login.token, tenant: tenant.tenant, issuer },
    ...(isSaml ? { tokenType: 'saml2' } : {}),
  }
}

/** A party that acts for a user must not get the user's identity, nor add a login to it. */
function demandOwnLogin({ actor }: TenantIdentity, trace: Trace): void {
  const check = 'login is of the user itself (act)'
  const found = actor === undefined ? '(absent)' : '(present)'
  demand(trace, check, actor === undefined, '(absent)', found, () => [
    'The token of the login has the claim act: another party acts for its subject; send a token ' +
      'of the user itself.',
  ])
}

function withPoolIdentity(identity: TenantIdentity, poolIdentity: PoolIdentity): TenantIdentity {
  return { ...identity, scope: { ...identity.scope, identity: poolIdentity } }
}

/** What is known of a guest or a backend's user, for whom the pool itself vouches. */
function knownToPool(
  poolIdentity: PoolIdentity,
  claims: Readonly<Record<string, unknown>>,
  { clientIp: ip, endpoint }: PoolContext,
): TenantIdentity {
  const issuer = poolIssuer(poolIdentity.pool)
  return {
    issuer,
    subject: poolIdentity.id,
    claims,
    audiences: [],
    authorizedParty: undefined,
    trusts: [],
    failedTrusts: [],
    token: undefined,
    scope: { claims, issuer, request: { ip, endpoint }, identity: poolIdentity },
  } as unknown as TenantIdentity
}
