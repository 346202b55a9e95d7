/**
 * Riverbend, an invented provider with the wire format of Login with Amazon.
 *
 * @see Login with Amazon, "Authorization Code Grant", "Obtain Customer Profile Information"
 */
import { type CodeProblem, createAuthorizationCodes } from './authorization-codes.ts'
import type { RegisteredApp } from './authorization-request.ts'
import { type DemoPerson, RIVERBEND_PEOPLE } from './demo-people.ts'
import { createExpiringSecrets } from './expiring-secrets.ts'
import {
  bearerToken,
  type DemoProvider,
  type ProviderRequest,
  providerJson,
} from './provider-responses.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { RIVERBEND_STYLE } from './sign-in-styles.ts'

/** Of tokens in all regions. */
const ISSUER = 'https://www.amazon.com'
const TOKEN_SECONDS = 3600
const SCOPES = ['profile', 'profile:user_id']
const TEXTS = {
  name: 'riverbend',
  label: 'Riverbend',
  tagline: 'Who is at the water today?',
}

const PROBLEMS: Readonly<Record<CodeProblem, string>> = {
  'unknown-code': 'The authorization code is invalid or has expired.',
  'wrong-redirect-uri': 'The redirect_uri is not that of the authorization request.',
  'wrong-verifier': 'The code_verifier does not belong to the code_challenge.',
}

interface AmazonToken {
  readonly person: DemoPerson
  readonly scopes: readonly string[]
}

export function createRiverbend(app: RegisteredApp, now: () => number): DemoProvider {
  const codes = createAuthorizationCodes<DemoPerson>(now)
  const tokens = createExpiringSecrets<AmazonToken>('Atza|', now)

  const issueToken = ({ form }: ProviderRequest) => {
    const refuse = (status: number, error: string, error_description: string) =>
      providerJson(status, { error, error_description })
    if (form.get('grant_type') !== 'authorization_code')
      return refuse(400, 'unsupported_grant_type', 'The grant_type must be authorization_code.')
    if (form.get('client_id') !== app.clientId)
      return refuse(401, 'invalid_client', 'The client is not registered.')
    const signIn = codes.exchange({
      code: form.get('code') ?? '',
      clientId: app.clientId,
      redirectUri: form.get('redirect_uri') ?? '',
      codeVerifier: form.get('code_verifier') ?? '',
    })
    if (typeof signIn === 'string') return refuse(400, 'invalid_grant', PROBLEMS[signIn])
    const { person, request } = signIn
    return providerJson(200, {
      access_token: tokens.add({ person, scopes: request.scopes }, TOKEN_SECONDS),
      token_type: 'bearer',
      expires_in: TOKEN_SECONDS,
    })
  }

  const showTokenInfo = ({ query }: ProviderRequest) => {
    const text = query.get('access_token')
    if (text === null)
      return providerJson(400, {
        error: 'invalid_request',
        error_description: 'The request is missing a required parameter: access_token',
      })
    const found = tokens.find(text)
    if (!found) return invalidToken(400)
    const { value, issuedAtMs, expiresAtMs } = found
    return providerJson(200, {
      iss: ISSUER,
      user_id: value.person.id,
      aud: app.clientId,
      app_id: `amzn1.application.${app.clientId.split('.').at(-1)}`,
      exp: Math.floor((expiresAtMs - now()) / 1000),
      iat: Math.floor(issuedAtMs / 1000),
    })
  }

  const showProfile = (request: ProviderRequest) => {
    const token = bearerToken(request) ?? request.query.get('access_token') ?? ''
    const found = tokens.find(token)?.value
    if (!found) return invalidToken(401)
    const { id, name, email } = found.person
    return providerJson(200, {
      user_id: id,
      ...(found.scopes.includes('profile') ? { name, email } : {}),
    })
  }

  return {
    name: TEXTS.name,
    style: RIVERBEND_STYLE,
    forPages: ['/auth/o2/token', '/user/profile'],
    routes: {
      '/ap/oa': signInRoutes({
        ...TEXTS,
        ...{ people: RIVERBEND_PEOPLE, app, scopes: SCOPES, codes },
        cancelled: {
          error: 'access_denied',
          error_description: 'Access not permitted.',
        },
      }),
      '/auth/o2/token': { POST: issueToken },
      '/auth/o2/tokeninfo': { GET: showTokenInfo },
      '/user/profile': { GET: showProfile },
    },
  }
}

function invalidToken(status: number) {
  const error_description = 'The access token provided is invalid or has expired.'
  return providerJson(status, { error: 'invalid_token', error_description })
}
