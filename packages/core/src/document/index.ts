/** The compile step: from the text of tenant documents to immutable values, with every error at once. */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { compileParts } from './compile-parts.ts'
import {
  type DocumentPath,
  type Fault,
  formatPath,
  type TenantDocumentError,
} from './document-error.ts'
import { readDocument } from './read-document.ts'
import { shapeFaults, withoutUnknownFields } from './shape.ts'

export { formatError, type TenantDocumentError } from './document-error.ts'
export { trustsByIssuer } from './trusts.ts'
export { tenantsFile } from './write-tenants-file.ts'

/** An operator mends no more at a time, and placing each of 100,000 would take minutes. */
const MAX_ERRORS = 100

interface Compiled {
  readonly tenant?: CompiledTenant
  readonly errors: TenantDocumentError[]
  /** Where the tenant's id stands. */
  readonly place?: { readonly line: number; readonly column: number }
}

/** Compiles one document. The tenant is absent where there is any error. */
export function compileTenant(
  text: string,
  file: string,
): { tenant?: CompiledTenant; errors: TenantDocumentError[] } {
  const { tenant, errors } = compile(text, file)
  return tenant === undefined ? { errors } : { tenant, errors }
}

/** Compiles all documents of a deployment, in which each tenant id may stand once. */
export function compileTenants(
  files: readonly { readonly file: string; readonly text: string }[],
): {
  tenants: CompiledTenant[]
  errors: TenantDocumentError[]
} {
  const tenants = new Map<string, CompiledTenant>()
  const origins = new Map<string, string>()
  const errors: TenantDocumentError[] = []
  for (const { file, text } of files) {
    const compiled = compile(text, file)
    errors.push(...compiled.errors)
    if (compiled.tenant === undefined) continue
    const id = compiled.tenant.tenant
    const other = origins.get(id)
    if (other === undefined) {
      tenants.set(id, compiled.tenant)
      origins.set(id, file)
    } else {
      const message = `the tenant ${id} is also in ${other}`
      errors.push({
        file,
        ...compiled.place,
        path: 'tenant',
        message,
        hint: 'give each tenant an id of its own',
      })
    }
  }
  return { tenants: [...tenants.values()], errors }
}

function compile(text: string, file: string): Compiled {
  const document = readDocument(text)
  const faults: Fault[] = document.faults.slice(0, MAX_ERRORS)
  const report = (path: DocumentPath, message: string, hint: string) => {
    if (faults.length < MAX_ERRORS) faults.push({ path, message, hint })
  }
  let tenant: CompiledTenant | undefined
  if (document.value !== undefined) {
    for (const { path, message, hint } of shapeFaults(document.value)) report(path, message, hint)
    tenant = compileParts(withoutUnknownFields(document.value), report)
  }
  const place = document.locate(['tenant'])
  if (faults.length === 0 && tenant !== undefined)
    return { tenant, errors: [], ...(place ? { place } : {}) }
  const errors = faults.map(({ path, message, hint }) => ({
    file,
    ...document.locate(path),
    path: formatPath(path),
    message,
    hint,
  }))
  return {
    errors: errors.filter((error, index) => errors.findIndex((e) => same(e, error)) === index),
  }
}

function same(a: TenantDocumentError, b: TenantDocumentError): boolean {
  return a.path === b.path && a.message === b.message
}
