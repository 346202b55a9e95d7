/**
 * An app with Amplify JS v6 on one device. These are the modules of which the package
 * `aws-amplify` consists as far as sessions are concerned, set up as its `Amplify.configure` does.
 */
import {
  CognitoAWSCredentialsAndIdentityIdProvider,
  cognitoCredentialsProvider,
  DefaultIdentityIdStore,
} from '@aws-amplify/auth/cognito'
import { Amplify, ConsoleLogger, decodeJWT, fetchAuthSession } from '@aws-amplify/core'
import type { PoolDevice, PoolLocation } from './pool-device.ts'

// It warns about every endpoint that is not AWS's.
ConsoleLogger.LOG_LEVEL = 'ERROR'

/**
 * Amplify is a singleton: of several apps in one process, only the newest is in use.
 * @param credentialsProvider Amplify's own, which keeps the id of a guest in the local storage, or
 *   one of {@link createAmplifyStorage}
 */
export function startAmplifyApp(
  { endpoint, poolId }: PoolLocation,
  credentialsProvider: CognitoAWSCredentialsAndIdentityIdProvider = cognitoCredentialsProvider,
): PoolDevice {
  let token: string | undefined
  const getTokens = async () => {
    const jwt = token === undefined ? undefined : decodeJWT(token)
    return jwt ? { idToken: jwt, accessToken: jwt } : null
  }
  const Cognito = { identityPoolId: poolId, identityPoolEndpoint: endpoint, allowGuestAccess: true }
  Amplify.configure(
    { Auth: { Cognito } },
    { Auth: { tokenProvider: { getTokens }, credentialsProvider } },
  )
  return {
    async session(newToken) {
      token = newToken
      const { identityId = '', credentials } = await fetchAuthSession({ forceRefresh: true })
      return { identityId, accessKeyId: credentials?.accessKeyId ?? '' }
    },
    signOut: () => credentialsProvider.clearCredentialsAndIdentityId(),
  }
}

/** The storage of one of several devices, on which a guest may have used the app before. */
export function createAmplifyStorage({ poolId }: PoolLocation, guestId?: string) {
  const key = amplifyKey(poolId)
  const stored = new Map(guestId === undefined ? [] : [[key, guestId]])
  const store = new DefaultIdentityIdStore({
    getItem: async (name) => stored.get(name) ?? null,
    setItem: async (name, value) => void stored.set(name, value),
    removeItem: async (name) => void stored.delete(name),
    clear: async () => stored.clear(),
  })
  return {
    guestId: () => stored.get(key),
    credentialsProvider: new CognitoAWSCredentialsAndIdentityIdProvider(store),
  }
}

/** Under which name Amplify stores the id of a guest. */
export function amplifyKey(poolId: string): string {
  return `com.amplify.Cognito.${poolId}.identityId`
}
