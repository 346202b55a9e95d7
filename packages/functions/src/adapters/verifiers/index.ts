/** The verifier, for programs that check the same tokens: `@token-broker/functions/verifier`. */
export { readConnectionTls } from './connection-tls.ts'
export { fetchKeys, metadataUrls } from './fetch-keys.ts'
export { createJsonFetcher } from './https-json.ts'
export {
  type AddressRule,
  checkAddress,
  createCheckedLookup,
  RefusedAddress,
} from './issuer-address.ts'
export { fitsAlgorithm } from './jws-signature.ts'
export { createJwtVerifier } from './jwt-verifier.ts'
export { createKeyCache } from './key-cache.ts'
export { createOpaqueVerifier } from './opaque-verifier.ts'
export { readPublicKey } from './read-public-key.ts'
export { createSamlVerifier } from './saml-verifier.ts'
