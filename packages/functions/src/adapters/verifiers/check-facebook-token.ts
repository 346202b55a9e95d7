/** Asks Facebook about a token of an app, by the access token of the app itself. */
import type { AppTokenProfile } from '@token-broker/core'
import { isObject, parseStrictObject } from '@token-broker/core/strict-json'
import { callWithSecret } from './call-with-secret.ts'
import { presentClaims, readId, readProviderJson } from './provider-response.ts'
import type { CheckOptions, ProviderResponse, Verdict } from './token-check.ts'

/** Graph API, "Handle Errors": the access token, which is the app's own, is not valid. */
const APP_REFUSED = [101, 190]
/** Invalid parameter: the token is of another app ("did not match the Viewing App"). */
const OTHER_APP = 100
const RATE_LIMITS = [4, 17, 32, 613]

/**
 * `/me` alone would accept every token of the user, also one that another app obtained.
 * @see Graph API, `/debug_token`
 * @throws the error of a refusal
 */
export async function checkFacebookToken(
  token: string,
  { url: base, clientId, clientSecret }: AppTokenProfile,
  options: CheckOptions,
): Promise<Verdict> {
  const { call, refusal } = options
  const url = `${base}/debug_token`
  const response = await callWithSecret(clientSecret, options, isAppRefused, (secret) =>
    call({
      method: 'GET',
      url,
      query: { input_token: token, access_token: `${clientId}|${secret}` },
      headers: {},
    }),
  )
  if (isAppRefused(response))
    throw refusal(
      'config_invalid',
      `${url} refused the app ${clientId}; check the secret ${clientSecret}.`,
    )
  const code = errorCodeOf(response)
  if (code === OTHER_APP) return { inactive: `${url}: the token belongs to another app.` }
  if (code !== undefined && RATE_LIMITS.includes(code))
    throw refusal('throttled', `${url} responded with the error code ${code}.`, 1)
  const { data } = readProviderJson(response, url, options)
  if (!isObject(data) || typeof data.is_valid !== 'boolean')
    throw refusal('issuer_unavailable', `${url} responded without "is_valid": true or false.`)
  if (!data.is_valid) return { inactive: `${url}: the token is not valid.` }
  // Tokens of pages and of apps have no user of their own.
  if (data.type !== 'USER') return { inactive: `${url}: the token is not one of a user.` }
  const { user_id, app_id, expires_at, issued_at, application, scopes } = data
  const [sub, app] = [readId(user_id), readId(app_id)]
  if (sub === undefined || app === undefined || typeof expires_at !== 'number')
    throw refusal('issuer_unavailable', `${url} responded without user_id, app_id or expires_at.`)
  const exp = expires_at === 0 ? undefined : expires_at
  return {
    claims: presentClaims({
      ...{ sub, client_id: app, exp },
      ...{ issued_at, application, scopes },
    }),
  }
}

function isAppRefused(response: ProviderResponse): boolean {
  const code = errorCodeOf(response)
  return code !== undefined && APP_REFUSED.includes(code)
}

/** @returns undefined for a response that is not an error of the Graph API */
function errorCodeOf({ status, body }: ProviderResponse): number | undefined {
  if (status === 200) return undefined
  try {
    const { error } = parseStrictObject(body)
    return isObject(error) && typeof error.code === 'number' ? error.code : undefined
  } catch {
    return undefined
  }
}
