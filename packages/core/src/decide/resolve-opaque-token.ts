/** Stage 3, for opaque tokens: whether the tenant that the request names accepts the identity. */
import { BrokerError } from '../model/broker-error.ts'
import type { Trace } from '../model/trace.ts'
import type { OpaqueToken } from '../verify/find-opaque-issuer.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'
import { acceptsClaims, type ResolvedTenant, type TenantIdentity } from './resolve-tenant.ts'

/**
 * The document by which the token was verified also decides. No other one is loaded.
 * @throws {BrokerError} `access_denied`
 */
export function resolveOpaqueToken(
  { tenant, issuer }: OpaqueToken,
  identity: VerifiedIdentity,
  trace: Trace,
): { readonly tenant: ResolvedTenant; readonly identity: TenantIdentity } {
  if (acceptsClaims(tenant.tenant, issuer, identity, trace))
    return { tenant: tenant as ResolvedTenant, identity: identity as TenantIdentity }
  throw new BrokerError('access_denied', 'The tenant does not accept this token.')
}
