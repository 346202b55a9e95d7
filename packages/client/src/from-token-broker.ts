/** The credential provider for AWS SDK for JavaScript v3. */
import { createCredentialCache } from './credential-cache.ts'
import type { AwsCredentials, FromTokenBrokerOptions } from './provider-options.ts'

/**
 * An `AwsCredentialIdentityProvider` of AWS SDK v3. With `{ forceRefresh: true }` it requests new
 * credentials even if the cached ones are valid.
 */
export type TokenBrokerProvider = (properties?: Record<string, unknown>) => Promise<AwsCredentials>

/**
 * Creates a provider that obtains credentials from the broker, caches them, and refreshes them in
 * the background before they expire. Concurrent calls share one request.
 *
 * If the broker is unreachable or responds with 429 or 5xx, valid credentials remain in use. The
 * next request is sent after 1 to 30 seconds, or after the response's `Retry-After`, at most 300
 * seconds; until then, a call that needs new credentials rejects immediately. If the broker refuses
 * the caller (401, 403), the cached credentials are discarded, and the next call rejects with the
 * reason.
 *
 * The provider rejects with a {@link TokenBrokerError}, with an error that `token` or
 * `onTokenExpired` threw, or with the reason of the aborted `signal`.
 */
export function fromTokenBroker(options: FromTokenBrokerOptions): TokenBrokerProvider {
  const cache = createCredentialCache(options)
  return (properties) => cache.get(properties?.forceRefresh === true)
}
