/** An app with the credential providers of the AWS SDK for JavaScript v3 on one device. */
import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-providers'
import { type PoolDevice, type PoolLocation, providerOf } from './pool-device.ts'

type Provider = ReturnType<typeof fromCognitoIdentity>

/** @returns an app with `fromCognitoIdentityPool`, which stores the id of a guest only */
export function startPoolProviderApp(
  { endpoint, poolId }: PoolLocation,
  storedGuestId?: string,
): PoolDevice {
  const clientConfig = configOf(endpoint)
  const key = `aws:cognito-identity-credentials:${poolId}:ANONYMOUS`
  const stored = new Map(storedGuestId === undefined ? [] : [[key, storedGuestId]])
  const cache = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  }
  const options = { clientConfig, cache, identityPoolId: poolId }
  return {
    session: (token) => sessionOf(fromCognitoIdentityPool({ ...options, ...loginsOf(token) })),
    signOut: async () => stored.clear(),
  }
}

/** @returns an app with `fromCognitoIdentity`, which the app itself gives an id */
export function startIdentityProviderApp(
  { endpoint }: PoolLocation,
  identityId: string,
): PoolDevice {
  const clientConfig = configOf(endpoint)
  return {
    session: (token) =>
      sessionOf(fromCognitoIdentity({ clientConfig, identityId, ...loginsOf(token) })),
    signOut: async () => {},
  }
}

function configOf(endpoint: string) {
  return { endpoint, region: 'eu-west-1' }
}

function loginsOf(token: string | undefined) {
  return token === undefined ? {} : { logins: { [providerOf(token)]: async () => token } }
}

async function sessionOf(provide: Provider) {
  const { identityId, accessKeyId } = await provide()
  return { identityId, accessKeyId }
}
