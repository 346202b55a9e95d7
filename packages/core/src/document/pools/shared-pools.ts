/** Finds identity pools that two documents have, and audiences of which two tokens are released. */
import type { CompiledGrant } from '../../model/compiled-tenant.ts'
import type { CompiledPool } from '../../model/identity-pool.ts'
import { formatPath } from '../../model/value-path.ts'
import type { OwnedDocument } from '../check-ownership.ts'
import type { TenantDocumentError } from '../document-problem.ts'

/** What the pools and grants of a tenant claim. */
export interface TenantPools {
  readonly tenant: string
  readonly identityPools?: readonly Pick<CompiledPool, 'id' | 'releasedAudience'>[]
  readonly grants: Readonly<Record<string, Pick<CompiledGrant, 'releasedAudience'>>>
}

/** A pool, and what another part of a document has too. */
export interface SharedPool {
  readonly tenant: string
  /** Of the pool, in its document. */
  readonly index: number
  readonly id: string
  /** What both have in common, as a path below the pool. */
  readonly field: readonly ['id'] | readonly ['classicFlow', 'audience']
  readonly otherTenant: string
  /** Names the other part, such as `pool eu-central-1:…`. */
  readonly other: string
}

interface Claimant {
  readonly tenant: string
  /** Different for each part of the documents of a tenant. */
  readonly part: string
}

/**
 * A request names its pool alone, so the pool has one tenant. A role that trusts the audience of
 * the classic flow would accept the tokens of both parts that release it.
 */
export function findSharedPools(tenants: readonly TenantPools[]): SharedPool[] {
  const byId = new Map<string, Claimant[]>()
  const byAudience = new Map<string, Claimant[]>()
  for (const { tenant, identityPools = [], grants } of tenants) {
    for (const [index, { id, releasedAudience }] of identityPools.entries()) {
      const claimant = { tenant, part: partOfPool(id, index) }
      addClaimant(byId, id, claimant)
      addClaimant(byAudience, releasedAudience, claimant)
    }
    for (const [name, { releasedAudience }] of Object.entries(grants))
      addClaimant(byAudience, releasedAudience, { tenant, part: `grant ${name}` })
  }
  return tenants.flatMap(({ tenant, identityPools = [] }) =>
    identityPools.flatMap(({ id, releasedAudience = '' }, index): SharedPool[] => {
      const isOther = (one: Claimant) => one.tenant !== tenant || one.part !== partOfPool(id, index)
      const found = (claimants: readonly Claimant[] = [], field: SharedPool['field']) =>
        claimants
          .filter(isOther)
          .slice(0, 1)
          .map(({ part, tenant: otherTenant }) => ({
            ...{ tenant, index, id, field },
            ...{ otherTenant, other: part.replace(/ \(.*/, '') },
          }))
      return [
        ...found(byId.get(id), ['id']),
        ...found(byAudience.get(releasedAudience), ['classicFlow', 'audience']),
      ]
    }),
  )
}

/** @param documents of one deployment, each of which compiles */
export function checkSharedPools(documents: readonly OwnedDocument[]): TenantDocumentError[] {
  const byTenant = new Map(documents.map((document) => [document.tenant.tenant, document]))
  return findSharedPools(documents.map(({ tenant }) => tenant)).flatMap((shared) => {
    const document = byTenant.get(shared.tenant)
    if (document === undefined) return []
    const path = ['identityPools', shared.index, ...shared.field]
    const place = { file: document.file, ...document.locate(path), path: formatPath(path) }
    return [{ ...place, ...describeSharedPool(shared) }]
  })
}

/** What is wrong with the field of the pool, and what to write. */
export function describeSharedPool({ tenant, id, field, otherTenant, other }: SharedPool): {
  readonly message: string
  readonly hint: string
} {
  const of = otherTenant === tenant ? 'this tenant' : `tenant ${otherTenant}`
  return field[0] === 'id'
    ? {
        message: `${of} also has the pool ${id}, and a request could be for either`,
        hint: 'give each pool an id of its own',
      }
    : {
        message:
          `the ${other} of ${of} has the same audience, so a role may trust the tokens of ` +
          'both',
        hint: `write an audience of its own for each, such as ${tenant}-classic`,
      }
}

/** Two pools of one document may have one id by mistake. */
function partOfPool(id: string, index: number): string {
  return `pool ${id} (${index})`
}

function addClaimant(
  claimants: Map<string, Claimant[]>,
  text: string | undefined,
  claimant: Claimant,
): void {
  if (text === undefined) return
  const known = claimants.get(text)
  if (known === undefined) claimants.set(text, [claimant])
  else known.push(claimant)
}
