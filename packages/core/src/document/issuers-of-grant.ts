/** Which issuers' callers, and which issuers' actors, can get a grant. */
import { possibleIssuers } from '../expression/issuer-conditions.ts'
import type { CompiledDenyRule, CompiledRule, CompiledTenant } from '../model/compiled-tenant.ts'
import { poolIssuer } from '../model/identity-pool.ts'
import { slotsOf } from '../policy/template.ts'

/**
 * Those about whose users the rules decide. An identity pool is the issuer of the identities of
 * the operator's own provider.
 */
export function issuersOf(tenant: CompiledTenant): string[] {
  const { identityPools = [] } = tenant
  const pools = identityPools.filter(({ developerProvider }) => developerProvider !== undefined)
  return [...tokenIssuersOf(tenant), ...pools.map(({ id }) => poolIssuer(id))]
}

/** An issuer with JWTs and opaque tokens is one: its subjects are the same users. */
function tokenIssuersOf({ issuers, opaqueIssuers = [] }: CompiledTenant): string[] {
  const names = [...issuers.map(({ profile }) => profile), ...opaqueIssuers]
  return [...new Set(names.map(({ issuer }) => issuer))]
}

/** Pools vouch for their guests, to whom no rule leads. */
function guestIssuersOfGrant(name: string, { identityPools = [] }: CompiledTenant): string[] {
  return identityPools
    .filter(({ guests }) => guests?.grant === name)
    .map(({ id }) => poolIssuer(id))
}

/** Issuers that some rule to the grant and all of the grant's attributes allow. */
export function issuersOfGrant(name: string, tenant: CompiledTenant): string[] {
  const { attributes, grants } = tenant
  const leading = rulesToGrant(name, tenant)
  const used = slotsOf(JSON.stringify(grants[name] ?? {}))
  const isRuled = (issuer: string) =>
    leading.some(
      ({ when }) => when === undefined || (possibleIssuers(when)?.includes(issuer) ?? true),
    )
  const isReadable = (issuer: string) =>
    used.every((attribute) => {
      const only = attributes[attribute]?.issuer
      return only === undefined || only === issuer
    })
  const reaching = [...issuersOf(tenant).filter(isRuled), ...guestIssuersOfGrant(name, tenant)]
  return [...new Set(reaching)].filter(isReadable)
}

/** Issuers of the actors to whom some rule gives the grant. No identity of a pool is one. */
export function actorIssuersOfGrant(name: string, tenant: CompiledTenant): string[] {
  const leading = rulesToGrant(name, tenant).filter((rule) => rule.mentionsActor)
  return tokenIssuersOf(tenant).filter((issuer) =>
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
