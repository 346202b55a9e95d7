/** Finds the identities of pools. The broker loads this file lazily (bundle.ts). */
import type { IdentityPools, PoolCaller, PoolChange, PoolIdentity } from '@token-broker/core'
import {
  createGuestId,
  identifyWithoutState,
  type PoolKeys,
} from '@token-broker/core/identity-pool'
import type { LinkingTable } from '@token-broker/core/linking'
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
import { previewLinks } from './linked/preview-links.ts'
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

/** In place of an id that is not known before it is created; no identity has it. */
const NO_ID = '00000000-0000-0000-0000-000000000000'

export function createPoolIdentities(
  options: PoolIdentitiesOptions,
): Pick<IdentityPools, 'identify'> {
  const { now, newId, refusal, poolRefusal } = options
  const keysOf = rememberKeys(options)
  const limitGuests = createGuestLimit(options.ageClock)
  const askFormerPool = createFormerPool({ ...options, endpoint: options.formerPoolEndpoint })

  const createGuest = (
    { pool, clientIp, readOnly }: PoolCaller,
    keys: PoolKeys,
    nowSeconds: number,
  ) => {
    const createdAt = Math.floor(nowSeconds)
    // A real id would be a guest, whom the limit does not count.
    if (readOnly) return { id: `${keys.region}:${NO_ID}`, createdAt }
    const perHour = pool.guests?.newPerAddressPerHour ?? 0
    const waitSeconds = limitGuests(pool.id, clientIp, perHour)
    if (waitSeconds !== undefined)
      throw refusal(
        'throttled',
        `The address may get ${perHour} new guests per hour (newPerAddressPerHour).`,
        waitSeconds,
      )
    return { id: createGuestId(keys, nowSeconds, newId), createdAt }
  }

  let table: Promise<IdentityTable> | undefined
  const identifyLinked = async (
    caller: PoolCaller,
    keys: PoolKeys,
    nowSeconds: number,
    signal: AbortSignal,
  ): Promise<(LinkedCaller & { readonly wouldChange?: PoolChange }) | 'new'> => {
    if (options.storage === undefined)
      throw refusal(
        'config_invalid',
        'The identity pool has linking: true, which needs a table; set BROKER_IDENTITIES_TABLE.',
      )
    table ??= openIdentityTable(options.storage, options)
    const links = linksOfPool(await table, caller.pool.id, signal, options)
    if (caller.readOnly) return previewLinked(caller, { keys, nowSeconds }, links)
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

  /**
   * The former pool is not asked, because Cognito would create an identity there, so the id of a
   * login that it may know is not known here.
   */
  const previewLinked = async (
    caller: PoolCaller,
    keys: { readonly keys: PoolKeys; readonly nowSeconds: number },
    links: LinkingTable,
  ) => {
    const preview = previewLinks(links)
    let isFormer = false
    const found = await identifyLinkedCaller(caller, keys, preview.table, async () => {
      isFormer = true
      return undefined
    })
    if (found === 'new') return found
    if (found.refused) throw linkRefusal(found.refused, options)
    if (isFormer)
      return { ...found, id: `${keys.keys.region}:${NO_ID}`, wouldChange: 'create' as const }
    const wouldChange = preview.changeOf(found.id)
    return { ...found, ...(wouldChange ? { wouldChange } : {}) }
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
        ...(known === 'new' ? newIdentity(caller) : {}),
      } satisfies PoolIdentity
    },
  }
}

function newIdentity({ readOnly }: PoolCaller): Pick<PoolIdentity, 'isNew' | 'wouldChange'> {
  return readOnly ? { wouldChange: 'create' } : { isNew: true }
}
