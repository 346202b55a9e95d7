/** What the documents of two tenants must not both claim. */
import { EXIT } from '../cli-error.ts'
import { TenantError } from './tenant-error.ts'

export interface Conflict {
  /** @param other names the other tenant, as the beginning of a sentence */
  readonly describe: (other: string) => string
  /** What to write instead. */
  readonly hint: string
}

/** @param other as in {@link Conflict.describe} */
export function conflictError(
  tenant: string,
  other: string,
  { describe, hint }: Conflict,
): TenantError {
  return new TenantError(`${tenant}: ${describe(other)}; ${hint}`, EXIT.conflict)
}
