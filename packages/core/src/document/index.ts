/** The compile step: turns the text of tenant documents into immutable values or errors. */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { formatPath } from '../model/value-path.ts'
import type { AcceptedBoundaries } from './check-created-role.ts'
import { checkShape, withoutUnknownFields } from './check-shape.ts'
import { compileDocument } from './compile-document.ts'
import type { DocumentPath, Problem, TenantDocumentError } from './document-problem.ts'
import { readDocument } from './read-document.ts'

export { formatError, type TenantDocumentError } from './document-problem.ts'
export { tenantsFile, trustsByIssuer } from './write-tenants-file.ts'

/** Nobody fixes more at a time, and locating 100,000 errors in the file would take minutes. */
const MAX_ERRORS = 100

interface CompileResult {
  readonly tenant?: CompiledTenant
  readonly errors: TenantDocumentError[]
  /** Where the tenant id is written. */
  readonly tenantPlace?: { readonly line: number; readonly column: number }
}

export interface CompileOptions {
  /**
   * ARNs of the policies that documents may name as the permissions boundary of a created role.
   * Default: each policy of the role's own account, and none of AWS.
   */
  readonly permissionsBoundaries?: AcceptedBoundaries
}

/** Compiles one document. Where there is any error, there is no tenant. */
export function compileTenant(
  text: string,
  file: string,
  options: CompileOptions = {},
): { tenant?: CompiledTenant; errors: TenantDocumentError[] } {
  const { tenant, errors } = compile(text, file, options)
  return tenant === undefined ? { errors } : { tenant, errors }
}

/** Compiles all documents of a deployment, in which each tenant id may be used once. */
export function compileTenants(
  files: readonly { readonly file: string; readonly text: string }[],
  options: CompileOptions = {},
): {
  tenants: CompiledTenant[]
  errors: TenantDocumentError[]
} {
  const tenants = new Map<string, CompiledTenant>()
  const fileByTenant = new Map<string, string>()
  const errors: TenantDocumentError[] = []
  for (const { file, text } of files) {
    const compiled = compile(text, file, options)
    errors.push(...compiled.errors)
    if (compiled.tenant === undefined) continue
    const id = compiled.tenant.tenant
    const otherFile = fileByTenant.get(id)
    if (otherFile === undefined) {
      tenants.set(id, compiled.tenant)
      fileByTenant.set(id, file)
    } else {
      errors.push({
        file,
        ...compiled.tenantPlace,
        path: 'tenant',
        message: `the tenant id ${id} is already used in ${otherFile}`,
        hint: 'give each tenant its own id',
      })
    }
  }
  return { tenants: [...tenants.values()], errors }
}

function compile(text: string, file: string, options: CompileOptions): CompileResult {
  const document = readDocument(text)
  const problems: Problem[] = document.problems.slice(0, MAX_ERRORS)
  const report = (path: DocumentPath, message: string, hint: string) => {
    if (problems.length < MAX_ERRORS) problems.push({ path, message, hint })
  }
  let tenant: CompiledTenant | undefined
  if (document.value !== undefined) {
    checkShape(document.value, report)
    tenant = compileDocument(
      withoutUnknownFields(document.value),
      options.permissionsBoundaries,
      report,
    )
  }
  const tenantPlace = document.locate(['tenant'])
  if (problems.length === 0 && tenant !== undefined)
    return { tenant, errors: [], ...(tenantPlace ? { tenantPlace } : {}) }
  const errors = problems.map(({ path, message, hint }) => ({
    file,
    ...document.locate(path),
    path: formatPath(path),
    message,
    hint,
  }))
  return {
    errors: errors.filter((error, index) => errors.findIndex((e) => isSame(e, error)) === index),
  }
}

function isSame(a: TenantDocumentError, b: TenantDocumentError): boolean {
  return a.path === b.path && a.message === b.message
}
