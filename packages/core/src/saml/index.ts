/** SAML 2.0, for the bundle that is loaded with the first assertion and for the compile step. */
export { assertionAudiences, assertionClaims } from './assertion-claims.ts'
export { checkAssertion } from './check-assertion.ts'
export { checkSignature, type SignedText } from './check-signature.ts'
export { decodeToken } from './decode-token.ts'
export {
  type PresentedDocument,
  readSamlDocument,
  type SignedElement,
} from './presented-document.ts'
export { readAssertion } from './read-assertion.ts'
export { type IssuerMetadata, readMetadata } from './read-metadata.ts'
export { readResponse } from './read-response.ts'
export { DOCUMENT_LIMITS, readXml } from './read-xml.ts'
export { SamlProblem } from './saml-problem.ts'
