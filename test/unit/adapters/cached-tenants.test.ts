/** The cache before a store of tenants: how long it answers alone, what it does while the table is away, and what it holds. */
import type { CompiledTenant } from '@token-broker/core'
import { BrokerError } from '@token-broker/core'
import { compileTenant } from '@token-broker/core/document'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  createCachedTenants,
  MAX_CACHED_TENANTS,
} from '../../../packages/functions/src/adapters/stores/cached-tenants.ts'
import {
  createDynamodbTenants,
  openDynamodbTable,
} from '../../../packages/functions/src/adapters/stores/dynamodb-tenants.ts'
import type { TenantSource } from '../../../packages/functions/src/adapters/stores/tenant-source.ts'
import { smallDocument } from '../../fixtures/small-document.ts'
import {
  CREDENTIALS,
  REGION,
  startTenantsTable,
  type TenantsTable,
} from '../../fixtures/tenants-table.ts'
import { openOperatorTable, removeTenant, writeTenant } from '../../fixtures/write-tenants.ts'
import { refusalOf } from './test-server.ts'

let clock = 0
const now = () => clock

describe('over a real table', () => {
  let server: TenantsTable
  let operator: ReturnType<typeof openOperatorTable>
  let cached: TenantSource
  beforeAll(async () => {
    server = await startTenantsTable()
    operator = openOperatorTable(server)
  })
  beforeEach(() => {
    clock = 1_000_000_000
    const { name: tableName, url: endpoint } = server
    const table = openDynamodbTable({
      tableName,
      endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      now: Date.now,
    })
    cached = createCachedTenants(createDynamodbTenants(table), now)
    server.requests.length = 0
  })
  afterAll(async () => {
    operator.close()
    await server.close()
  })

  const answers = async (tenant: string) => [
    (await cached.load(tenant))?.tenant,
    (await cached.findTrusts(`https://${tenant}.example`)).map(({ tenants }) => tenants),
    await cached.allowsOrigin(`https://app.${tenant}.example`),
  ]
  const whole = (tenant: string) => [tenant, [{ [tenant]: ['app'] }], true]
  const write = (tenant: string) =>
    writeTenant(operator, smallDocument(tenant, { origins: [`https://app.${tenant}.example`] }))

  test('a hundred callers at once make one request of each kind, and later ones none', async () => {
    await write('acme')
    server.requests.length = 0
    const all = await Promise.all(Array.from({ length: 100 }, () => answers('acme')))
    for (const answer of all) expect(answer).toEqual(whole('acme'))
    expect([...server.requests].sort()).toEqual(['GetItem', 'Query', 'Query'])
    clock += 44_999
    expect(await answers('acme')).toEqual(whole('acme'))
    expect(server.requests).toHaveLength(3)
  })

  test('a removed tenant stops within its fresh time, a new one is found within ten seconds', async () => {
    await write('leaving')
    expect(await answers('leaving')).toEqual(whole('leaving'))
    expect(await answers('coming')).toEqual([undefined, [], false])
    await removeTenant(operator, 'leaving')
    await write('coming')
    clock += 9_999 * 0.7
    expect(await answers('coming')).toEqual([undefined, [], false])
    clock += 9_999 * 0.4
    expect(await answers('coming')).toEqual(whole('coming'))
    clock = 1_000_000_000 + 60_000
    expect(await answers('leaving')).toEqual([undefined, [], false])
  })

  test('near the end of its fresh time an answer is renewed behind the caller’s back', async () => {
    await write('renewed')
    await answers('renewed')
    server.requests.length = 0
    clock += 50_000
    expect(await answers('renewed')).toEqual(whole('renewed'))
    // Asked again while that is under way, it waits for nothing and starts nothing.
    await expect.poll(() => server.requests.length).toBe(3)
    clock += 20_000
    expect(await answers('renewed')).toEqual(whole('renewed'))
    expect(server.requests).toHaveLength(3)
  })

  test('while the table is gone for a minute, no request for a known tenant is lost; then it comes back', async () => {
    await write('steady')
    await answers('steady')
    await server.stop()
    try {
      for (let second = 0; second <= 120; second += 5) {
        clock = 1_000_000_000 + second * 1_000
        expect(await answers('steady')).toEqual(whole('steady'))
      }
      expect((await refusalOf(cached.load('stranger'))).code).toBe('upstream_unavailable')
    } finally {
      await server.start()
    }
    await removeTenant(operator, 'steady')
    clock += 5_000
    expect(await answers('steady')).toEqual([undefined, [], false])
  }, 60_000)
})

const DOCUMENT = compileTenant(smallDocument('acme'), '').tenant

/** A store that counts what it is asked and does as the test says. */
function createSource(load: (tenant: string) => CompiledTenant | undefined): {
  source: TenantSource
  asked: string[]
} {
  const asked: string[] = []
  const source: TenantSource = {
    findTrusts: async () => [],
    load: async (tenant) => {
      asked.push(tenant)
      return load(tenant)
    },
    allowsOrigin: async () => false,
  }
  return { source, asked }
}

describe('bounds', () => {
  beforeEach(() => {
    clock = 0
  })

  test('an outage is borne for an hour and not a moment longer, asking every five seconds', async () => {
    let away = false
    const { source, asked } = createSource(() => {
      if (away) throw new BrokerError('upstream_unavailable', 'away')
      return DOCUMENT
    })
    const { load } = createCachedTenants(source, now)
    await load('acme')
    away = true
    for (clock = 60_000; clock < 3_600_000; clock += 1_000)
      expect(await load('acme')).toBe(DOCUMENT)
    expect(asked.length).toBe(1 + (3_600_000 - 60_000) / 5_000)
    expect((await refusalOf(load('acme'))).code).toBe('upstream_unavailable')
    away = false
    expect(await load('acme')).toBe(DOCUMENT)
  })

  test('a document that turned unreadable is forgotten at once, and read again when it is mended', async () => {
    let broken = false
    const { source } = createSource(() => {
      if (broken) throw new BrokerError('config_invalid', 'unreadable')
      return DOCUMENT
    })
    const { load } = createCachedTenants(source, now)
    await load('acme')
    broken = true
    clock = 60_000
    expect((await refusalOf(load('acme'))).code).toBe('config_invalid')
    clock = 60_001
    expect((await refusalOf(load('acme'))).code).toBe('config_invalid')
    broken = false
    expect(await load('acme')).toBe(DOCUMENT)
  })

  test('holds a thousand tenants, and made-up names push none of them out', async () => {
    const { source, asked } = createSource((tenant) =>
      tenant.startsWith('t') ? DOCUMENT : undefined,
    )
    const { load } = createCachedTenants(source, now)
    for (let index = 0; index < MAX_CACHED_TENANTS; index++) await load(`t${index}`)
    for (let index = 0; index < 5 * MAX_CACHED_TENANTS; index++) await load(`made-up-${index}`)
    asked.length = 0
    for (let index = 0; index < MAX_CACHED_TENANTS; index++) await load(`t${index}`)
    expect(asked).toEqual([])
    await load('t-one-more')
    await load('t0')
    expect(asked).toEqual(['t-one-more', 't0'])
  })
})

test('a load during which the machine stood still is not waited for, and what it brings at last is old', async () => {
  clock = 1_000_000_000
  const answers: ((tenant: CompiledTenant | undefined) => void)[] = []
  const source: TenantSource = {
    findTrusts: async () => [],
    allowsOrigin: async () => false,
    load: () => new Promise((resolve) => answers.push(resolve)),
  }
  const cached = createCachedTenants(source, now)
  const { tenant } = compileTenant(smallDocument('acme'), 'acme.yaml')
  const asleep = cached.load('acme')
  clock += 3_600_000
  const awake = cached.load('acme')
  expect(answers).toHaveLength(2)
  // Removed in the meantime.
  answers[1]?.(undefined)
  expect(await awake).toBeUndefined()
  answers[0]?.(tenant)
  expect((await asleep)?.tenant).toBe('acme')
  expect(await cached.load('acme')).toBeUndefined()
  expect(answers).toHaveLength(2)
})
