/** Checks that a document fits in the table: DynamoDB limits the size of items and of keys. */
import type { CompiledTenant } from '@token-broker/core'
import {
  claimsOf,
  isPartitionName,
  itemBytes,
  MAX_ITEM_BYTES,
  newClaims,
  newHead,
  newVersion,
} from '@token-broker/functions/tenant-table'
import { UsageError } from '../cli-error.ts'
import { indexItemsOf } from './settle-index.ts'

/** The longest values that the history will ever have. */
const LONGEST = {
  version: Number.MAX_SAFE_INTEGER,
  at: '2026-01-31T12:00:00.000Z',
  by: 'x'.repeat(256),
}

/**
 * @param candidateJson of the candidate that the head will have too
 * @throws {UsageError} saying what to do instead
 */
export function checkSizes(compiled: CompiledTenant, source: string, candidateJson?: string): void {
  const { tenant } = compiled
  const index = indexItemsOf(compiled, LONGEST.version)
  const indexed = index.map(({ pk }) => pk.S)
  for (const partition of indexed)
    if (!isPartitionName(partition))
      throw new UsageError(
        `${tenant}: ${partition.slice(0, 60)}… is too long for a key of the table`,
      )
  const head = newHead(tenant, {
    ...LONGEST,
    compiledJson: JSON.stringify(compiled),
    indexed,
    settled: false,
    candidateNumber: LONGEST.version,
    candidateJson,
  })
  const version = newVersion(tenant, {
    ...LONGEST,
    previous: LONGEST.version,
    action: 'rollback',
    source,
  })
  const claims = newClaims({
    ...claimsOf(compiled),
    ...{ version: LONGEST.version, previous: LONGEST.version },
  })
  const bytes = Math.max(...[head, version, claims, ...index].map(itemBytes))
  if (bytes <= MAX_ITEM_BYTES) return
  throw new UsageError(
    `${tenant}: the compiled document has ${bytes} bytes, and an item of the table at most ` +
      `${MAX_ITEM_BYTES}; split the tenant, or bundle its document with the deployment`,
  )
}
