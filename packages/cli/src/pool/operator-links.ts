/** The linked identities of one pool, in the table that the operator opened. */
import type { LinkingTable } from '@token-broker/core/linking'
import { linkKey, newLinkItem, readLinkItem } from '@token-broker/functions/identity-links'
import { ABSENT, type OperatorTable, versionIs } from '../tenant/operator-table.ts'

export function operatorLinks(table: OperatorTable, pool: string): LinkingTable {
  return {
    async get(name) {
      const item = await table.get(linkKey(pool, name))
      return item && readLinkItem(item)
    },
    putIf: (name, item, previousVersion) =>
      table.put(
        { ...newLinkItem(pool, name, { version: (previousVersion ?? 0) + 1, item }) },
        previousVersion === undefined ? ABSENT : versionIs('equal', previousVersion),
      ),
  }
}
