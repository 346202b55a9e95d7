/** Calls an issuer with a secret that may be rotated at any time. */
import type { CheckOptions, ProviderResponse } from './token-check.ts'

/**
 * A secret that the issuer refuses is read again once, because it may have been rotated.
 * @param call sends the request with the value of the secret
 * @throws what `call` and the store of secrets throw
 */
export async function callWithSecret(
  name: string,
  { secrets }: Pick<CheckOptions, 'secrets'>,
  isRefused: (response: ProviderResponse) => boolean,
  call: (secret: string) => Promise<ProviderResponse>,
): Promise<ProviderResponse> {
  const secret = await secrets.get(name)
  const response = await call(secret)
  if (!isRefused(response)) return response
  const current = await secrets.get(name, { isRefused: true })
  return current === secret ? response : call(current)
}
