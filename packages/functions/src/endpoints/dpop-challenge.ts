/** What responses say about DPoP: nonces for the next proof, and what is wrong with this one. */
import { SIGNATURE_ALGORITHMS } from '@token-broker/core'
import type { HttpRequest, Route } from '../http.ts'

const ALGORITHMS = SIGNATURE_ALGORITHMS.join(' ')

/** RFC 9449 §7.1. */
export function dpopChallenge(error: string): string {
  return `DPoP error="${error}", algs="${ALGORITHMS}"`
}

/**
 * Adds a new nonce to each response to a request with a proof, so that the client has one for its
 * next request (RFC 9449 §8.2), and to each that asks for a proof.
 */
export function offerNonces(route: Route, issueNonce: () => string): Route {
  return async (request) => {
    const response = await route(request)
    const challenge = response.headers['www-authenticate']
    const isRefused = challenge?.startsWith('DPoP') === true
    if (!isRefused && !usesDpop(request)) return response
    const { headers } = response
    return {
      ...response,
      headers: {
        ...headers,
        'dpop-nonce': issueNonce(),
        ...(challenge === undefined || isRefused
          ? {}
          : { 'www-authenticate': dpopChallenge('invalid_token') }),
      },
    }
  }
}

function usesDpop({ headers: { dpop, authorization } }: HttpRequest): boolean {
  return dpop !== undefined || /^DPoP /i.test(authorization ?? '')
}
