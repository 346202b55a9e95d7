/** A caller of an identity pool, as the options of a command line state it. */
import {
  type Dependencies,
  IDENTITY_ID_PATTERN,
  POOL_ID_PATTERN,
  type RequestFields,
} from '@token-broker/core'
import { quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'

export type PoolCallerOption = 'pool' | 'provider' | 'identity'

export interface StatedPoolCaller {
  /** Whether the caller presents a token: a guest has none. */
  readonly hasToken: boolean
  request(token: string): NonNullable<RequestFields['pool']>
  /** Real ids are derived from the secret of the pool, which is not needed here. */
  readonly identityPools: Pick<Dependencies['identityPools'], 'identify'>
}

const NO_DIGITS = '00000000-0000-0000-0000-000000000000'

/**
 * @returns undefined for a request without a pool
 * @throws {UsageError} an option that cannot be used
 */
export function readPoolCaller(
  option: CommandCall<PoolCallerOption>['option'],
): StatedPoolCaller | undefined {
  const [pool, provider, identity] = [option('pool'), option('provider'), option('identity')]
  if (pool === undefined) {
    if (provider === undefined && identity === undefined) return undefined
    throw new UsageError('expected --pool ID with the other options of an identity pool')
  }
  requireForm('--pool', pool, POOL_ID_PATTERN, 'the id of an identity pool')
  const id = identity ?? pool.replace(/:.*/, `:${NO_DIGITS}`)
  requireForm('--identity', id, IDENTITY_ID_PATTERN, 'a Region, a colon and a UUID')
  return {
    hasToken: provider !== undefined,
    request: (token) => ({
      pool,
      logins: provider === undefined ? [] : [{ provider, token }],
      adoptsChangedIds: true,
    }),
    identityPools: {
      identify: async ({ logins }) => ({
        ...{ id, pool, provider: logins[0]?.provider ?? '' },
        logins: logins.map((login) => login.provider),
        guest: logins.length === 0,
      }),
    },
  }
}

function requireForm(option: string, text: string, pattern: string, expected: string): void {
  if (!new RegExp(`^${pattern}$`).test(text))
    throw new UsageError(`${option}: expected ${expected}, found ${quote(text)}`)
}
