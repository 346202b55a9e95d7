/** Refuses a token in the query of a URL, which proxies, gateways and browsers write to logs. */
import { invalidRequest } from '@token-broker/core'
import type { HttpRequest } from '../http.ts'

/** Parameters that clients send tokens in (RFC 6750 §2.3, RFC 8693 §2.1, the STS Query API). */
const TOKEN_PARAMETER =
  /(?:^|&)(?:\w*_?token|authorization|WebIdentityToken|SAMLAssertion|SAMLResponse)=[^&]|=eyJ/i

/** @throws {BrokerError} `invalid_request`, quoting nothing of the query */
export function refuseTokenInQuery({ query }: HttpRequest): void {
  if (!query || !TOKEN_PARAMETER.test(query)) return
  throw invalidRequest(
    'The URL has a token in its query, and URLs are written to logs: send the token in the ' +
      'Authorization header or in the body, and revoke this one.',
  )
}
