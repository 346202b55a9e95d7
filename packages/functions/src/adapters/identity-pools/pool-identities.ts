/** Finds the identities of pools. The broker loads this file lazily (bundle.ts). */
import type {
  IdentityPools,
  PoolCaller,
  PoolIdentity,
  PoolProblem,
  RefusalCode,
} from '@token-broker/core'
import {
  createGuestId,
  identifyWithoutState,
  type PoolKeys,
} from '@token-broker/core/identity-pool'
import type { SecretStore } from '../secret-store.ts'
import { createGuestLimit } from './guest-limit.ts'
import { rememberKeys } from './remember-pool-keys.ts'

export interface PoolIdentitiesOptions {
  readonly secrets: SecretStore
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds, from a clock that is never set back. */
  readonly ageClock: () => number
  /** An unguessable unique id (UUID v4). */
  readonly newId: () => string
  /** Refusals of the main bundle, whose classes another bundle must not have a copy of. */
  readonly refusal: (code: RefusalCode, message: string, retryAfterSeconds?: number) => Error
  readonly poolRefusal: (problem: PoolProblem, message: string) => Error
}

export function createPoolIdentities(
  options: PoolIdentitiesOptions,
): Pick<IdentityPools, 'identify'> {
  const { now, newId, refusal, poolRefusal } = options
  const keysOf = rememberKeys(options)
  const limitGuests = createGuestLimit(options.ageClock)

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

  return {
    async identify(caller) {
      const { pool, logins, identityId, adoptsChangedIds } = caller
      const keys = await keysOf(pool)
      const nowSeconds = now() / 1000
      const known = identifyWithoutState(caller, keys, nowSeconds)
      const isChanged = known === 'new' || known.id !== identityId
      // Its cache drops the id then, and the next call gets another one with GetId.
      if (identityId !== undefined && isChanged && !adoptsChangedIds)
        throw poolRefusal('not-found', `Identity '${identityId}' not found.`)
      const { id, createdAt } = known === 'new' ? createGuest(caller, keys, nowSeconds) : known
      return {
        ...{ id, pool: pool.id, provider: logins[0]?.provider ?? '' },
        ...{ logins: logins.map(({ provider }) => provider), guest: logins.length === 0 },
        ...(createdAt === undefined ? {} : { createdAt }),
        ...(known === 'new' ? { isNew: true } : {}),
      } satisfies PoolIdentity
    },
  }
}
