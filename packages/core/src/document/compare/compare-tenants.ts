/** Who gains and who loses what between two versions of the tenants, for all callers. */
import type { CompiledTenant, PolicyStatement } from '../../model/compiled-tenant.ts'
import { compareAttributes } from './compare-attributes.ts'
import { compareGrant } from './compare-grant.ts'
import { compareIssuer } from './compare-issuer.ts'
import { compareLimits } from './compare-limits.ts'
import { compareOpaqueIssuer } from './compare-opaque-issuer.ts'
import { comparePool } from './compare-pools.ts'
import { compareRules } from './compare-rules.ts'
import { compareStatements } from './compare-statements.ts'
import { type Change, compareLists, type TenantChange } from './document-change.ts'

/**
 * Every widening is among the gains or what cannot be compared: what is left out is the same for
 * all callers and requests. An equal text of CEL is an equal condition; other texts are not
 * compared.
 */
export function compareTenants(
  before: readonly CompiledTenant[],
  after: readonly CompiledTenant[],
): Change[] {
  const names = new Set([...before, ...after].map(({ tenant }) => tenant))
  return [...names].flatMap((tenant) => {
    const [old, now] = [before, after].map((all) => all.find((one) => one.tenant === tenant))
    return compareTenant(old, now).map((change) => ({ tenant, ...change }))
  })
}

function compareTenant(
  before: CompiledTenant | undefined,
  after: CompiledTenant | undefined,
): TenantChange[] {
  if (before === undefined)
    return [{ part: 'tenant', effect: 'gain', what: 'all grants of a new tenant' }]
  if (after === undefined)
    return [{ part: 'tenant', effect: 'loss', what: 'all grants of a removed tenant' }]
  return [
    ...compareByName(
      'issuer',
      Object.fromEntries(before.issuers.map((one) => [one.profile.issuer, one])),
      Object.fromEntries(after.issuers.map((one) => [one.profile.issuer, one])),
      compareIssuer,
    ),
    ...compareByName(
      'issuer of opaque tokens',
      opaqueByName(before),
      opaqueByName(after),
      compareOpaqueIssuer,
    ),
    ...compareAttributes(before.attributes, after.attributes),
    ...compareRules(before, after),
    ...compareByName('grant', before.grants, renamedGrants(before, after), compareGrant),
    ...newGrants(before, after),
    ...compareByName('identity pool', poolsById(before), poolsById(after), comparePool),
    ...compareLimits(before.limits, after.limits),
    ...compareLists(
      'allowedOrigins',
      before.allowedOrigins,
      after.allowedOrigins,
      (origin) => `pages of ${origin}`,
    ),
  ]
}

function opaqueByName({ opaqueIssuers = [] }: CompiledTenant) {
  return Object.fromEntries(opaqueIssuers.map((one) => [one.issuer, one]))
}

function poolsById({ identityPools = [] }: CompiledTenant) {
  return Object.fromEntries(identityPools.map((one) => [one.id, one]))
}

function compareByName<Item>(
  kind: string,
  before: Readonly<Record<string, Item>>,
  after: Readonly<Record<string, Item>>,
  compare: (part: string, before: Item, after: Item) => TenantChange[],
): TenantChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name): TenantChange[] => {
    const part = `${kind} ${name}`
    const [old, now] = [before[name], after[name]]
    if (old === undefined) return [{ part, effect: 'gain', what: `a new ${kind}` }]
    if (now === undefined) return [{ part, effect: 'loss', what: `the whole ${kind}` }]
    return compare(part, old, now)
  })
}

function newGrants({ grants: before }: CompiledTenant, { grants }: CompiledTenant) {
  const added = Object.entries(grants).filter(([name]) => before[name] === undefined)
  return added.flatMap(([name, { statements }]) =>
    compareStatements(`grant ${name}`, [], statements),
  )
}

/**
 * A slot is the same text in both versions where its attribute is read from the same claims. Else
 * the new version's slot gets another name, so that nothing with it is taken to be equal.
 */
function renamedGrants(before: CompiledTenant, after: CompiledTenant): CompiledTenant['grants'] {
  const changed = Object.keys(after.attributes).filter(
    (name) =>
      before.attributes[name] !== undefined &&
      before.attributes[name]?.from !== after.attributes[name]?.from,
  )
  if (changed.length === 0) return after.grants
  const rename = (text: string) =>
    text.replace(new RegExp(`\\{\\{\\s*(${changed.join('|')})\\s*\\}\\}`, 'g'), '{{new_$1}}')
  return Object.fromEntries(
    Object.entries(after.grants).map(([name, grant]) => [
      name,
      { ...grant, statements: grant.statements.map((one) => renameIn(one, rename)) },
    ]),
  )
}

function renameIn(statement: PolicyStatement, rename: (text: string) => string): PolicyStatement {
  return JSON.parse(rename(JSON.stringify(statement)))
}
