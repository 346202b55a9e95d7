/**
 * The port to what is stored of linked identities, and their layout in the broker's table:
 *
 * | pk | sk | contents |
 * |---|---|---|
 * | `identity#links#POOL#S` | `login#KEY` | which identity a login has |
 * | `identity#links#POOL#S` | `identity#ID` | which logins an identity has, and its state |
 *
 * `S` is one hexadecimal digit of a digest of the sort key, so that a pool has 16 partitions and
 * the throughput of as many. Each item has a number `version` and the JSON text `item`. The
 * function may write partitions that begin with `identity#links#`, and no other.
 */
import { hash } from 'node:crypto'
import type { ItemName, LinkingItem, Stored } from '@token-broker/core/linking'

/** Reads are strongly consistent. */
export interface IdentityTable {
  /** @throws an error for `readSdkError` */
  get(pool: string, name: ItemName, signal: AbortSignal): Promise<Stored<LinkingItem> | undefined>
  /**
   * Replaces an item that still has this version, or creates one where there is none.
   * @param previousVersion undefined: the item must not exist
   * @returns false where the item is another one. It may also be false although the item was
   *   written, where a call was repeated because its response was lost.
   * @throws an error for `readSdkError`
   */
  putIf(
    pool: string,
    name: ItemName,
    item: LinkingItem,
    previousVersion: number | undefined,
    signal: AbortSignal,
  ): Promise<boolean>
}

const LINKS_PREFIX = 'identity#links#'
/** All digits of a partition's end. */
export const LINK_SHARDS = [...'0123456789abcdef']

export interface LinkKey {
  readonly pk: { readonly S: string }
  readonly sk: { readonly S: string }
}

export function linkKey(pool: string, { kind, name }: ItemName): LinkKey {
  const sortKey = `${kind}#${name}`
  const shard = hash('sha256', sortKey, 'hex').slice(0, 1)
  return { pk: { S: linksPartition(pool, shard) }, sk: { S: sortKey } }
}

export function linksPartition(pool: string, shard: string): string {
  return `${LINKS_PREFIX}${pool}#${shard}`
}
