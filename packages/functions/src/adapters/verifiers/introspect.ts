/** Asks an issuer about a token by OAuth 2.0 Token Introspection (RFC 7662). */
import type { IntrospectionClient } from '@token-broker/core'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { callWithSecret } from './call-with-secret.ts'
import { authenticateClient } from './client-authentication.ts'
import { readProviderJson } from './provider-response.ts'
import type { CheckOptions, ProviderResponse, Verdict } from './token-check.ts'

/** RFC 7662 §2.2: the server says no more about why, so that nobody can learn about tokens. */
const INACTIVE =
  'The issuer says that the token is not active: expected "active": true, found false; it has ' +
  'expired or was revoked, or it belongs to another client: get a new token, or check clientId.'

const CLIENT_ERRORS: readonly unknown[] = ['invalid_client', 'unauthorized_client']

/** @throws the error of a refusal */
export async function introspect(
  token: string,
  client: IntrospectionClient,
  options: CheckOptions,
): Promise<Verdict> {
  const { refusal, call } = options
  const { url, clientId, clientSecret, method } = client
  const response = await callWithSecret(clientSecret, options, isClientRefused, (secret) => {
    const { headers, fields } = authenticateClient(client, secret, options)
    return call({
      method: 'POST',
      url,
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, ...fields }).toString(),
    })
  })
  if (isClientRefused(response))
    throw refusal(
      'config_invalid',
      `${url} refused the client ${clientId} (status ${response.status}); check the secret ` +
        `${clientSecret} and the method ${method}.`,
    )
  const claims = readProviderJson(response, url, options)
  if (claims.active === true) return { claims }
  if (claims.active === false) return { inactive: INACTIVE }
  throw refusal('issuer_unavailable', `${url} responded without "active": true or false.`)
}

/**
 * RFC 7662 §2.3 requires status 401, but a client that is refused by a secret in the form may get
 * 400 (RFC 6749 §5.2), as from LemonLDAP::NG.
 */
function isClientRefused({ status, body }: ProviderResponse): boolean {
  if (status === 401 || status === 403) return true
  return status === 400 && CLIENT_ERRORS.includes(oauthErrorOf(body))
}

function oauthErrorOf(body: string): unknown {
  try {
    return parseStrictObject(body).error
  } catch {
    return undefined
  }
}
