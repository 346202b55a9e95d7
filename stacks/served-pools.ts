/** Whether a stage serves the identity pools of its documents. */
import type { CompiledTenant } from '@token-broker/core'
import type { StageSettings } from './stage-settings.ts'

/**
 * Documents of the table are not known here; the broker refuses requests to a pool with linking
 * where it has no table of identities.
 * @throws {Error} naming the pools that the stage does not serve
 */
export function checkServedPools(
  { identityPools }: Pick<StageSettings, 'identityPools'>,
  tenants: readonly CompiledTenant[],
  stage: string,
): void {
  const pools = tenants.flatMap(({ tenant, identityPools: own = [] }) =>
    own.map(({ id, linking }) => ({ linking, text: `\n  ${id}, of tenant ${tenant}` })),
  )
  const linking = pools.filter((pool) => pool.linking)
  if (identityPools === undefined && pools.length > 0)
    throw new Error(
      `Documents have identity pools, but stage ${stage} has none. Set its identityPools in ` +
        `stacks/stages.ts:${listOf(pools)}`,
    )
  if (identityPools?.linking === false && linking.length > 0)
    throw new Error(
      `Documents have identity pools with linking, but stage ${stage} has no table for them. Set ` +
        `its identityPools.linking to true in stacks/stages.ts:${listOf(linking)}`,
    )
}

function listOf(pools: readonly { readonly text: string }[]): string {
  return pools.map(({ text }) => text).join('')
}
