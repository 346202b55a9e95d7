/** Whether a stored value is a compiled tenant document: the writer made every check, this finds what is torn or foreign. */
import { type CompiledTenant, isObject } from '@token-broker/core'

export function isCompiledTenant(value: unknown, tenant: string): value is CompiledTenant {
  return (
    isObject(value) &&
    value.tenant === tenant &&
    Array.isArray(value.issuers) &&
    value.issuers.every(
      (issuer) => isObject(issuer) && isObject(issuer.profile) && Array.isArray(issuer.audiences),
    ) &&
    isObject(value.attributes) &&
    Array.isArray(value.rules) &&
    isObject(value.grants) &&
    Array.isArray(value.allowedOrigins)
  )
}
