/** Which identity a caller of a pool without linking has: a function of the pool's secret alone. */
import type { PoolCaller } from '../model/pool-identity.ts'
import { deriveUserId, readGuestId } from './identity-ids.ts'
import type { PoolKeys } from './pool-keys.ts'

/** An identity that exists already, or always did. */
export interface KnownIdentity {
  readonly id: string
  /** Seconds since the epoch; only of guests. */
  readonly createdAt?: number
}

/**
 * The id that the client has stored is only a hint: a login has its own identity, whichever id
 * comes with it, and a guest that does not exist here becomes a new one. Amazon Cognito refuses
 * both, and its clients then never forget the id (amplify-js#2945, #3627, #4101, #5696).
 * @returns `new`: the caller is a guest who has no identity yet
 */
export function identifyWithoutState(
  { logins, identityId }: Pick<PoolCaller, 'logins' | 'identityId'>,
  keys: PoolKeys,
  nowSeconds: number,
): KnownIdentity | 'new' {
  const [deciding] = logins
  if (deciding) return { id: deriveUserId(keys, deciding) }
  const createdAt = identityId === undefined ? undefined : readGuestId(keys, identityId, nowSeconds)
  return identityId === undefined || createdAt === undefined ? 'new' : { id: identityId, createdAt }
}
