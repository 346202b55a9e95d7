/** One attempt to get credentials: a token, one POST, and once more with a new token if the broker calls it expired. */
import type { AwsCredentials, FromTokenBrokerOptions } from './options.ts'
import { parseAnswer } from './parse-answer.ts'
import { platformFetch } from './platform.ts'
import { TokenBrokerError } from './token-broker-error.ts'
import { waitWithin } from './wait-within.ts'

const DEFAULT_TIMEOUT_SECONDS = 10

/** @throws {TokenBrokerError}; what `token` and `onTokenExpired` throw; the reason of an aborted `signal` */
export async function obtainCredentials(options: FromTokenBrokerOptions): Promise<AwsCredentials> {
  const token = await readToken(options)
  try {
    return await requestCredentials(token, options)
  } catch (error) {
    const expired = error instanceof TokenBrokerError && error.code === 'token_expired'
    if (!expired || typeof options.token === 'string') throw error
    await waitWithin({ signal: options.signal }, () => options.onTokenExpired?.())
    const fresh = await readToken(options)
    if (fresh === token) throw error
    return requestCredentials(fresh, options)
  }
}

async function readToken({ token, signal }: FromTokenBrokerOptions): Promise<string> {
  const value: unknown = typeof token === 'function' ? await waitWithin({ signal }, token) : token
  // What cannot stand in a header would come back quoted in an error of `fetch`.
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value
  throw new TokenBrokerError(
    'invalid_token',
    'The option "token" gave no token, or one with spaces in it',
  )
}

const SAFE_ENDPOINT =
  /^(https:\/\/[^/?#@\s]+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?)(\/[^?#\s]*)?$/i

/** The token is sent there, so not in clear over a network. */
function readEndpoint(endpoint: string): string {
  if (SAFE_ENDPOINT.test(endpoint)) return endpoint.replace(/\/+$/, '')
  throw new TokenBrokerError(
    'invalid_request',
    'The option "endpoint" must be an https URL, or http on the loopback interface, without user, query and fragment',
  )
}

async function requestCredentials(
  token: string,
  options: FromTokenBrokerOptions,
): Promise<AwsCredentials> {
  const { tenant, grant, durationSeconds, statements, signal } = options
  const { fetch: send = platformFetch, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options
  const url = `${readEndpoint(options.endpoint)}/v1/credentials`
  const answer = await waitWithin({ signal, timeoutSeconds }, async (inner) => {
    const response = await send(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ tenant, grant, durationSeconds, statements }),
      // A redirect would carry the token elsewhere.
      redirect: 'error',
      signal: inner,
    })
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      text: await response.text(),
    }
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw signal.reason
    throw new TokenBrokerError('unreachable', 'The token broker did not answer', { cause })
  })
  return parseAnswer(answer, token)
}
