/** The verifier, for programs that check the same tokens: `@token-broker/functions/verifier`. */
export { createJsonFetcher } from './https-json.ts'
export { createJwtVerifier } from './jwt-verifier.ts'
export { createKeyCache } from './key-cache.ts'
export { createOpaqueVerifier } from './opaque-verifier.ts'
export { createSamlVerifier } from './saml-verifier.ts'
