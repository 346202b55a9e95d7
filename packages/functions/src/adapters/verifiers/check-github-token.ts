/** Asks GitHub about a token of an app, by the app's own client id and secret. */
import type { AppTokenProfile } from '@token-broker/core'
import { isObject } from '@token-broker/core/strict-json'
import { callWithSecret } from './call-with-secret.ts'
import { presentClaims, readId, readProviderJson } from './provider-response.ts'
import type { CheckOptions, ProviderResponse, Verdict } from './token-check.ts'

/** As GitHub writes times. */
const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/**
 * `/user` alone would accept every token of the user, also one that another app obtained.
 * @see GitHub REST API, "Check a token"
 * @throws the error of a refusal
 */
export async function checkGitHubToken(
  token: string,
  { url: base, clientId, clientSecret }: AppTokenProfile,
  options: CheckOptions,
): Promise<Verdict> {
  const { call, refusal } = options
  const url = `${base}/applications/${encodeURIComponent(clientId)}/token`
  const response = await callWithSecret(clientSecret, options, isAppRefused, (secret) => {
    const credentials = Buffer.from(`${clientId}:${secret}`).toString('base64')
    return call({
      method: 'POST',
      url,
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': 'application/json',
        // GitHub refuses requests without one.
        'user-agent': 'token-broker',
        'x-github-api-version': '2022-11-28',
      },
      body: JSON.stringify({ access_token: token }),
    })
  })
  const { status } = response
  if (isAppRefused(response))
    throw refusal(
      'config_invalid',
      `${url} refused the app (status ${status}); check the secret ${clientSecret}.`,
    )
  if (status === 404 || status === 422)
    return { inactive: `${url}: the token is not valid, or it belongs to another app.` }
  // GitHub's rate limits have either status.
  if (status === 403) throw refusal('throttled', `${url} responded with status 403.`, 1)
  const { app, user, expires_at: expires, scopes } = readProviderJson(response, url, options)
  if (user === null) return { inactive: `${url}: the token is not one of a user.` }
  const [sub, client] = [isObject(user) && readId(user.id), isObject(app) && readId(app.client_id)]
  const isTime = typeof expires === 'string' && UTC_TIME.test(expires)
  if (!isObject(user) || !sub || !client || !(isTime || expires === null))
    throw refusal('issuer_unavailable', `${url} responded without user, app or expires_at.`)
  const exp = isTime ? Date.parse(expires) / 1000 : undefined
  const { login, node_id, type } = user
  return { claims: presentClaims({ sub, client_id: client, exp, login, node_id, type, scopes }) }
}

function isAppRefused({ status }: ProviderResponse): boolean {
  return status === 401
}
