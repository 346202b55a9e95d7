/** Types of JSON Web Tokens that never identify the one who sends them. */

/**
 * In lower case without `application/`. A party that obtained such a token, or signed it with a
 * client's key that an issuer publishes too, could otherwise send it as the identity of its subject
 * (RFC 8725 §3.11 and §3.12).
 * @see IANA media types: logout (OpenID Connect Back-Channel Logout §2.4), security events (RFC
 *   8417), DPoP proofs (RFC 9449), key binding (RFC 9901), request objects (RFC 9101),
 *   introspection responses (RFC 9701)
 */
export const NON_IDENTITY_TYPES: readonly string[] = [
  'logout+jwt',
  'secevent+jwt',
  'dpop+jwt',
  'kb+jwt',
  'oauth-authz-req+jwt',
  'token-introspection+jwt',
]
