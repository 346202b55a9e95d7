/** Identities of pools. A bundle of its own, which is loaded with the first request to a pool. */
export {
  type DeveloperRefusal,
  identifyDeveloper,
  identifyTokenUser,
  lookUpDeveloper,
  mergeDevelopers,
} from './developer-steps.ts'
export {
  createGuestId,
  deriveLoginKey,
  deriveUserId,
  mayBeUserId,
  readGuestId,
} from './identity-ids.ts'
export { createOpenIdToken, type OpenIdProblem, readOpenIdToken } from './open-id-token.ts'
export { derivePoolKeys, type PoolKeys } from './pool-keys.ts'
export { identifyWithoutState } from './stateless-identity.ts'
