/** What a client gets in one case of the decision table. */
import { type DecisionRow, preparePool } from './decision-rows.ts'
import type { PoolDevice, PoolLocation } from './pool-device.ts'
import { GUEST_ROLE, type PoolName, type RecordedPools } from './recorded-pools.ts'

/** Starts an app on a device that has an id of an earlier start. */
export type StartApp = (
  location: PoolLocation,
  storedId: string,
) => PoolDevice | Promise<PoolDevice>

/** @returns as {@link DecisionRow.expected}; after an error, what the app's next call gets */
export async function outcomeOfRow(
  { prepare }: DecisionRow,
  start: StartApp,
  pools: RecordedPools,
  pool: PoolName,
): Promise<string> {
  const prepared = preparePool(pools, pool)
  const { storedId, token } = await prepare(prepared)
  const app = await start(pools.locationOf(pool), storedId)
  const attempt = async () => {
    const { identityId } = await app.session(token)
    const record = pools.broker.audit.findLast(
      (one) => one.identityId === identityId && one.outcome === 'issued',
    )
    const session = record?.roleArn === GUEST_ROLE ? 'guest' : 'player'
    return `${await nameOf(identityId)} (${record ? session : 'no record'})`
  }
  const nameOf = async (identityId: string) => {
    const own = token === undefined ? undefined : await prepared.identityOf(token)
    if (identityId === own) return identityId === storedId ? 'J = X' : 'J'
    return identityId === storedId ? 'X' : 'fresh'
  }
  const errorOf = (error: unknown) => (error instanceof Error ? error.name : 'no error')
  return attempt().catch(async (error) => {
    const next = await attempt().catch(errorOf)
    return next === errorOf(error) ? next : `${errorOf(error)}, then ${next}`
  })
}
