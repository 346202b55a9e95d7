/** The secrets that tenant documents name: those of one prefix in Secrets Manager per stage. */
import type { CompiledTenant } from '@token-broker/core'

/**
 * Operators create the secrets themselves, such as `token-broker/production/acme-idp`, so that no
 * value is ever in a document or in the state of a deployment.
 * @returns undefined where no document names a secret
 */
export function secretsPrefix(
  tenants: readonly CompiledTenant[],
  { name, stage }: { readonly name: string; readonly stage: string },
): string | undefined {
  const isNamed = tenants.some(({ opaqueIssuers = [] }) => opaqueIssuers.length > 0)
  return isNamed ? `${name}/${stage}/` : undefined
}
