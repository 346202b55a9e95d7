/**
 * Finds the identities of pools. All of that is loaded with the first request to a pool, from a
 * bundle of its own: most deployments have none.
 */
import { BrokerError, type IdentityPools, PoolRefusal } from '@token-broker/core'
import type { PoolIdentitiesOptions } from './pool-identities.ts'

export function createIdentityPools(
  options: Omit<PoolIdentitiesOptions, 'refusal' | 'poolRefusal'>,
): IdentityPools {
  let loaded: Promise<IdentityPools> | undefined
  const load = async () => {
    const { createPoolIdentities } = await import('./pool-identities.ts')
    return createPoolIdentities({
      ...options,
      refusal: (code, message, retryAfterSeconds) =>
        new BrokerError(
          code,
          message,
          retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
        ),
      poolRefusal: (problem, message) => new PoolRefusal(problem, message),
    })
  }
  return {
    async identify(caller, signal) {
      loaded ??= load()
      return (await loaded).identify(caller, signal)
    },
  }
}
