/** The port for sources of tenants, and the check of stored documents that they share. */
import { type CompiledTenant, isObject, type TenantStore } from '@token-broker/core'

/** Core's port, and a check for browsers' preflight requests, which name no tenant. */
export interface TenantSource extends TenantStore {
  /**
   * Whether any tenant allows pages of this exact origin to call the broker. It only lets a browser
   * send the request; the tenant's document decides whether the page may read the response.
   */
  allowsOrigin(origin: string): Promise<boolean>
}

/**
 * Whether a stored value is the compiled document of this tenant. The writer made every other check
 * before it stored the document; this one finds corrupt values and those of other programs.
 */
export function isCompiledTenant(value: unknown, tenant: string): value is CompiledTenant {
  return (
    isObject(value) &&
    value.tenant === tenant &&
    Array.isArray(value.issuers) &&
    value.issuers.every(
      (issuer) => isObject(issuer) && isObject(issuer.profile) && Array.isArray(issuer.audiences),
    ) &&
    (value.opaqueIssuers === undefined || Array.isArray(value.opaqueIssuers)) &&
    isObject(value.attributes) &&
    Array.isArray(value.rules) &&
    (value.denyRules === undefined || Array.isArray(value.denyRules)) &&
    isObject(value.grants) &&
    (value.identityPools === undefined || Array.isArray(value.identityPools)) &&
    Array.isArray(value.allowedOrigins) &&
    (value.candidate === undefined || isObject(value.candidate))
  )
}
