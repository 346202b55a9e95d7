/** Which identity new logins had in the pool of Amazon Cognito that an identity pool replaces. */
import type { PoolCaller, RefusalCode } from '@token-broker/core'
import { mayBeUserId, type PoolKeys } from '@token-broker/core/identity-pool'
import { readSdkError, refusalCodeOf } from '../sdk-error.ts'
import type { FindFormerIdentity, FormerPoolAccess } from './former-identities.ts'
import type { LinkRefusals } from './linked/pool-links.ts'

/** @returns undefined where the pool has no former pool */
export type AskFormerPool = (
  caller: PoolCaller,
  keys: PoolKeys,
  signal: AbortSignal,
) => Promise<string | undefined>

const CODES: Readonly<Record<string, RefusalCode>> = {
  InvalidParameterException: 'access_denied',
  LimitExceededException: 'throttled',
  NotAuthorizedException: 'access_denied',
  ResourceConflictException: 'access_denied',
  ResourceNotFoundException: 'config_invalid',
  TooManyRequestsException: 'throttled',
}

/**
 * A failure refuses the request: with another id, the user would never find the former data again.
 * @throws the refusal that `options` creates
 */
export function createFormerPool(
  options: FormerPoolAccess & Pick<LinkRefusals, 'refusal'>,
): AskFormerPool {
  const { refusal } = options
  let loaded: Promise<FindFormerIdentity> | undefined
  const load = async () => {
    const { createFormerIdentities } = await import('./former-identities.ts')
    return createFormerIdentities(options)
  }
  const refuse = (error: unknown): never => {
    const { code, status, text } = readSdkError(error)
    throw refusal(CODES[code] ?? refusalCodeOf(status, 'config_invalid'), `Former pool: ${text}`)
  }
  return async ({ pool: { formerPool }, logins }, keys, signal) => {
    if (formerPool === undefined) return undefined
    loaded ??= load()
    const find = await loaded
    const presented = logins.flatMap((login) => login.presented ?? [])
    const id = await find(formerPool, presented, signal).catch(refuse)
    if (id !== undefined && mayBeUserId(keys, id)) return id
    throw refusal('upstream_unavailable', 'The former pool returned no id that a user can have.')
  }
}
