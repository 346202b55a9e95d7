/** Layout of the tenants table for the command line: `@token-broker/functions/tenant-table`. */
export { itemBytes, newHead, newIndexItems, newName, newVersion } from './new-items.ts'
export { type Head, readCompiled, readHead, readVersion, type Version } from './read-items.ts'
export {
  COMPILED_FORMAT,
  headKey,
  type Item,
  isPartitionName,
  itemKey,
  type Key,
  MAX_ITEM_BYTES,
  NAMES_PARTITION,
  type NewItem,
  tenantPartition,
  VERSION_PREFIX,
  versionKey,
} from './tenant-table.ts'
