/** Loads what speaks to DynamoDB only where a table is configured, so that a broker without one pays nothing for it. */
import { BrokerError } from '@token-broker/core'
import { readSdkError } from '../sdk-error.ts'
import type { DynamodbTableOptions } from './dynamodb-table.ts'
import type { TenantTable } from './dynamodb-tenants.ts'

export function openTable(options: DynamodbTableOptions): TenantTable {
  const opened = import('./dynamodb-table.ts').then(({ createDynamodbTable }) =>
    createDynamodbTable(options),
  )
  // It is told to whoever reads.
  opened.catch(() => undefined)
  const read = async <Answer>(ask: (table: TenantTable) => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask(await opened)
    } catch (error) {
      // Whatever is wrong with the table, tenants that are known go on being served for their time.
      const message = `DynamoDB table ${options.tableName}: ${readSdkError(error).text}`
      throw new BrokerError('upstream_unavailable', message, { retryAfterSeconds: 1 })
    }
  }
  return {
    getItem: (key) => read((table) => table.getItem(key)),
    query: (partition, mostItems) => read((table) => table.query(partition, mostItems)),
  }
}
