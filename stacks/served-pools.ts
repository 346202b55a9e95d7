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
    own.map((pool) => ({ ...pool, tenant })),
  )
  const linking = pools.filter((pool) => pool.linking)
  const backends = pools.filter(({ developerProvider }) => developerProvider !== undefined)
  if (identityPools === undefined)
    refuseUnserved(pools, 'identity pools', `stage ${stage} has none`, 'identityPools')
  if (identityPools?.linking === false)
    refuseUnserved(
      linking,
      'identity pools with linking',
      `stage ${stage} has no table for them`,
      'identityPools.linking to true',
    )
  if (identityPools?.backends === false)
    refuseUnserved(
      backends,
      'identity pools with developerProvider',
      `stage ${stage} has no key for them`,
      'identityPools.backends to true',
    )
}

function refuseUnserved(
  pools: readonly { readonly id: string; readonly tenant: string }[],
  what: string,
  but: string,
  setting: string,
): void {
  if (pools.length === 0) return
  const list = pools.map(({ id, tenant }) => `\n  ${id}, of tenant ${tenant}`).join('')
  throw new Error(
    `Documents have ${what}, but ${but}. Set its ${setting} in stacks/stages.ts:${list}`,
  )
}
