/** Asks Login with Amazon about a token: for which application it is, and whose. */
import type { AmazonProfile } from '@token-broker/core'
import { presentClaims, readId, readProviderJson } from './provider-response.ts'
import type { CheckOptions, Verdict } from './token-check.ts'

/** Of tokens in all regions. */
const AMAZON_ISSUER = 'https://www.amazon.com'

/**
 * @see Login with Amazon, "Implicit Grant": token info, of which `aud` must be compared
 * @throws the error of a refusal
 */
export async function checkAmazonToken(
  token: string,
  { url }: AmazonProfile,
  options: CheckOptions,
): Promise<Verdict> {
  const { call, refusal, now } = options
  const tokenInfo = `${url}/auth/o2/tokeninfo`
  const info = await call({
    method: 'GET',
    url: tokenInfo,
    query: { access_token: token },
    headers: {},
  })
  if (isRefused(info.status))
    return { inactive: `${tokenInfo} does not accept the token (status ${info.status}).` }
  const { iss, aud, user_id, exp, iat, app_id } = readProviderJson(info, tokenInfo, options)
  if (iss !== AMAZON_ISSUER)
    return { inactive: `${tokenInfo} names another issuer than ${AMAZON_ISSUER}.` }
  const [sub, clientId] = [readId(user_id), readId(aud)]
  if (sub === undefined || clientId === undefined || typeof exp !== 'number')
    throw refusal('issuer_unavailable', `${tokenInfo} responded without user_id, aud or exp.`)
  const profile = `${url}/user/profile`
  const user = await call({
    method: 'GET',
    url: profile,
    headers: { authorization: `Bearer ${token}` },
  })
  if (isRefused(user.status) || user.status === 403)
    return {
      inactive:
        `${profile} does not accept the token (status ${user.status}); it needs the scope ` +
        'profile or profile:user_id.',
    }
  const about = readProviderJson(user, profile, options)
  if (readId(about.user_id) !== sub)
    return { inactive: `${tokenInfo} and ${profile} name different users.` }
  const { name, email, postal_code } = about
  // exp is the time that is left, in seconds.
  const expires = Math.floor(now() / 1000 + exp)
  return {
    claims: presentClaims({
      ...{ sub, client_id: clientId, exp: expires, iat, app_id },
      ...{ name, email, postal_code },
    }),
  }
}

/** 400 is what Amazon documents for an invalid token; 401 at the profile. */
function isRefused(status: number): boolean {
  return status === 400 || status === 401
}
