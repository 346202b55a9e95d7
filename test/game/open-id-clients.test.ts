/** An unmodified OpenID client, oauth4webapi, signs in at Lookout and at Lantern ID. */
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  CLIENT_IDS,
  REDIRECT_URI,
  type SignInClient,
  startProvidersForTest,
} from './demo-sign-in.ts'

const INSECURE = { [oauth.allowInsecureRequests]: true }
const PERSON = { lookout: '104725918836620047731', lantern: 'u-7f3k2m' }

let providers: SignInClient
beforeAll(async () => {
  providers = await startProvidersForTest()
})

describe.each(['lookout', 'lantern'] as const)('%s', (provider) => {
  const client = { client_id: CLIENT_IDS[provider] }

  async function discover() {
    const issuer = new URL(`${providers.url}/${provider}`)
    const response = await oauth.discoveryRequest(issuer, INSECURE)
    return oauth.processDiscoveryResponse(issuer, response)
  }

  async function signIn() {
    const as = await discover()
    const [verifier, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomNonce()]
    const url = new URL(as.authorization_endpoint ?? '')
    const parameters = {
      ...{ ...client, response_type: 'code', redirect_uri: REDIRECT_URI, scope: 'openid email' },
      ...{ state: 'state-1', nonce, code_challenge_method: 'S256' },
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const body = new URLSearchParams({ person: PERSON[provider] })
    const redirect = await fetch(url, { method: 'POST', body, redirect: 'manual' })
    const location = new URL(redirect.headers.get('location') ?? '')
    const callback = oauth.validateAuthResponse(as, client, location, 'state-1')
    const response = await oauth.authorizationCodeGrantRequest(
      ...([as, client, oauth.None(), callback, REDIRECT_URI, verifier, INSECURE] as const),
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    })
    await oauth.validateApplicationLevelSignature(as, response, INSECURE)
    return { as, tokens, claims: oauth.getValidatedIdTokenClaims(tokens) }
  }

  it('discovers it, signs in, and verifies the ID token', async () => {
    const { as, claims } = await signIn()
    expect(as.code_challenge_methods_supported).toEqual(['S256'])
    expect(claims).toMatchObject({
      iss: `${providers.url}/${provider}`,
      sub: PERSON[provider],
      aud: CLIENT_IDS[provider],
      email: 'juno@mail.example',
      at_hash: expect.any(String),
    })
  })

  it('reads the same user at the UserInfo endpoint', async () => {
    const { as, tokens } = await signIn()
    const response = await oauth.userInfoRequest(as, client, tokens.access_token, INSECURE)
    const user = await oauth.processUserInfoResponse(as, client, PERSON[provider], response)
    expect(user.email).toBe('juno@mail.example')
  })

  it('gets no user for a token that was never issued', async () => {
    const request = oauth.userInfoRequest(await discover(), client, 'unknown', INSECURE)
    await expect(request.then(({ status }) => status)).resolves.toBe(401)
  })

  it('publishes no private key', async () => {
    const { jwks_uri = '' } = await discover()
    const { keys } = await (await fetch(jwks_uri)).json()
    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0])).not.toContain('d')
    expect(Object.keys(keys[0])).not.toContain('p')
  })
})

it('names the party of a Google token as Google does', async () => {
  const token = await providers.signIn('lookout', PERSON.lookout)
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  expect(claims).toMatchObject({
    ...{ azp: CLIENT_IDS.lookout, email_verified: true },
    ...{ name: 'Juno Achterberg', given_name: 'Juno', family_name: 'Achterberg' },
  })
  expect(claims.exp - claims.iat).toBe(3600)
})
