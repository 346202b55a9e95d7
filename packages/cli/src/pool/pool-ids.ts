/** Reads ids of identity pools and of identities from a command line. */
import { quote, UsageError } from '../cli-error.ts'

const ID = /^(?=.{1,55}$)[\w-]+:[0-9a-f-]+$/
const EXAMPLE = 'eu-central-1:11111111-2222-4333-8444-555555555555'

/** @throws {UsageError} */
export function readPoolId(pool: string | undefined): string {
  if (pool !== undefined && ID.test(pool)) return pool
  throw new UsageError(
    `--pool: expected the id of an identity pool, such as ${EXAMPLE}, found ` +
      quote(pool ?? 'nothing'),
  )
}

/**
 * The identities of a pool begin as the pool does.
 * @throws {UsageError}
 */
export function readIdentityId(id: string, pool: string): string {
  const [region = ''] = pool.split(':')
  if (ID.test(id) && id.startsWith(`${region}:`) && id !== pool) return id
  throw new UsageError(
    `expected the id of an identity of the pool, which begins with ${region}: and is not the ` +
      `pool's own, found ${quote(id)}`,
  )
}
