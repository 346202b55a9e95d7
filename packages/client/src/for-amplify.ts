/** The custom credentials provider for AWS Amplify (v6), whose own session may be where the token comes from. */
import { keepBrokerCredentials } from './from-token-broker.ts'
import type { AwsCredentials, FromTokenBrokerOptions } from './options.ts'

export interface ForAmplifyOptions extends Omit<FromTokenBrokerOptions, 'token'> {
  /**
   * Default: the ID token of the session that Amplify hands over. A function must not call `fetchAuthSession`, which waits
   * for this provider: neither would ever end.
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

/** `CredentialsAndIdentityIdProvider` of `aws-amplify/auth`. */
export interface AmplifyCredentialsProvider {
  /** Undefined for a guest: neither the option nor Amplify's session has a token. Otherwise as the provider of the SDK. */
  getCredentialsAndIdentityId(
    options?: GetOptions,
  ): Promise<{ readonly credentials: AwsCredentials; readonly identityId?: string } | undefined>
  /** Amplify calls it when the user signs out. */
  clearCredentialsAndIdentityId(): void
}

export function forAmplify(options: ForAmplifyOptions): AmplifyCredentialsProvider {
  let idToken: IdToken | undefined
  const kept = keepBrokerCredentials({
    ...options,
    token: options.token ?? (() => idToken?.toString() ?? ''),
  })
  return {
    async getCredentialsAndIdentityId({ forceRefresh, tokens } = {}) {
      // Whoever signs in next must not get what the last user left; the same user's token is renewed now and then.
      if (userOf(tokens?.idToken) !== userOf(idToken)) kept.clear()
      idToken = tokens?.idToken
      if (options.token === undefined && idToken === undefined) return undefined
      return { credentials: await kept.get(forceRefresh === true) }
    },
    clearCredentialsAndIdentityId: () => kept.clear(),
  }
}

function userOf(idToken: IdToken | undefined): string | undefined {
  return idToken && JSON.stringify([idToken.payload.iss, idToken.payload.sub])
}
