/** Makes one deployment of compiled files: what their documents must not have in common. */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { attachCandidate, checkCandidates, checkTogether } from './candidate-documents.ts'
import type { OwnedDocument } from './check-ownership.ts'
import type { TenantDocumentError } from './document-problem.ts'
import { isCandidateFile } from './file-names.ts'

export interface CompiledFile extends Omit<OwnedDocument, 'tenant'> {
  /** Absent where the document has an error. */
  readonly tenant?: CompiledTenant
  readonly errors: readonly TenantDocumentError[]
}

/** @returns with the errors of each file alone, and of all together */
export function combineFiles(
  files: readonly CompiledFile[],
  { candidatesAsDocuments = false }: { readonly candidatesAsDocuments?: boolean } = {},
): { tenants: CompiledTenant[]; errors: TenantDocumentError[] } {
  const documents = new Map<string, OwnedDocument>()
  const candidates: OwnedDocument[] = []
  const errors: TenantDocumentError[] = []
  for (const { file, tenant, errors: ownErrors, locate } of files) {
    errors.push(...ownErrors)
    if (tenant === undefined) continue
    if (isCandidateFile(file) && !candidatesAsDocuments) {
      candidates.push({ file, tenant, locate })
      continue
    }
    const other = documents.get(tenant.tenant)
    if (other === undefined) documents.set(tenant.tenant, { file, tenant, locate })
    else
      errors.push({
        file,
        ...locate(['tenant']),
        path: 'tenant',
        message: `the tenant id ${tenant.tenant} is already used in ${other.file}`,
        hint: 'give each tenant its own id',
      })
  }
  const compiled = [...documents.values()]
  errors.push(...checkTogether(compiled), ...checkCandidates(candidates, documents))
  const byTenant = new Map(candidates.map(({ tenant }) => [tenant.tenant, tenant]))
  const tenants = compiled.map(({ tenant }) => attachCandidate(tenant, byTenant.get(tenant.tenant)))
  return { tenants, errors }
}
