/** The keys of pools, derived from their secrets. */
import type { CompiledPool, RefusalCode } from '@token-broker/core'
import { derivePoolKeys, type PoolKeys } from '@token-broker/core/identity-pool'
import { createLruMap } from '../caching.ts'
import type { SecretStore } from '../secret-store.ts'

interface PoolKeysOptions {
  readonly secrets: SecretStore
  readonly refusal: (code: RefusalCode, message: string) => Error
}

/** Of pools; each has some hundred bytes. */
const MAX_POOLS = 1_000

/** Deriving keys costs more than using them, so those of a secret are kept while it is the same. */
export function rememberKeys({
  secrets,
  refusal,
}: PoolKeysOptions): (pool: CompiledPool) => Promise<PoolKeys> {
  const known = createLruMap<{ readonly secret: string; readonly keys: PoolKeys }>(MAX_POOLS)
  return async ({ id, secret: name }) => {
    const secret = await secrets.get(name)
    const entry = known.get(id)
    if (entry?.secret === secret) return entry.keys
    const keys = derivePoolKeys(id, secret)
    if (keys === undefined)
      throw refusal(
        'config_invalid',
        `The secret ${name} of an identity pool must have 32 characters or more; where it is ` +
          'several secrets, separate them by white space, and make each of them that long.',
      )
    known.set(id, { secret, keys })
    return keys
  }
}
