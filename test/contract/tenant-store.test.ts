/** The contract of tenant stores, over each of them and over them put together. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compileTenants, tenantsFile } from '@token-broker/core/document'
import { createBundledTenants } from '../../packages/functions/src/adapters/stores/bundled-tenants.ts'
import { createCachedTenants } from '../../packages/functions/src/adapters/stores/cached-tenants.ts'
import {
  createDynamodbTenants,
  openDynamodbTable,
} from '../../packages/functions/src/adapters/stores/dynamodb-tenants.ts'
import { createLayeredTenants } from '../../packages/functions/src/adapters/stores/layered-tenants.ts'
import { CREDENTIALS, REGION, startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'
import { type OpenedStore, testTenantStore } from './tenant-store-contract.ts'

async function openBundled(documents: readonly string[]): Promise<OpenedStore> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tenant-store-'))
  const file = path.join(folder, 'tenants.jsonl')
  const { tenants } = compileTenants(
    documents.map((text, index) => ({ file: `${index}.yaml`, text })),
  )
  writeFileSync(file, tenantsFile(tenants))
  return {
    store: createBundledTenants(file).store,
    close: () => rmSync(folder, { recursive: true }),
  }
}

async function openDynamodb(documents: readonly string[]): Promise<OpenedStore> {
  const server = await startTenantsTable()
  const operator = openOperatorTable(server)
  for (const document of documents) await writeTenant(operator, document)
  operator.close()
  const { name: tableName, url: endpoint } = server
  const table = openDynamodbTable({
    tableName,
    endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    now: Date.now,
  })
  return { store: createDynamodbTenants(table), close: server.close }
}

testTenantStore('bundled documents', openBundled)
testTenantStore('DynamoDB', openDynamodb)
testTenantStore('DynamoDB behind the cache', async (documents) => {
  const { store, close } = await openDynamodb(documents)
  return { store: createCachedTenants(store, Date.now), close }
})
testTenantStore('one tenant bundled, the others in DynamoDB', async ([first = '', ...others]) => {
  const [bundled, table] = [await openBundled([first]), await openDynamodb(others)]
  return {
    store: createLayeredTenants(bundled.store, table.store),
    close: async () => {
      await bundled.close()
      await table.close()
    },
  }
})
