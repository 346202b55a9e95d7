/** The login of a backend's user: the OpenID token that the pool itself signed for the backend. */
import { BrokerError } from '../model/broker-error.ts'
import { invalidRequest } from '../model/credential-request.ts'
import type { CompiledPool } from '../model/identity-pool.ts'
import type { PoolRequest } from '../model/pool-identity.ts'

/** SDKs have these names in their code, the second one for China. */
const POOL_PROVIDERS = [
  'cognito-identity.amazonaws.com',
  'cognito-identity.cn-north-1.amazonaws.com.cn',
]

/**
 * @returns the token, and the identity that the client wants; undefined: the request has none
 * @throws {BrokerError} `invalid_token` in `GetId`, which would create an identity for an identity,
 *   and in `UnlinkIdentity`;
 *   `invalid_request` beside other logins; `issuer_untrusted` where the pool has no such users
 */
export function readOpenIdLogin(
  { developerProvider }: CompiledPool,
  { logins, identityId, loginsToRemove }: PoolRequest,
): { readonly token: string; readonly identityId: string } | undefined {
  const own = logins.find(({ provider }) => POOL_PROVIDERS.includes(provider))
  if (!own) return undefined
  if (developerProvider === undefined)
    throw refuse(
      'issuer_untrusted',
      'Token is not from a supported provider of this identity pool.',
    )
  // In UnlinkIdentity, a backend would unlink what only the user's own logins may.
  if (identityId === undefined || loginsToRemove !== undefined)
    throw refuse('invalid_token', "Invalid login token. Can't pass in a Cognito token.")
  if (logins.length > 1)
    throw invalidRequest('Send the OpenID token of the pool as the only login.')
  return { token: own.token, identityId }
}

function refuse(code: 'issuer_untrusted' | 'invalid_token', message: string): BrokerError {
  return new BrokerError(code, message, { callerMessage: message })
}
