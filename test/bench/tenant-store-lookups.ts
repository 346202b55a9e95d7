/** One fresh process, one store: looks tenants up without the cache and with it, and sends the figures to its parent. */
import { createCachedTenants } from '../../packages/functions/src/adapters/stores/cached-tenants.ts'
import { createDynamodbTenants } from '../../packages/functions/src/adapters/stores/dynamodb-tenants.ts'
import { openTable } from '../../packages/functions/src/adapters/stores/lazy-table.ts'
import type { TenantSource } from '../../packages/functions/src/adapters/stores/tenant-source.ts'
import { CREDENTIALS, REGION } from '../fixtures/tenants-table.ts'

export interface StoreFigures {
  /** An issuer's trusts and a document, one after the other. */
  readonly askedMicros: number
  readonly cachedMicros: number
  /** Heap that the cache takes. */
  readonly tenTenantsKb: number
  /** The same after every tenant was asked for; 0 where that was not wanted. */
  readonly allTenantsKb: number
}

const LOOKUPS = 300
const CACHED_LOOKUPS = 20_000

const [endpoint = '', size = '', all = ''] = process.argv.slice(2)
const names = Array.from({ length: Number(size) }, (_, index) => `tenant-${index}`)
const options = { tableName: 'tenants', endpoint, region: REGION, credentials: CREDENTIALS, now: Date.now }
const source = createDynamodbTenants(openTable(options))

async function lookUp(store: TenantSource, name: string): Promise<void> {
  const [trust] = await store.findTrusts(`https://${name}.example`)
  const tenant = await store.load(name)
  if (tenant?.tenant !== name || !trust) throw new Error(`${name} was not found`)
}

async function medianMicros(store: TenantSource, lookups: number, among: readonly string[]): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < lookups; index++) {
    const started = performance.now()
    // A prime stride meets tenants from everywhere in the table.
    await lookUp(store, among[(index * 7_919) % among.length] ?? '')
    times.push((performance.now() - started) * 1000)
  }
  return times.sort((a, b) => a - b)[Math.floor(lookups / 2)] ?? Number.NaN
}

function heapKb(): number {
  for (let pass = 0; pass < 3; pass++) globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1000
}

await medianMicros(source, LOOKUPS, names) // the compiler's warm-up
const askedMicros = await medianMicros(source, LOOKUPS, names)
const cached = createCachedTenants(source, () => 0)
const empty = heapKb()
const ten = names.slice(0, 10)
for (const name of ten) await lookUp(cached, name)
const tenTenantsKb = heapKb() - empty
const cachedMicros = await medianMicros(cached, CACHED_LOOKUPS, ten)
for (const name of all === 'all' ? names : []) await lookUp(cached, name)
const allTenantsKb = all === 'all' ? heapKb() - empty : 0
process.send?.({ askedMicros, cachedMicros, tenTenantsKb, allTenantsKb } satisfies StoreFigures, () => process.exit())
