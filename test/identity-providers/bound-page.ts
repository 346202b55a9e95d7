/** What a page with DPoP bundles: the client, and proofs for the identity provider. */
export { fromTokenBroker } from '../../packages/client/src/index.ts'
export { signProof } from '../../packages/client/src/sign-proof.ts'
