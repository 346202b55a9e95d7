/** Stage 3, for opaque tokens: whether the tenant that the request names accepts the identity. */
import { BrokerError } from '../model/broker-error.ts'
import type { Trace } from '../model/trace.ts'
import type { OpaqueToken } from '../verify/find-opaque-issuer.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'
import { unmetClaims } from './accept-identity.ts'
import { describeUnmet } from './describe-unmet.ts'
import type { ResolvedTenant, TenantIdentity } from './resolve-tenant.ts'

/**
 * The document by which the token was verified also decides. No other one is loaded.
 * @throws {BrokerError} `access_denied`
 */
export function resolveOpaqueToken(
  { tenant, issuer }: OpaqueToken,
  identity: VerifiedIdentity,
  trace: Trace,
): { readonly tenant: ResolvedTenant; readonly identity: TenantIdentity } {
  const unmet = unmetClaims(tenant.tenant, issuer, identity, trace)
  if (unmet.length === 0)
    return { tenant: tenant as ResolvedTenant, identity: identity as TenantIdentity }
  const reason = describeUnmet(tenant.tenant, unmet, identity)
  throw new BrokerError('access_denied', `The token is not accepted: ${reason}.`)
}
