/** Calls the operations of a pool without a client, as an attacker or a test's preparation does. */
import { type PoolLocation, providerOf } from './pool-device.ts'

export interface PoolResponse {
  readonly status: number
  readonly body: {
    readonly IdentityId?: string
    readonly Token?: string
    readonly __type?: string
    readonly message?: string
  }
}

export async function callPool(
  { endpoint }: Pick<PoolLocation, 'endpoint'>,
  operation: string,
  input: object,
): Promise<PoolResponse> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityService.${operation}`,
    },
    body: JSON.stringify(input),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

/** @returns the member `Logins`, or nothing for a guest */
export function loginMap(token: string | undefined): { readonly Logins?: object } {
  return token === undefined ? {} : { Logins: { [providerOf(token)]: token } }
}
