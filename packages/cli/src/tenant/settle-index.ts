/** Updates the index of issuers, origins, roles and released audiences to match a tenant's head. */
import type { CompiledTenant } from '@token-broker/core'
import {
  type Head,
  issuerOfPartition,
  itemKey,
  newHead,
  newIndexItems,
  readCompiled,
} from '@token-broker/functions/tenant-table'
import { settleClaims } from './claim-ownership.ts'
import { headIs, type OperatorTable, versionIs } from './operator-table.ts'
import { readStoredHead } from './read-stored.ts'
import { summarizeIssuer } from './summarize-issuer.ts'

/** Correct with any number of writers at once: it never overwrites what a newer version wrote. */
export async function settleIndex(table: OperatorTable, tenant: string, head: Head): Promise<void> {
  const { version } = head
  const items = indexItemsOf(readCompiled(head, tenant), version)
  const indexed = items.map(({ pk }) => pk.S)
  const leftOver = head.indexed.filter((partition) => !indexed.includes(partition))
  await Promise.all([
    ...items.map((item) => table.put(item, versionIs('upTo', version))),
    ...leftOver.map((partition) =>
      table.remove(itemKey(partition, tenant), versionIs('below', version)),
    ),
  ])
  const issuers = [...indexed, ...leftOver].flatMap((name) => issuerOfPartition(name) ?? [])
  await Promise.all(issuers.map((issuer) => summarizeIssuer(table, issuer)))
  await settleClaims(table, tenant, version)
  const settled = newHead(tenant, { ...head, indexed, settled: true })
  if (await table.put(settled, headIs(head))) return
  // A newer version exists, and its writer may have removed old items before this one wrote them.
  // Or a candidate was written in the meantime, which this write must not undo.
  const newer = await readStoredHead(table, tenant)
  const { candidateNumber } = head
  if (newer && (newer.version > version || newer.candidateNumber > candidateNumber))
    await settleIndex(table, tenant, {
      ...newer,
      indexed: [...new Set([...newer.indexed, ...indexed])],
    })
}

export function indexItemsOf(compiled: CompiledTenant | undefined, version: number) {
  return compiled === undefined ? [] : newIndexItems(compiled, version)
}
