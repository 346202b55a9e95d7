/**
 * An audience of an issuer belongs to one tenant, unless `member` conditions separate the tenants
 * that claim it. Otherwise, a second tenant could lock out the callers of the first, whose tokens
 * would belong to both.
 */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { formatPath } from '../model/value-path.ts'
import type { DocumentPath, TenantDocumentError } from './document-problem.ts'
import { separatingCondition, whyNotSeparated } from './separating-condition.ts'

export interface OwnedDocument {
  readonly file: string
  readonly tenant: CompiledTenant
  locate(path: DocumentPath): { line: number; column: number } | undefined
}

interface Claim {
  readonly document: OwnedDocument
  /** From {@link separatingCondition}. */
  readonly condition: string | undefined
}

/** The first documents that claim an audience, by condition. */
interface Claimants {
  readonly first: Claim
  readonly byCondition: Map<string | undefined, Claim>
}

/** @param documents of one deployment; an error names the later of two documents and the earlier */
export function checkOwnership(documents: readonly OwnedDocument[]): TenantDocumentError[] {
  const claimants = new Map<string, Claimants>()
  return documents.flatMap((document) =>
    document.tenant.issuers.flatMap(({ profile, audiences, member }, index) => {
      const claim = { document, condition: separatingCondition(member) }
      const conflicts = audiences.flatMap((audience) => {
        const other = addClaim(claimants, [profile.issuer, audience], claim)
        return other === undefined ? [] : [{ audience, other }]
      })
      const path = ['issuers', index, 'audiences']
      return [...Map.groupBy(conflicts, ({ other }) => other)].map(([other, shared]) => ({
        file: document.file,
        ...document.locate(path),
        path: formatPath(path),
        message: describeConflict({
          issuer: profile.issuer,
          audiences: shared.map(({ audience }) => audience),
          other: `tenant ${other.document.tenant.tenant} (${other.document.file})`,
          why: whyNotSeparated(claim.condition, other.condition) ?? '',
        }),
        hint: ownershipHint(document.tenant.tenant),
      }))
    }),
  )
}

/** What is wrong where a document claims audiences that another tenant has. */
export function describeConflict(conflict: {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly other: string
  /** From {@link whyNotSeparated}. */
  readonly why: string
}): string {
  const { issuer, audiences, other, why } = conflict
  const which = `${audiences.length === 1 ? 'audience' : 'audiences'} ${audiences.join(', ')}`
  return `${other} also claims the ${which} of the issuer ${issuer}, and ${why}`
}

/** What to write instead. */
export function ownershipHint(tenant: string): string {
  return (
    'write a member condition in both documents, such as ' +
    `member: claims.org == "${tenant}", or give each tenant an audience of its own`
  )
}

/** @returns a claim of another document that is not separated from this one */
function addClaim(
  claimants: Map<string, Claimants>,
  pair: readonly [issuer: string, audience: string],
  claim: Claim,
): Claim | undefined {
  const key = JSON.stringify(pair)
  const known = claimants.get(key)
  if (known === undefined) {
    claimants.set(key, { first: claim, byCondition: new Map([[claim.condition, claim]]) })
    return undefined
  }
  const { first, byCondition } = known
  const same = byCondition.get(claim.condition)
  if (same === undefined) byCondition.set(claim.condition, claim)
  return claim.condition === undefined ? first : (same ?? byCondition.get(undefined))
}
