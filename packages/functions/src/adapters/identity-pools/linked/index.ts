/** The items of linked identities, for the command line. */
export { LINK_SHARDS, linkKey, linksPartition } from './identity-table.ts'
export { newLinkItem, readLinkItem } from './link-item.ts'
