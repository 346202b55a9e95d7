/** Linked identities in memory, for the local runtime, which may keep them in a file. */
import type { ItemName, LinkingItem, Stored } from '@token-broker/core/linking'
import type { IdentityTable } from './identity-table.ts'

/** One item as it was written. */
export interface WrittenItem {
  readonly pool: string
  readonly name: ItemName
  readonly stored: Stored<LinkingItem>
}

/**
 * @param earlier items of an earlier run, in the order in which they were written
 * @param keep called with each item before it can be read; where it throws, nothing is written
 */
export function createIdentitiesInMemory(
  earlier: Iterable<WrittenItem> = [],
  keep: (written: WrittenItem) => void = () => {},
): IdentityTable {
  const items = new Map<string, Stored<LinkingItem>>()
  for (const { pool, name, stored } of earlier) items.set(keyOf(pool, name), stored)
  return {
    get: async (pool, name) => items.get(keyOf(pool, name)),
    async putIf(pool, name, item, previousVersion) {
      const key = keyOf(pool, name)
      if (items.get(key)?.version !== previousVersion) return false
      const stored = { version: (previousVersion ?? 0) + 1, item }
      keep({ pool, name, stored })
      items.set(key, stored)
      return true
    },
  }
}

function keyOf(pool: string, { kind, name }: ItemName): string {
  return JSON.stringify([pool, kind, name])
}
