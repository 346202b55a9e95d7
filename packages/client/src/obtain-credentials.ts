/** One attempt to obtain credentials: one request, and a second with a new token if it expired. */
import { type CredentialResponse, parseCredentialResponse } from './parse-credential-response.ts'
import { platformFetch, platformNow } from './platform.ts'
import type { AwsCredentials, FromTokenBrokerOptions } from './provider-options.ts'
import { runAbortable } from './run-abortable.ts'
import { signProof } from './sign-proof.ts'
import { TokenBrokerError } from './token-broker-error.ts'

const DEFAULT_TIMEOUT_SECONDS = 10

/** @throws {TokenBrokerError}; what `token` and `onTokenExpired` throw; the reason of `signal` */
export async function obtainCredentials(options: FromTokenBrokerOptions): Promise<AwsCredentials> {
  const tokens = await readTokens(options)
  try {
    return await requestWithTokens(tokens, options)
  } catch (error) {
    const isExpired = error instanceof TokenBrokerError && error.code === 'token_expired'
    const isRenewed = [options.token, options.actorToken].some((one) => typeof one === 'function')
    if (!isExpired || !isRenewed) throw error
    await runAbortable({ signal: options.signal }, () => options.onTokenExpired?.())
    const newTokens = await readTokens(options)
    if (String(newTokens) === String(tokens)) throw error
    return requestWithTokens(newTokens, options)
  }
}

/** The subject token, and that of the actor, if there is one. */
type Tokens = readonly [token: string, actorToken?: string]

async function readTokens(options: FromTokenBrokerOptions): Promise<Tokens> {
  const token = await readToken('token', options)
  // An option that is set and has no value is an error: without an actor, the subject gets more.
  return 'actorToken' in options ? [token, await readToken('actorToken', options)] : [token]
}

async function readToken(
  option: 'token' | 'actorToken',
  { [option]: token, signal }: FromTokenBrokerOptions,
): Promise<string> {
  const value: unknown = typeof token === 'function' ? await runAbortable({ signal }, token) : token
  // `fetch` rejects other characters in a header with an error that quotes the token.
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value
  const found = value ? 'other characters' : 'no token'
  throw new TokenBrokerError(
    'invalid_token',
    `The option "${option}" must be visible ASCII; found ${found}`,
  )
}

/** The loopback rule of `@token-broker/core`, which this package cannot import; a test compares. */
const SAFE_ENDPOINT =
  /^(https:\/\/[^/?#@\s]+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?)(\/[^?#\s]*)?$/i

/** Refuses http over a network, which would expose the token. */
function readEndpoint(endpoint: string): string {
  if (SAFE_ENDPOINT.test(endpoint)) return endpoint.replace(/\/+$/, '')
  // The value is not quoted: it may contain a password.
  throw new TokenBrokerError(
    'invalid_request',
    'The option "endpoint" must be https, or http on loopback, without user, query or fragment',
  )
}

/** The first proof of a bound token has no nonce; the broker then sends one (RFC 9449 §8). */
async function requestWithTokens(
  tokens: Tokens,
  options: FromTokenBrokerOptions,
): Promise<AwsCredentials> {
  const first = await post(tokens, options)
  const isRepeated = options.dpop !== undefined && first.status === 401 && first.nonce !== null
  if (!isRepeated || !first.text.includes('"use_dpop_nonce"'))
    return parseCredentialResponse(first, tokens)
  return parseCredentialResponse(await post(tokens, options, first.nonce ?? ''), tokens)
}

async function post(
  [token, actorToken]: Tokens,
  options: FromTokenBrokerOptions,
  nonce?: string,
): Promise<CredentialResponse & { readonly nonce: string | null }> {
  const { tokenType, tenant, grant, durationSeconds, statements, policy, signal, dpop } = options
  const { actorTokenType } = options
  const { fetch: send = platformFetch, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options
  const url = `${readEndpoint(options.endpoint)}/v1/credentials`
  const now = (options.now ?? platformNow)()
  const proof = dpop && (await signProof(dpop, { url, token, nonce, now }))
  return runAbortable({ signal, timeoutSeconds }, async (requestSignal) => {
    const received = await send(url, {
      method: 'POST',
      headers: {
        // Gateways refuse headers as long as a SAML response.
        ...(tokenType ? {} : { authorization: `${proof ? 'DPoP' : 'Bearer'} ${token}` }),
        ...(proof && { dpop: proof }),
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        ...{ token: tokenType && token, tokenType, actorToken, actorTokenType },
        ...{ tenant, grant, durationSeconds, statements, policy },
      }),
      // A redirect would send the token to another server.
      redirect: 'error',
      signal: requestSignal,
    })
    return {
      status: received.status,
      retryAfter: received.headers.get('retry-after'),
      nonce: received.headers.get('dpop-nonce'),
      text: await received.text(),
    }
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw signal.reason
    throw new TokenBrokerError('unreachable', `The request to ${url} failed; see the cause`, {
      cause,
    })
  })
}
