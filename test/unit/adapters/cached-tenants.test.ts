/** The cache of tenants: when it loads, what it serves during an outage, and how much it keeps. */
import { BrokerError, type CompiledTenant } from '@token-broker/core'
import { compileTenant } from '@token-broker/core/document'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  createCachedTenants,
  MAX_CACHED_TENANTS,
} from '../../../packages/functions/src/adapters/stores/cached-tenants.ts'
import type { TenantSource } from '../../../packages/functions/src/adapters/stores/tenant-source.ts'
import { listedTenants } from '../../fixtures/listed-tenants.ts'
import { smallDocument } from '../../fixtures/small-document.ts'
import { deleteTenant, writeTenant } from '../../fixtures/write-tenants.ts'
import { refusalOf } from './calls.ts'
import { openStore, useTenantsTable } from './tenants-table-store.ts'

describe('over a real table', () => {
  const { server, operator } = useTenantsTable()
  beforeEach(() => {
    clock = START
    cached = createCachedTenants(openStore(server()), now)
    server().requests.length = 0
  })

  it('makes one request of each kind for a hundred concurrent callers', async () => {
    await write('acme')
    server().requests.length = 0
    const all = await Promise.all(Array.from({ length: 100 }, () => lookUp('acme')))
    for (const found of all) expect(found).toEqual(allOf('acme'))
    expect([...server().requests].sort()).toEqual(['GetItem', 'Query', 'Query'])
    clock += 44_999
    expect(await lookUp('acme')).toEqual(allOf('acme'))
    expect(server().requests).toHaveLength(3)
  })

  it('forgets a removed tenant within a minute, and finds a new one within 10 s', async () => {
    await write('leaving')
    expect(await lookUp('leaving')).toEqual(allOf('leaving'))
    expect(await lookUp('coming')).toEqual(NOTHING)
    await deleteTenant(operator(), 'leaving')
    await write('coming')
    clock += 9_999 * 0.7
    expect(await lookUp('coming')).toEqual(NOTHING)
    clock += 9_999 * 0.4
    expect(await lookUp('coming')).toEqual(allOf('coming'))
    clock = START + 60_000
    expect(await lookUp('leaving')).toEqual(NOTHING)
  })

  it('refreshes a value in the background near the end of its fresh time', async () => {
    await write('renewed')
    await lookUp('renewed')
    server().requests.length = 0
    clock += 50_000
    expect(await lookUp('renewed')).toEqual(allOf('renewed'))
    // A look-up while the refresh is running waits for nothing and starts nothing.
    await expect.poll(() => server().requests.length).toBe(3)
    clock += 20_000
    expect(await lookUp('renewed')).toEqual(allOf('renewed'))
    expect(server().requests).toHaveLength(3)
  })

  it('serves known tenants while the table is unreachable, and reads it again after', async () => {
    await write('steady')
    await lookUp('steady')
    await server().stop()
    try {
      for (let second = 0; second <= 120; second += 5) {
        clock = START + second * 1_000
        expect(await lookUp('steady')).toEqual(allOf('steady'))
      }
      expect((await refusalOf(cached.load('stranger'))).code).toBe('upstream_unavailable')
    } finally {
      await server().start()
    }
    await deleteTenant(operator(), 'steady')
    clock += 5_000
    expect(await lookUp('steady')).toEqual(NOTHING)
  }, 60_000)

  const write = (tenant: string) =>
    writeTenant(operator(), smallDocument(tenant, { origins: [`https://app.${tenant}.example`] }))
})

describe('limits', () => {
  beforeEach(() => {
    clock = 0
  })

  it('serves a value for an hour of an outage and no longer, with a load every 5 s', async () => {
    let isDown = false
    const { load, loads } = cacheOver(() => {
      if (isDown) throw new BrokerError('upstream_unavailable', 'down')
      return DOCUMENT
    })
    await load('acme')
    isDown = true
    for (clock = 60_000; clock < 3_600_000; clock += 1_000)
      expect(await load('acme')).toBe(DOCUMENT)
    expect(loads.length).toBe(1 + (3_600_000 - 60_000) / 5_000)
    expect((await refusalOf(load('acme'))).code).toBe('upstream_unavailable')
    isDown = false
    expect(await load('acme')).toBe(DOCUMENT)
  })

  it('drops a document that became unreadable, and loads it once it is corrected', async () => {
    let isCorrupt = false
    const { load } = cacheOver(() => {
      if (isCorrupt) throw new BrokerError('config_invalid', 'unreadable')
      return DOCUMENT
    })
    await load('acme')
    isCorrupt = true
    clock = 60_000
    expect((await refusalOf(load('acme'))).code).toBe('config_invalid')
    clock = 60_001
    expect((await refusalOf(load('acme'))).code).toBe('config_invalid')
    isCorrupt = false
    expect(await load('acme')).toBe(DOCUMENT)
  })

  it('keeps a thousand tenants, which made-up names cannot evict', async () => {
    const { load, loads } = cacheOver((tenant) => (tenant.startsWith('t') ? DOCUMENT : undefined))
    for (let index = 0; index < MAX_CACHED_TENANTS; index++) await load(`t${index}`)
    for (let index = 0; index < 5 * MAX_CACHED_TENANTS; index++) await load(`made-up-${index}`)
    loads.length = 0
    for (let index = 0; index < MAX_CACHED_TENANTS; index++) await load(`t${index}`)
    expect(loads).toEqual([])
    await load('t-one-more')
    await load('t0')
    expect(loads).toEqual(['t-one-more', 't0'])
  })
})

describe('a load that was running while the machine was suspended', () => {
  it('is not waited for, and its value counts as old', async () => {
    clock = START
    const pending: ((tenant: CompiledTenant | undefined) => void)[] = []
    const { load } = cacheOver(() => new Promise((resolve) => pending.push(resolve)))
    const before = load('acme')
    clock += 3_600_000
    const after = load('acme')
    expect(pending).toHaveLength(2)
    // The tenant was removed in the meantime.
    pending[1]?.(undefined)
    expect(await after).toBeUndefined()
    pending[0]?.(DOCUMENT)
    expect((await before)?.tenant).toBe('acme')
    expect(await load('acme')).toBeUndefined()
    expect(pending).toHaveLength(2)
  })
})

const START = 1_000_000_000
const NOTHING = [undefined, [], false]
const DOCUMENT = compileTenant(smallDocument('acme'), '').tenant

let clock = 0
let cached: TenantSource
const now = () => clock

async function lookUp(tenant: string) {
  return [
    (await cached.load(tenant))?.tenant,
    (await cached.findTrusts(`https://${tenant}.example`)).map(listedTenants),
    await cached.allowsOrigin(`https://app.${tenant}.example`),
  ]
}

function allOf(tenant: string) {
  return [tenant, [{ [tenant]: { audiences: ['app'] } }], true]
}

/** A cache over a source that records its loads. */
function cacheOver(
  find: (tenant: string) => CompiledTenant | undefined | Promise<CompiledTenant | undefined>,
) {
  const loads: string[] = []
  const source: TenantSource = {
    findTrusts: async () => [],
    findPool: async () => undefined,
    load: async (tenant) => {
      loads.push(tenant)
      return find(tenant)
    },
    allowsOrigin: async () => false,
  }
  return { load: createCachedTenants(source, now).load, loads }
}
