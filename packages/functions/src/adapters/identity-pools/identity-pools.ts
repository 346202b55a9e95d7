/**
 * Finds the identities of pools. All of that is loaded with the first request to a pool, from a
 * bundle of its own: most deployments have none. What backends need is in another one.
 */
import {
  BrokerError,
  type DeveloperIdentities,
  type IdentityPools,
  PoolRefusal,
} from '@token-broker/core'
import type { DeveloperIdentitiesOptions } from './developer-identities.ts'
import type { DeveloperSettings } from './open-developer-identities.ts'
import type { PoolIdentitiesOptions } from './pool-identities.ts'

type Refusals = Pick<DeveloperIdentitiesOptions, 'refusal' | 'poolRefusal'>

export interface IdentityPoolsOptions extends Omit<PoolIdentitiesOptions, keyof Refusals> {
  /** URL of the broker. */
  readonly issuer: string
  /** Undefined: the deployment has no table of identities, and no pool has backends. */
  readonly developers: DeveloperSettings | undefined
}

export function createIdentityPools(options: IdentityPoolsOptions): IdentityPools {
  let loaded: Promise<Pick<IdentityPools, 'identify'>> | undefined
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
    developers: createDevelopers(options),
  }
}

function createDevelopers({ developers, ...options }: IdentityPoolsOptions): DeveloperIdentities {
  let loaded: Promise<DeveloperIdentities> | undefined
  const load = async () => {
    if (!developers)
      throw new BrokerError(
        'config_invalid',
        'A pool with developerProvider needs the table of identities; set BROKER_IDENTITIES_TABLE.',
      )
    const { openDeveloperIdentities } = await import('./open-developer-identities.ts')
    return openDeveloperIdentities({
      ...{ ...options, ...developers },
      refusal: (code, message, more) => new BrokerError(code, message, more),
      poolRefusal: (problem, callerMessage, message) =>
        new PoolRefusal(problem, callerMessage, message),
    })
  }
  const open = () => {
    loaded ??= load()
    return loaded
  }
  return {
    verify: async (...request) => (await open()).verify(...request),
    run: async (...request) => (await open()).run(...request),
    identify: async (...request) => (await open()).identify(...request),
  }
}
