/** Which issuers' callers can get a grant. */
import { possibleIssuers } from '../expression/issuer-conditions.ts'
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { slotsOf } from '../policy/template.ts'

/** An issuer with JWTs and opaque tokens is one: its subjects are the same users. */
export function issuersOf({ issuers, opaqueIssuers = [] }: CompiledTenant): string[] {
  const names = [...issuers.map(({ profile }) => profile), ...opaqueIssuers]
  return [...new Set(names.map(({ issuer }) => issuer))]
}

/** Issuers that some rule to the grant and all of the grant's attributes allow. */
export function issuersOfGrant(name: string, tenant: CompiledTenant): string[] {
  const { rules, denyRules = [], attributes, grants } = tenant
  const leading = [...rules, ...denyRules].filter((rule) => rule.grant === name)
  const used = slotsOf(JSON.stringify(grants[name] ?? {}))
  return issuersOf(tenant).filter((issuer) => {
    const isRuled = leading.some(
      ({ when }) => when === undefined || (possibleIssuers(when)?.includes(issuer) ?? true),
    )
    const isReadable = used.every((attribute) => {
      const only = attributes[attribute]?.issuer
      return only === undefined || only === issuer
    })
    return isRuled && isReadable
  })
}
