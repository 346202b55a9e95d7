/** Signs in at the demo providers of the game as a page does: with a click, a code and PKCE. */
import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { startDemoProviders } from '../../packages/local/src/demo-providers/start-demo-providers.ts'
import { closeAfterTests } from '../fixtures/index.ts'

export const PAGE_ORIGIN = 'http://127.0.0.1:8792'
export const REDIRECT_URI = `${PAGE_ORIGIN}/`
export const FACETS_SECRET = 'canary-secret-of-the-app-at-facets'
export const CLIENT_IDS = {
  riverbend: 'amzn1.application-oa2-client.1234567890abcdef1234567890abcdef',
  facets: '1234567890123456',
  lookout: '407408718192-8f1vq1ev0f2g4k5hb2n0ev2cq1acme00.apps.googleusercontent.com',
  lantern: 'game',
}

export type ProviderName = keyof typeof CLIENT_IDS

/** Where each provider has its endpoints, and which scope an app requests. */
const ENDPOINTS: Readonly<Record<ProviderName, readonly [string, string, string]>> = {
  riverbend: ['/ap/oa', '/auth/o2/token', 'profile'],
  facets: ['/dialog/oauth', '/oauth/access_token', 'public_profile'],
  lookout: ['/o/oauth2/v2/auth', '/token', 'openid email'],
  lantern: ['/authorize', '/token', 'openid'],
}

export const PROVIDER_NAMES: readonly ProviderName[] = ['riverbend', 'facets', 'lookout', 'lantern']

/** A verifier of RFC 7636 Appendix B, and its challenge. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

type Parameters = Readonly<Record<string, string>>

export interface SignInClient {
  readonly url: string
  /** The URL of a sign-in page; `changes` replace parameters, and `''` removes them. */
  authorizeUrl(provider: ProviderName, changes?: Parameters): string
  tokenUrl(provider: ProviderName): string
  /** Clicks on a person, or on Cancel. */
  click(provider: ProviderName, form: Parameters, changes?: Parameters): Promise<URL>
  /** The code with which the app gets a token of the person. */
  codeOf(provider: ProviderName, person: string, changes?: Parameters): Promise<string>
  /** @returns the JSON of the token endpoint, and its status */
  exchange(provider: ProviderName, code: string, changes?: Parameters): Promise<TokenResponse>
  /** All of it: the token that goes to the pool. */
  signIn(provider: ProviderName, person: string): Promise<string>
}

interface TokenResponse {
  readonly status: number
  readonly headers: Headers
  readonly json: Readonly<Record<string, unknown>>
}

export async function startProvidersForTest(now?: () => number): Promise<SignInClient> {
  const { url } = await closeAfterTests(
    startDemoProviders({
      ...{ port: 0, appName: 'Lantern Marsh', clientIds: CLIENT_IDS, facetsSecret: FACETS_SECRET },
      redirectUris: [REDIRECT_URI],
      ...(now ? { now } : {}),
    }),
  )
  return signInClient(url, REDIRECT_URI)
}

/** @param url of the demo providers */
export function signInClient(url: string, redirectUri: string): SignInClient {
  const authorizeUrl = (provider: ProviderName, changes: Parameters = {}) => {
    const [authorize, , scope] = ENDPOINTS[provider]
    const parameters = {
      ...{ response_type: 'code', client_id: CLIENT_IDS[provider], redirect_uri: redirectUri },
      ...{ scope, state: 'state-1', nonce: 'nonce-1' },
      ...{ code_challenge: CHALLENGE, code_challenge_method: 'S256', ...changes },
    }
    const present = Object.entries(parameters).filter(([, value]) => value !== '')
    return `${url}/${provider}${authorize}?${new URLSearchParams(present)}`
  }
  const click = async (provider: ProviderName, form: Parameters, changes?: Parameters) => {
    const response = await fetch(authorizeUrl(provider, changes), {
      ...{ method: 'POST', body: new URLSearchParams(form), redirect: 'manual' },
    })
    expect(response.status).toBe(303)
    return new URL(response.headers.get('location') ?? '')
  }
  const codeOf: SignInClient['codeOf'] = async (provider, person, changes) => {
    const { searchParams } = await click(provider, { person }, changes)
    return searchParams.get('code') ?? ''
  }
  const tokenUrl = (provider: ProviderName) => `${url}/${provider}${ENDPOINTS[provider][1]}`
  const exchange = async (provider: ProviderName, code: string, changes: Parameters = {}) => {
    const body = new URLSearchParams({
      ...{ grant_type: 'authorization_code', code, client_id: CLIENT_IDS[provider] },
      ...{ redirect_uri: redirectUri, code_verifier: VERIFIER, ...changes },
    })
    const headers = { origin: new URL(redirectUri).origin }
    const response = await fetch(tokenUrl(provider), { method: 'POST', body, headers })
    const { status } = response
    return { status, headers: response.headers, json: await response.json() }
  }
  return {
    ...{ url, authorizeUrl, tokenUrl, click, codeOf, exchange },
    async signIn(provider, person) {
      const nonce = randomBytes(8).toString('hex')
      const { status, json } = await exchange(provider, await codeOf(provider, person, { nonce }))
      expect(status).toBe(200)
      return String(json.id_token ?? json.access_token)
    },
  }
}
