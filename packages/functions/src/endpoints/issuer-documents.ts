/**
 * The broker as an OpenID issuer: what STS reads before it trusts a minted token (OpenID Connect
 * Discovery §3, §4).
 */
import type { JWK } from '@token-broker/core'
import type { HttpResponse, Route, Routes } from '../http.ts'

export type PublicKeys = (signal: AbortSignal) => Promise<{ readonly keys: readonly JWK[] }>

/**
 * Verifiers may cache these documents for five minutes. A next key must therefore be published for
 * longer than that before it signs, and an old key must stay published for as long afterwards.
 */
const CACHE_CONTROL = 'public, max-age=300'

const PATHS = ['/.well-known/openid-configuration', '/.well-known/jwks.json'] as const

/**
 * There is no discovery document without keys: a role that trusted such an issuer would look
 * correct, and STS would refuse every token.
 * @param refuseWithoutKeys responds where the broker has no signing key
 */
export function issuerRoutes(
  issuer: () => string,
  publicKeys: PublicKeys,
  refuseWithoutKeys: () => never,
): Routes {
  const readKeys = async (signal: AbortSignal) => {
    const jwks = await publicKeys(signal)
    return jwks.keys.length > 0 ? jwks : refuseWithoutKeys()
  }
  const [discovery, jwks] = PATHS
  return {
    [discovery]: {
      GET: async ({ signal }) => {
        await readKeys(signal)
        return discoveryResponse(issuer())
      },
    },
    [jwks]: { GET: async ({ signal }) => documentResponse(await readKeys(signal)) },
  }
}

/** The routes of a broker that cannot issue credentials: it publishes neither document. */
export function unreadyIssuerRoutes(refuse: Route): Routes {
  return Object.fromEntries(PATHS.map((path) => [path, { GET: refuse }]))
}

function discoveryResponse(issuer: string): HttpResponse {
  return documentResponse({
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    claims_supported: ['iss', 'aud', 'sub', 'iat', 'exp', 'jti'],
  })
}

function documentResponse(value: unknown): HttpResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': CACHE_CONTROL },
    body: JSON.stringify(value),
  }
}
