/** Signs a user in: OAuth's authorization code flow with PKCE (RFC 7636), optionally DPoP. */
import { createHash, randomBytes } from 'node:crypto'
import { openBrowser } from './browser.ts'
import {
  CLIENTS,
  type ClientName,
  type Product,
  REDIRECT_URI,
  RESOURCE,
  type Site,
} from './identity-provider.ts'
import { PROVIDER_USERS, type ProviderUserName } from './provider-users.ts'

export interface SignInOptions {
  /** Default: `app`. */
  readonly client?: ClientName
  /** Makes a DPoP proof for this URL: the access token is then bound to its key (RFC 9449). */
  readonly prove?: (url: string) => Promise<string>
}

export interface Tokens {
  readonly idToken: string
  readonly accessToken: string
  readonly refreshToken: string | undefined
}

/** @throws {Error} with what the identity provider responded */
export async function signIn(
  product: Product,
  site: Pick<Site, 'url'>,
  user: ProviderUserName,
  { client = 'app', prove }: SignInOptions = {},
): Promise<Tokens> {
  const { authorization, token } = product.endpoints(site)
  const browser = openBrowser()
  const { password } = PROVIDER_USERS[user]
  const login = await product.logIn(browser, site, { user, password, client })
  if (login.status !== 200) throw new Error(`The login failed: ${login.status} ${login.text}`)

  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client,
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    state: 'state',
    nonce: randomBytes(8).toString('hex'),
    resource: RESOURCE,
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    // glewlwyd: without its page of consent.
    g_continue: '',
  })
  const page = await browser.get(`${authorization}?${query}`)
  const code = page.location?.searchParams.get('code')
  if (!code) throw new Error(`There is no code: ${page.status} ${page.location} ${page.text}`)

  // Without the session's cookie, with which LemonLDAP::NG refuses the request.
  const response = await fetch(token, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client}:${CLIENTS[client]}`).toString('base64')}`,
      ...(prove ? { dpop: await prove(token) } : {}),
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
      resource: RESOURCE,
    }),
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`No tokens: ${response.status} ${text}`)
  const { id_token: idToken, access_token: accessToken, refresh_token } = JSON.parse(text)
  return { idToken, accessToken, refreshToken: refresh_token }
}
