/** Finds the tenant of an identity pool in the tenants table. */
import { isTenantId, MAX_POOL_ID_CHARACTERS } from '@token-broker/core'
import { readCompiled, readHead } from './read-items.ts'
import { headKey, poolPartition, type TenantTable } from './tenant-table.ts'

/**
 * Callers can send any id. The index may name a tenant that gave the pool up, in favour of another
 * one, whose item is there too: then the documents decide.
 */
export async function findTenantOfPool(
  table: TenantTable,
  id: string,
): Promise<string | undefined> {
  if (id.length > MAX_POOL_ID_CHARACTERS || !id.isWellFormed()) return undefined
  const items = await table.query(poolPartition(id))
  const names = items.map(({ sk }) => sk?.S ?? '').filter(isTenantId)
  if (names.length < 2) return names[0]
  const owners = await Promise.all(
    names.map(async (name) => ((await hasPool(table, name, id)) ? name : [])),
  )
  return owners.flat()[0]
}

async function hasPool(table: TenantTable, tenant: string, id: string): Promise<boolean> {
  const item = await table.getItem(headKey(tenant))
  const { identityPools = [] } = (item && readCompiled(readHead(item, tenant), tenant)) ?? {}
  return identityPools.some((pool) => pool.id === id)
}
