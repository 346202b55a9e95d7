/** Whether pages of the request's origin may read a response; where they may not, it is logged. */
import type { TenantStore } from '@token-broker/core'
import type { createDeniedOrigins, DeniedOriginsOptions } from './denied-origins.ts'
import type { HttpRequest } from './http.ts'

export interface OriginParts {
  readonly tenants: Pick<TenantStore, 'load'>
  /** Whether any tenant lets pages of this origin call. */
  readonly allowsOrigin: (origin: string) => Promise<boolean>
  /** Must not throw. */
  readonly reportDeniedOrigin: ReturnType<typeof createDeniedOrigins>
}

/** What logs blocked origins is loaded with the first of them. */
export function createOriginReporter(
  options: DeniedOriginsOptions,
): OriginParts['reportDeniedOrigin'] {
  let loaded: Promise<OriginParts['reportDeniedOrigin']> | undefined
  return async (origin, tenant) => {
    try {
      loaded ??= import('./denied-origins.ts').then((file) => file.createDeniedOrigins(options))
      const report = await loaded
      await report(origin, tenant)
    } catch {
      // The line only explains: the response is the same without it.
    }
  }
}

/** Whether the tenant lets pages of this origin call. */
export async function isOriginOf(
  name: string | undefined,
  { headers: { origin } }: HttpRequest,
  parts: OriginParts,
): Promise<boolean> {
  if (origin === undefined || name === undefined) return false
  const tenant = await parts.tenants.load(name).catch(() => undefined)
  if (!tenant) return false
  const { allowedOrigins: origins = [] } = tenant
  if (origins.includes(origin)) return true
  await parts.reportDeniedOrigin(origin, { name, origins })
  return false
}

/** Whether any tenant does. If the store cannot be read, no origin is allowed. */
export async function isOriginAllowed(
  { headers: { origin } }: HttpRequest,
  parts: OriginParts,
): Promise<boolean> {
  if (origin === undefined) return false
  const allowed = await parts.allowsOrigin(origin).catch(() => undefined)
  if (allowed === false) await parts.reportDeniedOrigin(origin, undefined)
  return allowed ?? false
}
