/** The layout of the tenants table, for the command line, which writes what the broker reads. */
export { itemBytes, newHead, newIndexItems, newName, newVersion } from './new-items.ts'
export { type Head, readCompiled, readHead, readVersion, type Version } from './read-items.ts'
export {
  COMPILED_FORMAT,
  fitsKey,
  headKey,
  type Item,
  isTenantId,
  type Key,
  key,
  MAX_ITEM_BYTES,
  NAMES_PARTITION,
  type NewItem,
  tenantPartition,
  VERSION_PREFIX,
  versionKey,
} from './tenant-table.ts'
