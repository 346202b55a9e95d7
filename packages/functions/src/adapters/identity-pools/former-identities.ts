/**
 * Asks the pool of Amazon Cognito that an identity pool took the place of which identity its logins
 * had there. The broker loads this file lazily (bundle.ts).
 */
import { GetId$, type GetIdInput, type GetIdResponse } from '@aws-sdk/client-cognito-identity'
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols'
import type { PresentedLogin } from '@token-broker/core'
import type { ProxySettings } from '@token-broker/core/proxy-settings'
import { createSdkCalls, regionalEndpoint } from '../sdk-call.ts'

export interface FormerPoolAccess {
  /** Undefined: AWS's endpoint in the Region of the former pool. */
  readonly endpoint: string | undefined
  readonly proxy: ProxySettings | undefined
}

/**
 * `GetId`, which apps call without a signature. Cognito verifies the tokens again, and creates an
 * identity where the logins have none.
 * @param poolId of the former pool
 * @param logins of one request, all verified; as the client wrote them
 * @returns the id; undefined where the response has none
 * @throws what the SDK throws, for `readSdkError`
 */
export type FindFormerIdentity = (
  poolId: string,
  logins: readonly PresentedLogin[],
  signal: AbortSignal,
) => Promise<string | undefined>

const LIMITS = {
  maxAttempts: 2,
  connectionTimeoutMs: 1_000,
  attemptTimeoutMs: 2_000,
  timeoutMs: 3_000,
}

export function createFormerIdentities({ endpoint, proxy }: FormerPoolAccess): FindFormerIdentity {
  const calls = new Map<string, ReturnType<typeof createCall>>()
  const createCall = (region: string) =>
    createSdkCalls({
      ...LIMITS,
      proxy,
      protocol: new AwsJson1_1Protocol({
        defaultNamespace: 'com.amazonaws.cognitoidentity',
        serviceTarget: 'AWSCognitoIdentityService',
      }),
      endpoint: endpoint ?? regionalEndpoint('cognito-identity', region),
    })<GetIdInput, GetIdResponse>(GetId$)
  return async (poolId, logins, signal) => {
    const region = poolId.slice(0, poolId.indexOf(':'))
    const getId = calls.get(region) ?? createCall(region)
    calls.set(region, getId)
    const Logins = Object.fromEntries(logins.map(({ provider, token }) => [provider, token]))
    return (await getId({ IdentityPoolId: poolId, Logins }, signal)).IdentityId
  }
}
