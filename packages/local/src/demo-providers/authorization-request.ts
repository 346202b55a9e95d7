/** What an app asks for when it sends a user to a demo provider. */

/** An app that is registered at a provider. It is a page, so it has no secret (RFC 8252 §8.4). */
export interface RegisteredApp {
  readonly clientId: string
  /** Compared exactly (RFC 9700 §2.1). */
  readonly redirectUris: readonly string[]
  /** As the sign-in page shows it. */
  readonly name: string
}

/** RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string | undefined
  readonly nonce: string | undefined
  readonly codeChallenge: string
}

export type ReadAuthorization =
  | { readonly request: AuthorizationRequest }
  /** The address may be anyone's, so the user sees the problem at the provider. */
  | { readonly shown: 'unknown-app' | 'wrong-redirect-uri' }
  /** The app gets the problem. */
  | { readonly location: string }

/** The base64url form of a SHA-256 digest. */
const CHALLENGE = /^[\w-]{43}$/
const SINGLE = ['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'nonce']
const SINGLE_OF_PKCE = ['code_challenge', 'code_challenge_method']

/**
 * @param accepted the scopes one of which is required; empty: none is
 * @param issuer added to errors as `iss` (RFC 9207); undefined: the provider does not send it
 */
export function readAuthorization(
  query: URLSearchParams,
  app: RegisteredApp,
  accepted: readonly string[],
  issuer?: string,
): ReadAuthorization {
  const redirectUri = query.get('redirect_uri') ?? ''
  if (query.get('client_id') !== app.clientId) return { shown: 'unknown-app' }
  if (!app.redirectUris.includes(redirectUri)) return { shown: 'wrong-redirect-uri' }
  const state = query.get('state') ?? undefined
  const refuse = (error: string, error_description: string) => ({
    location: redirectTo(redirectUri, { error, error_description, state, iss: issuer }),
  })
  const repeated = [...SINGLE, ...SINGLE_OF_PKCE].find((name) => query.getAll(name).length > 1)
  if (repeated !== undefined)
    return refuse('invalid_request', `The parameter ${repeated} is sent more than once.`)
  // Facebook's dialog regards code as the default.
  if ((query.get('response_type') ?? 'code') !== 'code')
    return refuse('unsupported_response_type', 'The response_type must be code.')
  const scopes = (query.get('scope') ?? '').split(/[ ,]/).filter((scope) => scope !== '')
  if (accepted.length > 0 && !scopes.some((scope) => accepted.includes(scope)))
    return refuse('invalid_scope', `The scope must contain one of: ${accepted.join(' ')}.`)
  const codeChallenge = query.get('code_challenge') ?? ''
  // Without PKCE, anyone who sees the code in an address has the user's token (RFC 9700 §2.1.1).
  if (query.get('code_challenge_method') !== 'S256' || !CHALLENGE.test(codeChallenge))
    return refuse('invalid_request', 'Send a code_challenge with code_challenge_method=S256.')
  const nonce = query.get('nonce') ?? undefined
  return { request: { clientId: app.clientId, redirectUri, scopes, state, nonce, codeChallenge } }
}

/** The app's address with parameters of a response; those that are undefined are left out. */
export function redirectTo(
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}
