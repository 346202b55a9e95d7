/** A DynamoDB table of tenants for the tests of one file, and the store that reads it. */
import { afterAll, beforeAll } from 'vitest'
import {
  createDynamodbTenants,
  openDynamodbTable,
} from '../../../packages/functions/src/adapters/stores/dynamodb-tenants.ts'
import type { TenantSource } from '../../../packages/functions/src/adapters/stores/tenant-source.ts'
import {
  CREDENTIALS,
  REGION,
  startTenantsTable,
  type TenantsTable,
} from '../../fixtures/tenants-table.ts'
import { openOperatorTable } from '../../fixtures/write-tenants.ts'

/** Starts the table before the tests and closes it after them. */
export function useTenantsTable() {
  let server: TenantsTable
  let operator: ReturnType<typeof openOperatorTable>
  beforeAll(async () => {
    server = await startTenantsTable()
    operator = openOperatorTable(server)
  })
  afterAll(async () => {
    operator.close()
    await server.close()
  })
  return { server: () => server, operator: () => operator }
}

export function openStore({ name, url }: Pick<TenantsTable, 'name' | 'url'>): TenantSource {
  const options = { region: REGION, credentials: CREDENTIALS, now: Date.now }
  const table = openDynamodbTable({ tableName: name, endpoint: url, ...options })
  return createDynamodbTenants(table, Date.now)
}
