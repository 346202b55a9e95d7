/** A table of linked identities in which a request can be tried: nothing is written. */
import type { PoolChange } from '@token-broker/core'
import type { ItemName, LinkingItem, LinkingTable, Stored } from '@token-broker/core/linking'

interface PreviewedLinks {
  /** Reads what it was asked to write, and everything else from the real table. */
  readonly table: LinkingTable
  /** What the request would change; undefined: nothing. */
  readonly changeOf: (identityId: string) => PoolChange | undefined
}

/**
 * The operations of linking themselves run over it, so that an explained request gets the identity
 * that the real one would get.
 */
export function previewLinks(table: Pick<LinkingTable, 'get'>): PreviewedLinks {
  const written = new Map<string, Stored<LinkingItem>>()
  const created = new Set<string>()
  const get = async (name: ItemName) => written.get(keyOf(name)) ?? (await table.get(name))
  return {
    table: {
      get,
      async putIf(name, item, previousVersion) {
        const current = await get(name)
        if (current?.version !== previousVersion) return false
        if (current === undefined) created.add(keyOf(name))
        written.set(keyOf(name), { version: (previousVersion ?? 0) + 1, item })
        return true
      },
    },
    changeOf: (identityId) => {
      if (created.has(keyOf({ kind: 'identity', name: identityId }))) return 'create'
      return written.size > 0 ? 'links' : undefined
    },
  }
}

function keyOf({ kind, name }: ItemName): string {
  return `${kind}#${name}`
}
