/** Finds the identities of pools. The broker loads this file lazily (bundle.ts). */
import type { IdentityPools, PoolCaller, PoolIdentity } from '@token-broker/core'
import {
  createGuestId,
  identifyWithoutState,
  type PoolKeys,
} from '@token-broker/core/identity-pool'
import type { SecretStore } from '../secret-store.ts'
import { createFormerPool } from './ask-former-pool.ts'
import { createGuestLimit } from './guest-limit.ts'
import type { IdentityTable } from './linked/identity-table.ts'
import {
  identifyLinkedCaller,
  type LinkedCaller,
  unlinkFromCaller,
} from './linked/linked-identities.ts'
import {
  type LinksAccess,
  type LinksStorage,
  openIdentityTable,
} from './linked/open-identity-table.ts'
import { type LinkRefusals, linkRefusal, linksOfPool } from './linked/pool-links.ts'
import { rememberKeys } from './remember-pool-keys.ts'

export interface PoolIdentitiesOptions extends LinkRefusals, LinksAccess {
  readonly secrets: SecretStore
  /** Undefined: no pool can have linking. */
  readonly storage: LinksStorage | undefined
  /** Undefined: AWS's endpoint in the Region of the former pool. */
  readonly formerPoolEndpoint: string | undefined
  /** Milliseconds, from a clock that is never set back. */
  readonly ageClock: () => number
  /** An unguessable unique id (UUID v4). */
  readonly newId: () => string
}

export function createPoolIdentities(
  options: PoolIdentitiesOptions,
): Pick<IdentityPools, 'identify'> {
  const { now, newId, refusal, poolRefusal } = options
  const keysOf = rememberKeys(options)
  const limitGuests = createGuestLimit(options.ageClock)
  const askFormerPool = createFormerPool({ ...options, endpoint: options.formerPoolEndpoint })

  const createGuest = ({ pool, clientIp }: PoolCaller, keys: PoolKeys, nowSeconds: number) => {
    const perHour = pool.guests?.newPerAddressPerHour ?? 0
    const waitSeconds = limitGuests(pool.id, clientIp, perHour)
    if (waitSeconds !== undefined)
      throw refusal(
        'throttled',
        `The address may get ${perHour} new guests per hour (newPerAddressPerHour).`,
        waitSeconds,
      )
    return { id: createGuestId(keys, nowSeconds, newId), createdAt: Math.floor(nowSeconds) }
  }

  let table: Promise<IdentityTable> | undefined
  const identifyLinked = async (
    caller: PoolCaller,
    keys: PoolKeys,
    nowSeconds: number,
    signal: AbortSignal,
  ): Promise<LinkedCaller | 'new'> => {
    if (options.storage === undefined)
      throw refusal(
        'config_invalid',
        'The identity pool has linking: true, which needs a table; set BROKER_IDENTITIES_TABLE.',
      )
    table ??= openIdentityTable(options.storage, options)
    const links = linksOfPool(await table, caller.pool.id, signal, options)
    const { loginsToRemove } = caller
    const found =
      loginsToRemove === undefined
        ? await identifyLinkedCaller(caller, { keys, nowSeconds }, links, () =>
            askFormerPool(caller, keys, signal),
          )
        : await unlinkFromCaller(caller, loginsToRemove, { keys, nowSeconds }, links)
    if (found === 'new' || !found.refused) return found
    throw linkRefusal(found.refused, options)
  }

  return {
    async identify(caller, signal) {
      const { pool, logins, identityId, adoptsChangedIds, loginsToRemove } = caller
      if (loginsToRemove !== undefined && !pool.linking)
        throw refusal('access_denied', 'Logins cannot be unlinked: the pool has no linking.')
      const keys = await keysOf(pool)
      const nowSeconds = now() / 1000
      const known = pool.linking
        ? await identifyLinked(caller, keys, nowSeconds, signal)
        : identifyWithoutState(caller, keys, nowSeconds)
      const isChanged = known === 'new' || known.id !== identityId
      // Its cache drops the id then, and the next call gets another one with GetId.
      if (identityId !== undefined && isChanged && !adoptsChangedIds)
        throw poolRefusal('not-found', `Identity '${identityId}' not found.`)
      const identity = known === 'new' ? createGuest(caller, keys, nowSeconds) : known
      return {
        ...{ ...identity, pool: pool.id, provider: logins[0]?.provider ?? '' },
        ...{ logins: logins.map(({ provider }) => provider), guest: logins.length === 0 },
        ...(known === 'new' ? { isNew: true } : {}),
      } satisfies PoolIdentity
    },
  }
}
