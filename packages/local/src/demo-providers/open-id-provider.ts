/**
 * What Lookout and Lantern ID have in common: OpenID Connect with authorization codes and PKCE.
 *
 * @see OpenID Connect Core 1.0 §3.1, OpenID Connect Discovery 1.0 §3
 */
import { hash } from 'node:crypto'
import type { HttpResponse } from '@token-broker/functions'
import { type JWK, SignJWT } from 'jose'
import { type CodeProblem, createAuthorizationCodes, type SignIn } from './authorization-codes.ts'
import type { RegisteredApp } from './authorization-request.ts'
import type { DemoPerson } from './demo-people.ts'
import { createExpiringSecrets } from './expiring-secrets.ts'
import {
  bearerToken,
  type DemoProvider,
  type ProviderRequest,
  providerJson,
} from './provider-responses.ts'
import type { SignInTexts } from './sign-in-page.ts'
import { signInRoutes } from './sign-in-routes.ts'

export interface OpenIdOptions {
  readonly texts: SignInTexts
  readonly style: string
  readonly people: readonly DemoPerson[]
  readonly app: RegisteredApp
  /** Exactly the `iss` of its tokens. */
  readonly issuer: string
  readonly paths: Readonly<Record<'authorize' | 'token' | 'keys' | 'userInfo', string>>
  /** A private key, with `kid` and `alg`. */
  readonly signingKey: JWK & { readonly kid: string; readonly alg: string }
  readonly accessTokenPrefix: string
  /** Whether responses to the app name the issuer (RFC 9207). */
  readonly sendsIssuer: boolean
  /** Claims of an ID token besides those that the standard requires. */
  readonly claimsOf: (person: DemoPerson, clientId: string) => Readonly<Record<string, unknown>>
  /** `error_description` of a refused code; Google gives no reason. */
  readonly describe: (problem: CodeProblem) => string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const TOKEN_SECONDS = 3600
const SCOPES = ['openid']
/** Members of a JWK that are not secret. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use']

export function createOpenIdProvider(options: OpenIdOptions): DemoProvider {
  const { texts, app, issuer, paths, signingKey, people, now } = options
  const codes = createAuthorizationCodes<DemoPerson>(now)
  const accessTokens = createExpiringSecrets<DemoPerson>(options.accessTokenPrefix, now)
  const publicKey = Object.fromEntries(
    Object.entries(signingKey).filter(([name]) => PUBLIC_MEMBERS.includes(name)),
  )

  const issueTokens = async ({ form }: ProviderRequest): Promise<HttpResponse> => {
    const refuse = (status: number, error: string, error_description: string) =>
      providerJson(status, { error, error_description })
    if (form.get('grant_type') !== 'authorization_code')
      return refuse(400, 'unsupported_grant_type', 'Invalid grant_type.')
    if (form.get('client_id') !== app.clientId)
      return refuse(401, 'invalid_client', 'The OAuth client was not found.')
    const signIn = codes.exchange({
      code: form.get('code') ?? '',
      clientId: app.clientId,
      redirectUri: form.get('redirect_uri') ?? '',
      codeVerifier: form.get('code_verifier') ?? '',
    })
    if (typeof signIn === 'string') return refuse(400, 'invalid_grant', options.describe(signIn))
    const accessToken = accessTokens.add(signIn.person, TOKEN_SECONDS)
    return providerJson(200, {
      access_token: accessToken,
      expires_in: TOKEN_SECONDS,
      scope: signIn.request.scopes.join(' '),
      token_type: 'Bearer',
      id_token: await signIdToken(signIn, accessToken),
    })
  }

  const signIdToken = ({ person, request }: SignIn<DemoPerson>, accessToken: string) => {
    const { clientId, nonce } = request
    const issuedAt = Math.floor(now() / 1000)
    return new SignJWT({
      ...options.claimsOf(person, clientId),
      at_hash: halfHash(accessToken),
      ...(nonce === undefined ? {} : { nonce }),
    })
      .setProtectedHeader({ alg: signingKey.alg, kid: signingKey.kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(clientId)
      .setSubject(person.id)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + TOKEN_SECONDS)
      .sign(signingKey)
  }

  const showUser = (request: ProviderRequest) => {
    const person = accessTokens.find(bearerToken(request) ?? '')?.value
    if (!person) {
      const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
      return providerJson(401, { error: 'invalid_token' }, headers)
    }
    return providerJson(200, { sub: person.id, ...options.claimsOf(person, app.clientId) })
  }

  const discover = () =>
    providerJson(200, {
      issuer,
      authorization_endpoint: issuer + paths.authorize,
      token_endpoint: issuer + paths.token,
      userinfo_endpoint: issuer + paths.userInfo,
      jwks_uri: issuer + paths.keys,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [signingKey.alg],
      scopes_supported: [...SCOPES, 'email', 'profile'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: options.sendsIssuer,
    })

  return {
    name: texts.name,
    style: options.style,
    forPages: ['/.well-known/openid-configuration', paths.token, paths.keys, paths.userInfo],
    routes: {
      '/.well-known/openid-configuration': { GET: discover },
      [paths.authorize]: signInRoutes({
        ...texts,
        ...{ people, app, scopes: SCOPES, codes },
        ...(options.sendsIssuer ? { issuer } : {}),
        cancelled: { error: 'access_denied' },
      }),
      [paths.token]: { POST: issueTokens },
      [paths.keys]: { GET: () => providerJson(200, { keys: [publicKey] }) },
      [paths.userInfo]: { GET: showUser },
    },
  }
}

/** OpenID Connect Core §3.1.3.6, for algorithms with SHA-256. */
function halfHash(accessToken: string): string {
  return hash('sha256', accessToken, 'buffer').subarray(0, 16).toString('base64url')
}
