/** The custom credentials provider for AWS Amplify v6. */
import { createCredentialCache } from './credential-cache.ts'
import type { AwsCredentials, FromTokenBrokerOptions } from './provider-options.ts'

export interface ForAmplifyOptions extends Omit<FromTokenBrokerOptions, 'token'> {
  /**
   * Default: the ID token of Amplify's session. A function must not call `fetchAuthSession`, which
   * waits for this provider: both would wait forever.
   */
  readonly token?: FromTokenBrokerOptions['token'] | undefined
}

interface GetOptions {
  readonly forceRefresh?: boolean | undefined
  readonly tokens?: { readonly idToken?: IdToken | undefined } | undefined
}

interface IdToken {
  readonly payload: { readonly iss?: string; readonly sub?: string }
  toString(): string
}

/** Assignable to `CredentialsAndIdentityIdProvider` of `aws-amplify/auth`. */
export interface AmplifyCredentialsProvider {
  /**
   * Resolves to undefined for a guest: there is no option `token`, and Amplify's session has no ID
   * token. Rejects with the same errors as the provider of `fromTokenBroker`.
   */
  getCredentialsAndIdentityId(
    options?: GetOptions,
  ): Promise<{ readonly credentials: AwsCredentials; readonly identityId?: string } | undefined>
  /** Amplify calls it when the user signs out. */
  clearCredentialsAndIdentityId(): void
}

/**
 * Creates a custom credentials provider for `Amplify.configure`. It caches and refreshes as
 * `fromTokenBroker` does, and discards the cached credentials when the user changes.
 */
export function forAmplify(options: ForAmplifyOptions): AmplifyCredentialsProvider {
  let idToken: IdToken | undefined
  const cache = createCredentialCache({
    ...options,
    token: options.token ?? (() => idToken?.toString() ?? ''),
  })
  return {
    async getCredentialsAndIdentityId({ forceRefresh, tokens } = {}) {
      // Compares users, not tokens: one user's token is renewed regularly.
      if (userOf(tokens?.idToken) !== userOf(idToken)) cache.clear()
      idToken = tokens?.idToken
      if (options.token === undefined && idToken === undefined) return undefined
      return { credentials: await cache.get(forceRefresh === true) }
    },
    clearCredentialsAndIdentityId: () => cache.clear(),
  }
}

function userOf(idToken: IdToken | undefined): string | undefined {
  return idToken && JSON.stringify([idToken.payload.iss, idToken.payload.sub])
}
