/** The credential provider for AWS SDK v3. */
import { type KeptCredentials, keepCredentials } from './keep-credentials.ts'
import { obtainCredentials } from './obtain-credentials.ts'
import type { AwsCredentials, FromTokenBrokerOptions } from './options.ts'
import { platformNow } from './platform.ts'

const DEFAULT_REFRESH_AHEAD_SECONDS = 600

/** An `AwsCredentialIdentityProvider` of AWS SDK v3, which passes on `forceRefresh`. */
export type TokenBrokerProvider = (properties?: Record<string, unknown>) => Promise<AwsCredentials>

/**
 * Makes a provider that asks the broker when credentials are needed, keeps them, and refreshes them ahead of their
 * expiration in the background. Callers at the same time share one request. While the broker is unreachable, answers 429
 * or 5xx, valid credentials go on being used, and it is asked again after a pause of 1 to 30 seconds, or as `Retry-After`
 * says up to 300; a call that needs new ones meanwhile rejects at once. Once the broker refuses the caller (401, 403), the
 * kept credentials are dropped, and the next call tells why.
 *
 * The provider rejects with a {@link TokenBrokerError}, with what `token` or `onTokenExpired` threw, or with the reason of
 * the aborted `signal`.
 */
export function fromTokenBroker(options: FromTokenBrokerOptions): TokenBrokerProvider {
  const kept = keepBrokerCredentials(options)
  return (properties) => kept.get(properties?.forceRefresh === true)
}

export function keepBrokerCredentials(options: FromTokenBrokerOptions): KeptCredentials {
  const { now = platformNow, refreshAheadSeconds = DEFAULT_REFRESH_AHEAD_SECONDS, signal } = options
  return keepCredentials(() => obtainCredentials(options), { now, refreshAheadSeconds, signal })
}
