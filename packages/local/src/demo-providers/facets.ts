/**
 * Facets, an invented provider with the wire format of Facebook Login.
 *
 * @see Facebook Login, "OIDC Code Flow with PKCE for Manually Built Facebook Login Flows";
 *   Graph API, `/debug_token`, `/me`, "Handle Errors"
 */
import { timingSafeEqual } from 'node:crypto'
import { type CodeProblem, createAuthorizationCodes } from './authorization-codes.ts'
import type { RegisteredApp } from './authorization-request.ts'
import { type DemoPerson, FACETS_PEOPLE } from './demo-people.ts'
import { createExpiringSecrets } from './expiring-secrets.ts'
import {
  bearerToken,
  type DemoProvider,
  type ProviderRequest,
  providerJson,
} from './provider-responses.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { FACETS_STYLE } from './sign-in-styles.ts'

/** Facebook's own last for 60 days. */
const TOKEN_SECONDS = 2 * 3600
const DATA_ACCESS_SECONDS = 90 * 86_400
const TEXTS = { name: 'facets', label: 'Facets', tagline: 'Pick the side of you that plays.' }

const PROBLEMS: Readonly<Record<CodeProblem, string>> = {
  'unknown-code': 'This authorization code has been used.',
  'wrong-redirect-uri':
    'Error validating verification code. Please make sure your redirect_uri is identical to the ' +
    'one you used in the OAuth dialog request',
  'wrong-verifier': 'Invalid code verifier. Code challenge does not match.',
}

/** Codes of the Graph API. */
const INVALID_PARAMETER = 100
const UNKNOWN_APP = 101
const INVALID_TOKEN = 190
const NO_TOKEN = 2500

export function createFacets(
  app: RegisteredApp,
  appSecret: string,
  now: () => number,
): DemoProvider {
  const codes = createAuthorizationCodes<DemoPerson>(now)
  const tokens = createExpiringSecrets<DemoPerson>('EAA', now)

  /** The Graph API accepts parameters in the query of a GET and in the form of a POST. */
  const issueToken = (parameters: URLSearchParams) => {
    if (parameters.get('client_id') !== app.clientId)
      return graphError(UNKNOWN_APP, 'Error validating application. Invalid application ID.')
    const signIn = codes.exchange({
      code: parameters.get('code') ?? '',
      clientId: app.clientId,
      redirectUri: parameters.get('redirect_uri') ?? '',
      codeVerifier: parameters.get('code_verifier') ?? '',
    })
    if (typeof signIn === 'string') return graphError(INVALID_PARAMETER, PROBLEMS[signIn])
    return providerJson(200, {
      access_token: tokens.add(signIn.person, TOKEN_SECONDS),
      token_type: 'bearer',
      expires_in: TOKEN_SECONDS,
    })
  }

  const debugToken = ({ query }: ProviderRequest) => {
    if (!isEqualText(query.get('access_token') ?? '', `${app.clientId}|${appSecret}`))
      return graphError(INVALID_TOKEN, 'Invalid OAuth access token signature.')
    const found = tokens.find(query.get('input_token') ?? '')
    if (!found) {
      const error = { code: INVALID_TOKEN, message: 'Invalid OAuth access token.' }
      return providerJson(200, { data: { error, is_valid: false, scopes: [] } })
    }
    const issuedAt = Math.floor(found.issuedAtMs / 1000)
    return providerJson(200, {
      data: {
        app_id: app.clientId,
        type: 'USER',
        application: app.name,
        data_access_expires_at: issuedAt + DATA_ACCESS_SECONDS,
        expires_at: Math.floor(found.expiresAtMs / 1000),
        is_valid: true,
        issued_at: issuedAt,
        scopes: ['public_profile'],
        user_id: found.value.id,
      },
    })
  }

  const showUser = (request: ProviderRequest) => {
    const token = bearerToken(request) ?? request.query.get('access_token') ?? ''
    if (token === '')
      return graphError(
        NO_TOKEN,
        'An active access token must be used to query information about the current user.',
      )
    const person = tokens.find(token)?.value
    if (!person) return graphError(INVALID_TOKEN, 'Invalid OAuth access token.')
    return providerJson(200, { name: person.name, id: person.id })
  }

  return {
    name: TEXTS.name,
    style: FACETS_STYLE,
    forPages: ['/oauth/access_token', '/me'],
    routes: {
      '/dialog/oauth': signInRoutes({
        ...TEXTS,
        // Facebook grants public_profile always, and ignores permissions that it does not know.
        ...{ people: FACETS_PEOPLE, app, scopes: [], codes },
        cancelled: {
          error_reason: 'user_denied',
          error: 'access_denied',
          error_description: 'Permissions error',
        },
      }),
      '/oauth/access_token': {
        GET: ({ query }) => issueToken(query),
        POST: ({ form }) => issueToken(form),
      },
      '/debug_token': { GET: debugToken },
      '/me': { GET: showUser },
    },
  }
}

function graphError(code: number, message: string) {
  const error = { message, type: 'OAuthException', code, fbtrace_id: 'A1b2C3d4E5f6G7h8I9j0' }
  return providerJson(400, { error })
}

function isEqualText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
