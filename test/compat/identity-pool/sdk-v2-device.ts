/** An app with `AWS.CognitoIdentityCredentials` of the AWS SDK for JavaScript v2 on one device. */
import AWS from 'aws-sdk/global.js'
import { type PoolDevice, type PoolLocation, providerOf } from './pool-device.ts'

/** @param storedId the id that the app kept of an earlier start */
export function startSdkV2App({ endpoint, poolId }: PoolLocation, storedId?: string): PoolDevice {
  const credentials = new AWS.CognitoIdentityCredentials(
    { IdentityPoolId: poolId, ...(storedId === undefined ? {} : { IdentityId: storedId }) },
    { region: 'eu-west-1', ...{ endpoint } },
  )
  return {
    async session(token) {
      // The way of AWS's guide to add a login to the identity in use.
      if (token === undefined) Reflect.deleteProperty(credentials.params, 'Logins')
      else Object.assign(credentials.params, { Logins: { [providerOf(token)]: token } })
      credentials.expired = true
      await credentials.getPromise()
      return { identityId: credentials.identityId, accessKeyId: credentials.accessKeyId }
    },
    signOut: async () => credentials.clearCachedId(),
  }
}
