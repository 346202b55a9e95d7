/** The broker as an OpenID issuer: the routes of its two documents. */
import type { JWK } from '@token-broker/core'
import type { Routes } from './routing.ts'
import { discoveryResponse, jwksResponse } from './surfaces/issuer-documents.ts'

export type PublicKeys = (signal: AbortSignal) => Promise<{ readonly keys: readonly JWK[] }>

export function issuerRoutes(issuer: () => string, publicKeys: PublicKeys): Routes {
  return {
    '/.well-known/openid-configuration': { GET: async () => discoveryResponse(issuer()) },
    '/.well-known/jwks.json': { GET: async ({ signal }) => jwksResponse(await publicKeys(signal)) },
  }
}
