/** The store over a real table: how often it asks, and what it makes of items that are not as they should be. */
import { headKey } from '@token-broker/functions/tenant-table'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createDynamodbTenants,
  openDynamodbTable,
} from '../../../packages/functions/src/adapters/stores/dynamodb-tenants.ts'
import type { TenantSource } from '../../../packages/functions/src/adapters/stores/tenant-source.ts'
import { largeDocument, smallDocument } from '../../fixtures/small-document.ts'
import {
  CREDENTIALS,
  REGION,
  startTenantsTable,
  type TenantsTable,
} from '../../fixtures/tenants-table.ts'
import { openOperatorTable, removeTenant, writeTenant } from '../../fixtures/write-tenants.ts'
import { refusalOf } from './test-server.ts'

let server: TenantsTable
let operator: ReturnType<typeof openOperatorTable>
let store: TenantSource
beforeAll(async () => {
  server = await startTenantsTable()
  operator = openOperatorTable(server)
  const { name: tableName, url: endpoint } = server
  store = createDynamodbTenants(
    openDynamodbTable({
      tableName,
      endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      now: Date.now,
    }),
  )
})
afterAll(async () => {
  operator.close()
  await server.close()
})

async function requestsOf(ask: () => Promise<unknown>): Promise<readonly string[]> {
  server.requests.length = 0
  await ask()
  return [...server.requests]
}

describe('requests', () => {
  test('one a look-up, whatever the number of tenants, and never a scan', async () => {
    for (let index = 0; index < 30; index++)
      await writeTenant(operator, smallDocument(`many-${index}`))
    expect(await requestsOf(() => store.findTrusts('https://many-7.example'))).toEqual(['Query'])
    expect(await requestsOf(() => store.load('many-7'))).toEqual(['GetItem'])
    expect(await requestsOf(() => store.allowsOrigin('https://many-7.example'))).toEqual(['Query'])
    expect(await requestsOf(() => store.load('nobody'))).toEqual(['GetItem'])
  })

  test('none for a name that no table can hold', async () => {
    const long = 'x'.repeat(2_049)
    const ask = () =>
      Promise.all([
        store.load('__proto__'),
        store.load('Acme'),
        store.findTrusts(long),
        store.allowsOrigin(long),
      ])
    expect(await requestsOf(ask)).toEqual([])
  })

  test('an issuer of more tenants than one answer holds is read to the end', async () => {
    const audiences = JSON.stringify(
      Array.from({ length: 1_000 }, (_, index) => `audience-${index}`),
    )
    const profile = (await trusted('https://many-1.example')).profile
    const items = Array.from({ length: 120 }, (_, index) => ({
      pk: { S: 'issuer#https://crowded.example' },
      sk: { S: `crowded-${index}` },
      profile: { S: JSON.stringify({ ...profile, issuer: 'https://crowded.example' }) },
      audiences: { S: audiences },
    }))
    for (const item of items) await server.put(item)
    expect(await requestsOf(() => store.findTrusts('https://crowded.example'))).toEqual([
      'Query',
      'Query',
    ])
    expect(Object.keys((await trusted('https://crowded.example')).tenants)).toHaveLength(120)
  })
})

async function trusted(issuer: string) {
  const [trust] = await store.findTrusts(issuer)
  if (!trust) throw new Error(`${issuer} is not trusted`)
  return trust
}

test('a document is loaded that nearly fills its item', async () => {
  const document = largeDocument('large', 1_500)
  await writeTenant(operator, document)
  const tenant = await store.load('large')
  expect(JSON.stringify(tenant).length).toBeGreaterThan(300_000)
  expect(Object.keys(tenant?.grants ?? {})).toHaveLength(1_500)
})

test('a removed tenant is not loaded, and its issuer and origin are forgotten', async () => {
  const [issuer, origin] = ['https://gone.example', 'https://app.gone.example']
  await writeTenant(operator, smallDocument('gone', { origins: [origin] }))
  expect((await store.load('gone'))?.tenant).toBe('gone')
  await removeTenant(operator, 'gone')
  expect(await store.load('gone')).toBeUndefined()
  expect([await store.findTrusts(issuer), await store.allowsOrigin(origin)]).toEqual([[], false])
})

describe('an item that is not as it should be', () => {
  const head = (change: object) => async (tenant: string) => {
    await writeTenant(operator, smallDocument(tenant))
    await server.put(
      JSON.parse(JSON.stringify({ ...(await operator.get(headKey(tenant))), ...change })),
    )
  }
  const compiledOf = (tenant: string) =>
    JSON.stringify({ tenant, issuers: [], rules: [], grants: {} })

  test.each<{ what: string; make: (tenant: string) => Promise<void> }>([
    { what: 'another-format', make: head({ format: { N: '2' } }) },
    { what: 'no-format', make: head({ format: undefined }) },
    { what: 'no-json', make: head({ compiled: { S: '{"tenant":' } }) },
    { what: 'another', make: head({ compiled: { S: compiledOf('other') } }) },
    { what: 'part', make: head({ compiled: { S: compiledOf('foreign-part') } }) },
    { what: 'no-document', make: head({ compiled: undefined }) },
    { what: 'removed-with-document', make: head({ state: { S: 'removed' } }) },
    { what: 'another-type', make: head({ compiled: { N: '1' } }) },
    { what: 'no-version', make: head({ version: { S: 'one' } }) },
    { what: 'key-alone', make: (tenant) => server.put(headKey(tenant)) },
  ])('$what', async ({ what, make }) => {
    await make(`foreign-${what}`)
    expect((await refusalOf(store.load(`foreign-${what}`))).code).toBe('config_invalid')
  })

  test('takes away no other tenant of the issuer', async () => {
    const issuer = 'https://mixed.example'
    await writeTenant(operator, smallDocument('mixed', { issuers: [issuer] }))
    const { profile } = await trusted(issuer)
    const item = (sk: string, stored: unknown, audiences: unknown = ['app']) =>
      server.put({
        pk: { S: `issuer#${issuer}` },
        sk: { S: sk },
        profile: { S: JSON.stringify(stored) },
        audiences: { S: JSON.stringify(audiences) },
      })
    await item('__proto__', profile)
    await item('elsewhere', { ...profile, issuer: 'https://mixed.example.evil' })
    await item('no-profile', null)
    await item('no-list', profile, 'app')
    await item('no-strings', profile, [1])
    await item('no-keys', { ...profile, keys: undefined })
    expect(await store.findTrusts(issuer)).toEqual([{ profile, tenants: { mixed: ['app'] } }])
    await removeTenant(operator, 'mixed')
    expect((await refusalOf(store.findTrusts(issuer))).code).toBe('config_invalid')
  })
})

describe('a table that cannot be asked', () => {
  test.each([
    ['that does not exist', () => ({ tableName: 'missing', endpoint: server.url })],
    ['where nothing listens', () => ({ tableName: 'tenants', endpoint: 'http://127.0.0.1:9' })],
  ])('%s', async (_, place) => {
    const table = openDynamodbTable({
      ...place(),
      region: REGION,
      credentials: CREDENTIALS,
      now: Date.now,
    })
    const { code, message } = await refusalOf(createDynamodbTenants(table).load('acme'))
    expect(code).toBe('upstream_unavailable')
    expect(message).toMatch(
      /^DynamoDB table (missing: ResourceNotFoundException|tenants: ECONNREFUSED)/,
    )
    expect(message).not.toContain(CREDENTIALS.secretAccessKey)
  })
})
