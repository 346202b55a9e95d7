/** Asks an issuer whose token it is by UserInfo (OpenID Connect Core §5.3). */
import type { UserInfoProfile } from '@token-broker/core'
import { introspect } from './introspect.ts'
import { readProviderJson } from './provider-response.ts'
import type { CheckOptions, Verdict } from './token-check.ts'

type Claims = Readonly<Record<string, unknown>>

/**
 * What is said about the token, and not about its user. Only the introspection says it: a user may
 * be able to choose a name or a value in the profile that UserInfo returns.
 */
const ABOUT_THE_TOKEN = [
  ...['active', 'aud', 'client_id', 'azp', 'cid', 'appid'],
  ...['exp', 'iat', 'nbf', 'jti', 'scope'],
]
/** Where both responses have one of them, both are about the same subject of the same issuer. */
const COMPARED = ['sub', 'iss']

/** @throws the error of a refusal */
export async function readUserInfo(
  token: string,
  { url, introspection }: UserInfoProfile,
  options: CheckOptions,
): Promise<Verdict> {
  const proof = introspection && (await introspect(token, introspection, options))
  if (proof && 'inactive' in proof) return proof
  const response = await options.call({
    method: 'GET',
    url,
    headers: { authorization: `Bearer ${token}` },
  })
  const { status, contentType = '' } = response
  // RFC 6750 §3.1: invalid_token, insufficient_scope.
  if (status === 401) return { inactive: `${url} does not accept the token (status 401).` }
  if (status === 403)
    return { inactive: `${url} does not accept the token (status 403); it needs the scope openid.` }
  if (/^application\/jwt\b/i.test(contentType))
    throw options.refusal(
      'issuer_unavailable',
      `${url} responded with a signed JWT (OpenID Connect Core §5.3.2), and only JSON is read; ` +
        'register the application at the issuer without userinfo_signed_response_alg.',
    )
  const user = readProviderJson(response, url, options)
  if (proof === undefined) return { claims: user }
  const about = proof.claims
  const isOther = COMPARED.some(
    (name) => user[name] !== undefined && about[name] !== undefined && user[name] !== about[name],
  )
  if (isOther)
    return { inactive: `${url} and the introspection endpoint name different subjects or issuers.` }
  return { claims: { ...withoutTokenMembers(user), ...about } }
}

function withoutTokenMembers(user: Claims): Claims {
  return Object.fromEntries(
    Object.entries(user).filter(([name]) => !ABOUT_THE_TOKEN.includes(name)),
  )
}
