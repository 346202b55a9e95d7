/** Asks an issuer about a token by OAuth 2.0 Token Introspection (RFC 7662). */
import type { IntrospectionProfile } from '@token-broker/core'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { authenticateClient } from './client-authentication.ts'
import type { ProviderCalls, ProviderResponse } from './provider-call.ts'
import type { TokenCheckOptions, Verdict } from './token-check.ts'

type IntrospectionOptions = Pick<TokenCheckOptions, 'secrets' | 'refusal' | 'now' | 'newId'> & {
  readonly calls: ProviderCalls
}

/** RFC 7662 §2.2: the server says no more about why, so that nobody can learn about tokens. */
const INACTIVE =
  'The issuer says that the token is not active: it is inactive, or it belongs to another client.'

/**
 * A secret that the issuer refuses is read again once, because it may have been rotated.
 * @throws the error of a refusal
 */
export async function introspect(
  token: string,
  profile: IntrospectionProfile,
  options: IntrospectionOptions,
): Promise<Verdict> {
  const { secrets, refusal } = options
  const { url, clientId, clientSecret, method } = profile
  const secret = await secrets.get(clientSecret)
  let response = await post(token, secret, profile, options)
  if (isClientRefused(response)) {
    const current = await secrets.get(clientSecret, { isRefused: true })
    if (current !== secret) response = await post(token, current, profile, options)
  }
  const { status, body } = response
  if (isClientRefused(response))
    throw refusal(
      'config_invalid',
      `${url} refused the client ${clientId} (status ${status}); check the secret ` +
        `${clientSecret} and the method ${method}.`,
    )
  if (status === 429) throw refusal('throttled', `${url} responded with status 429.`, 1)
  if (status !== 200) throw refusal('issuer_unavailable', `${url} responded with status ${status}.`)
  return readVerdict(body, url, options)
}

function isClientRefused({ status }: ProviderResponse): boolean {
  return status === 401 || status === 403
}

async function post(
  token: string,
  secret: string,
  profile: IntrospectionProfile,
  options: IntrospectionOptions,
): Promise<ProviderResponse> {
  const { headers, fields } = authenticateClient(profile, secret, options)
  return options.calls.post(profile.url, {
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token, ...fields }).toString(),
  })
}

function readVerdict(
  body: string,
  url: string,
  { refusal }: Pick<IntrospectionOptions, 'refusal'>,
): Verdict {
  let response: Record<string, unknown>
  try {
    response = parseStrictObject(body)
  } catch (error) {
    // Other errors quote the text, which is about a user.
    const problem = error instanceof SyntaxError ? error.message : 'is not JSON'
    throw refusal('issuer_unavailable', `${url} responded with a body that ${problem}.`)
  }
  if (response.active === true) return { json: body }
  if (response.active === false) return { inactive: INACTIVE }
  throw refusal('issuer_unavailable', `${url} responded without "active": true or false.`)
}
