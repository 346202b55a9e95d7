/** The contract of tenant stores, for each of them and for their combinations. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { compileTenants, tenantsFile } from '@token-broker/core/document'
import { createBundledTenants } from '../../packages/functions/src/adapters/stores/bundled-tenants.ts'
import { createCachedTenants } from '../../packages/functions/src/adapters/stores/cached-tenants.ts'
import {
  createDynamodbTenants,
  openDynamodbTable,
} from '../../packages/functions/src/adapters/stores/dynamodb-tenants.ts'
import { createLayeredTenants } from '../../packages/functions/src/adapters/stores/layered-tenants.ts'
import type { TenantSource } from '../../packages/functions/src/adapters/stores/tenant-source.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { CREDENTIALS, REGION, startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'
import { testTenantStore } from './tenant-store-contract.ts'

async function openBundled(documents: readonly string[]): Promise<TenantSource> {
  const file = path.join(makeTemporaryFolder(), 'tenants.jsonl')
  const { tenants } = compileTenants(
    documents.map((text, index) => ({ file: `${index}.yaml`, text })),
  )
  writeFileSync(file, tenantsFile(tenants))
  return createBundledTenants(file).store
}

async function openDynamodb(documents: readonly string[]): Promise<TenantSource> {
  const server = await closeAfterTests(startTenantsTable())
  const operator = openOperatorTable(server)
  for (const document of documents) await writeTenant(operator, document)
  operator.close()
  const { name: tableName, url: endpoint } = server
  const access = { region: REGION, credentials: CREDENTIALS, now: Date.now }
  return createDynamodbTenants(openDynamodbTable({ tableName, endpoint, ...access }), Date.now)
}

testTenantStore('bundled documents', openBundled)
testTenantStore('DynamoDB', openDynamodb)
testTenantStore('DynamoDB behind the cache', async (documents) =>
  createCachedTenants(await openDynamodb(documents), Date.now),
)
testTenantStore('one tenant bundled, the others in DynamoDB', async ([first = '', ...others]) =>
  createLayeredTenants(await openBundled([first]), await openDynamodb(others)),
)
