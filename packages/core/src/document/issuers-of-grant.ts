/** Which issuers' callers, and which issuers' actors, can get a grant. */
import { possibleIssuers } from '../expression/issuer-conditions.ts'
import type { CompiledDenyRule, CompiledRule, CompiledTenant } from '../model/compiled-tenant.ts'
import { slotsOf } from '../policy/template.ts'

/** An issuer with JWTs and opaque tokens is one: its subjects are the same users. */
export function issuersOf({ issuers, opaqueIssuers = [] }: CompiledTenant): string[] {
  const names = [...issuers.map(({ profile }) => profile), ...opaqueIssuers]
  return [...new Set(names.map(({ issuer }) => issuer))]
}

/** Issuers that some rule to the grant and all of the grant's attributes allow. */
export function issuersOfGrant(name: string, tenant: CompiledTenant): string[] {
  const { attributes, grants } = tenant
  const leading = rulesToGrant(name, tenant)
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

/** Issuers of the actors to whom some rule gives the grant. */
export function actorIssuersOfGrant(name: string, tenant: CompiledTenant): string[] {
  const leading = rulesToGrant(name, tenant).filter((rule) => rule.mentionsActor)
  return issuersOf(tenant).filter((issuer) =>
    leading.some(({ when = '' }) => possibleIssuers(when, 'actor')?.includes(issuer) ?? true),
  )
}

/** Callers who get what this grant and another one both allow are callers of this grant. */
export function rulesToGrant(
  name: string,
  { rules, denyRules = [], grants }: CompiledTenant,
): readonly (CompiledRule | CompiledDenyRule)[] {
  return [...rules, ...denyRules].filter(
    ({ grant = '' }) => grant === name || grants[grant]?.intersectionOf?.includes(name),
  )
}
