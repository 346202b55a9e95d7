/** Finds grants that a released web identity token of another grant could reach. */
import type { CompiledGrant } from '../model/compiled-tenant.ts'
import { formatPath } from '../model/value-path.ts'
import type { OwnedDocument } from './check-ownership.ts'
import type { TenantDocumentError } from './document-problem.ts'

/** What the grants of a tenant release, by the name of the grant. */
export interface TenantReleases {
  readonly tenant: string
  readonly grants: Readonly<Record<string, ReleasedGrant>>
}

type ReleasedGrant = Pick<CompiledGrant, 'roleArn' | 'releasedAudience'>

/** A grant that releases its token, and another one that has the same role or audience. */
export interface SharedRelease {
  readonly tenant: string
  readonly grant: string
  /** What both grants have in common. */
  readonly field: 'role' | 'releasedAudience'
  readonly otherTenant: string
  readonly otherGrant: string
}

interface Use {
  readonly tenant: string
  readonly name: string
  readonly grant: ReleasedGrant
}

/**
 * The holder of a released token calls STS without a session policy and gets all that the role may
 * do. So neither the role nor the audience may be that of another grant, of any tenant: a role
 * whose trust policy names the audience and not the `sub` would accept both tokens. IAM treats
 * names of roles that differ only in case as the same.
 */
export function findSharedReleases(tenants: readonly TenantReleases[]): SharedRelease[] {
  const uses = tenants.flatMap(({ tenant, grants }) =>
    Object.entries(grants).map(([name, grant]): Use => ({ tenant, name, grant })),
  )
  const byRole = Map.groupBy(uses, roleOf)
  const byAudience = Map.groupBy(uses, ({ grant }) => grant.releasedAudience)
  return uses.flatMap((use) => {
    const { releasedAudience } = use.grant
    if (releasedAudience === undefined) return []
    return [
      ...shared('role', use, byRole.get(roleOf(use))),
      ...shared('releasedAudience', use, byAudience.get(releasedAudience)),
    ]
  })
}

/** @param documents of one deployment, each of which compiles */
export function checkSharedReleases(documents: readonly OwnedDocument[]): TenantDocumentError[] {
  const byTenant = new Map(documents.map((document) => [document.tenant.tenant, document]))
  return findSharedReleases(documents.map(({ tenant }) => tenant)).flatMap((shared) => {
    const document = byTenant.get(shared.tenant)
    if (document === undefined) return []
    const path = ['grants', shared.grant, shared.field]
    const place = { file: document.file, ...document.locate(path), path: formatPath(path) }
    return [{ ...place, ...describeSharedRelease(shared) }]
  })
}

/** What is wrong with the field `releasedAudience` or `role` of the grant, and what to write. */
export function describeSharedRelease({
  tenant,
  grant,
  field,
  otherTenant,
  otherGrant,
}: SharedRelease): { readonly message: string; readonly hint: string } {
  const other = `grant ${otherGrant}${otherTenant === tenant ? '' : ` of tenant ${otherTenant}`}`
  if (field === 'role')
    return {
      message:
        `the ${other} has the same role, and the holder of a released token of ${grant} gets all ` +
        'that the role may do',
      hint: 'give the grant that releases its token a role of its own',
    }
  return {
    message: `the ${other} has the same releasedAudience, so a role may trust the tokens of both`,
    hint: `write an audience of its own for each, such as ${tenant}-${grant}-released`,
  }
}

function roleOf({ grant }: Use): string {
  return grant.roleArn.toLowerCase()
}

function shared(
  field: SharedRelease['field'],
  { tenant, name }: Use,
  uses: readonly Use[] = [],
): SharedRelease[] {
  return uses
    .filter((other) => other.tenant !== tenant || other.name !== name)
    .slice(0, 1)
    .map((other) => ({
      ...{ tenant, grant: name, field },
      ...{ otherTenant: other.tenant, otherGrant: other.name },
    }))
}
