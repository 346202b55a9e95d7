/** Identities of pools. A bundle of its own, which is loaded with the first request to a pool. */
export { createGuestId, deriveUserId, readGuestId } from './identity-ids.ts'
export { derivePoolKeys, type PoolKeys } from './pool-keys.ts'
export { identifyWithoutState } from './stateless-identity.ts'
