/** Tenants in the DynamoDB table: one Query per issuer or origin, one GetItem per document. */
import { BrokerError, isTenantId } from '@token-broker/core'
import { readSdkError } from '../sdk-error.ts'
import type { DynamodbTableOptions } from './dynamodb-table.ts'
import { findTenantOfPool } from './pool-of-table.ts'
import { readCompiled, readHead } from './read-items.ts'
import { createTableTrusts } from './table-trusts.ts'
import type { TenantSource } from './tenant-source.ts'
import { headKey, isPartitionName, originPartition, type TenantTable } from './tenant-table.ts'

/**
 * Starts to load the DynamoDB calls from a bundle of their own, so that a broker without a table
 * does not load the AWS SDK's signing code.
 *
 * Every failure is `upstream_unavailable`, even a missing table or permission, so that tenants in
 * the cache are still served while the operator corrects it.
 */
export function openDynamodbTable(options: DynamodbTableOptions): TenantTable {
  const opened = import('./dynamodb-table.ts').then(({ createDynamodbTable }) =>
    createDynamodbTable(options),
  )
  // Each read below reports the failure; without this handler it would end the process.
  opened.catch(() => undefined)
  const read = async <Result>(operation: (table: TenantTable) => Promise<Result>) => {
    try {
      return await operation(await opened)
    } catch (error) {
      const message = `DynamoDB table ${options.tableName}: ${readSdkError(error).text}`
      throw new BrokerError('upstream_unavailable', message, { retryAfterSeconds: 1 })
    }
  }
  return {
    getItem: (key) => read((table) => table.getItem(key)),
    query: (partition, maxItems) => read((table) => table.query(partition, maxItems)),
  }
}

/**
 * Callers can send any `iss`, tenant and origin. Names that the table cannot contain cause no
 * request.
 * @param now milliseconds, from a clock that is never set back
 */
export function createDynamodbTenants(table: TenantTable, now: () => number): TenantSource {
  return {
    findTrusts: createTableTrusts(table, now),
    async load(tenant) {
      const item = isTenantId(tenant) ? await table.getItem(headKey(tenant)) : undefined
      return item && readCompiled(readHead(item, tenant), tenant)
    },
    findPool: (id) => findTenantOfPool(table, id),
    async allowsOrigin(origin) {
      const partition = originPartition(origin)
      return isPartitionName(partition) && (await table.query(partition, 1)).length > 0
    },
  }
}
