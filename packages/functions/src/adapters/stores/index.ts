/** Layout of the tenants table for the command line: `@token-broker/functions/tenant-table`. */
export { itemBytes, newClaims, newHead, newIndexItems, newName, newVersion } from './new-items.ts'
export {
  type Claims,
  claimsOf,
  type GrantClaim,
  type IssuerClaim,
  readClaims,
  readHeadClaims,
  readIndexedClaim,
  type TenantClaims,
} from './read-claims.ts'
export { type Head, readCompiled, readHead, readVersion, type Version } from './read-items.ts'
export {
  CLAIMS_PARTITION,
  COMPILED_FORMAT,
  claimsKey,
  claimsPrefix,
  headKey,
  type Item,
  isPartitionName,
  issuerPartition,
  itemKey,
  type Key,
  MAX_ITEM_BYTES,
  NAMES_PARTITION,
  type NewItem,
  releasedAudiencePartition,
  releasedRolePartition,
  rolePartition,
  tenantPartition,
  VERSION_PREFIX,
  versionKey,
} from './tenant-table.ts'
