/**
 * Candidate documents, which lie beside the documents in force: each is checked as if it replaced
 * the one of its tenant, and no other.
 */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { checkOwnership, type OwnedDocument } from './check-ownership.ts'
import type { TenantDocumentError } from './document-problem.ts'
import { checkSharedPools } from './pools/shared-pools.ts'
import { checkSharedReleases } from './shared-releases.ts'

/** What documents of different tenants must not have in common. */
export function checkTogether(documents: readonly OwnedDocument[]): TenantDocumentError[] {
  return [
    ...checkOwnership(documents),
    ...checkSharedReleases(documents),
    ...checkSharedPools(documents),
  ]
}

/** @param active the documents in force, by tenant */
export function checkCandidates(
  candidates: readonly OwnedDocument[],
  active: ReadonlyMap<string, OwnedDocument>,
): TenantDocumentError[] {
  if (candidates.length === 0) return []
  const known = new Set(checkTogether([...active.values()]).map(textOf))
  const seen = new Map<string, OwnedDocument>()
  return candidates.flatMap((candidate) => {
    const { tenant, file } = candidate
    const wrong = (message: string, hint: string): TenantDocumentError[] => [
      { file, ...candidate.locate(['tenant']), path: 'tenant', message, hint },
    ]
    const other = seen.get(tenant.tenant)
    seen.set(tenant.tenant, candidate)
    if (other !== undefined)
      return wrong(
        `the tenant ${tenant.tenant} already has the candidate ${other.file}`,
        'remove one of them',
      )
    const replaced = active.get(tenant.tenant)
    if (replaced === undefined)
      return wrong(
        `a candidate is of a tenant that has a document, and ${tenant.tenant} has none here`,
        'write the id of the tenant that it is to change, name its document too, or rename the ' +
          'file so that it is a document itself',
      )
    // Last, because an error is of the later of two documents.
    const others = [...active.values()].filter((document) => document !== replaced)
    return checkTogether([...others, candidate])
      .filter((error) => !known.has(textOf(error)))
      .map((error) =>
        error.file === file ? error : { ...error, message: `with ${file}, ${error.message}` },
      )
  })
}

/** The document in force, with the candidate as data that is parsed when it first decides. */
export function attachCandidate(
  tenant: CompiledTenant,
  candidate: CompiledTenant | undefined,
): CompiledTenant {
  if (candidate === undefined) return tenant
  const documentSha256 = candidate.certificate?.documentSha256 ?? ''
  return { ...tenant, candidate: { documentSha256, compiledJson: JSON.stringify(candidate) } }
}

function textOf({ file, path, message }: TenantDocumentError): string {
  return JSON.stringify([file, path, message])
}
