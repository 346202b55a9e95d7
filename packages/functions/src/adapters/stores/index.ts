/** Layout of the tenants table for the command line: `@token-broker/functions/tenant-table`. */
export {
  itemBytes,
  newClaims,
  newHead,
  newIndexItems,
  newName,
  newSummary,
  newVersion,
} from './new-items.ts'
export {
  type Claims,
  claimsOf,
  type GrantClaim,
  type IssuerClaim,
  type PoolClaim,
  readClaims,
  readHeadClaims,
  readIndexedClaim,
  type TenantClaims,
} from './read-claims.ts'
export {
  type Head,
  readCompiled,
  readHead,
  readTrust,
  readVersion,
  type Version,
} from './read-items.ts'
export type { TrustSummary } from './read-summary.ts'
export { candidateJsonOf, readStoredCandidate, type StoredCandidate } from './stored-candidate.ts'
export {
  CLAIMS_PARTITION,
  COMPILED_FORMAT,
  claimsKey,
  claimsPrefix,
  headKey,
  type Item,
  isPartitionName,
  issuerOfPartition,
  issuerPartition,
  itemKey,
  type Key,
  MAX_ITEM_BYTES,
  NAMES_PARTITION,
  type NewItem,
  poolPartition,
  releasedAudiencePartition,
  releasedRolePartition,
  rolePartition,
  summaryKey,
  tenantPartition,
  VERSION_PREFIX,
  versionKey,
} from './tenant-table.ts'
