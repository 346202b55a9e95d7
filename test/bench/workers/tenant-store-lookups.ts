/** Looks tenants up in one store, with and without the cache; sends the figures to its parent. */
import { createCachedTenants } from '../../../packages/functions/src/adapters/stores/cached-tenants.ts'
import {
  createDynamodbTenants,
  openDynamodbTable,
} from '../../../packages/functions/src/adapters/stores/dynamodb-tenants.ts'
import type { TenantSource } from '../../../packages/functions/src/adapters/stores/tenant-source.ts'
import { CREDENTIALS, REGION } from '../../fixtures/tenants-table.ts'

export interface StoreFigures {
  /** Two requests, one after the other: the trusts of an issuer, and a document. */
  readonly tableMicros: number
  readonly cachedMicros: number
  /** Heap used by a cache after lookups of ten tenants, or of all. */
  readonly cacheKb: number
}

const LOOKUPS = 300
/** A single one is too small to be distinguished from the variation of the heap. */
const CACHES = 100
const CACHED_LOOKUPS = 20_000

const [endpoint = '', size = '', all = ''] = process.argv.slice(2)
const names = Array.from({ length: Number(size) }, (_, index) => `tenant-${index}`)
const options = {
  tableName: 'tenants',
  endpoint,
  region: REGION,
  credentials: CREDENTIALS,
  now: Date.now,
}
const source = createDynamodbTenants(openDynamodbTable(options), () => 0)

async function lookUp(store: TenantSource, name: string): Promise<void> {
  const [trust] = await store.findTrusts(`https://${name}.example`)
  const tenant = await store.load(name)
  if (tenant?.tenant !== name || !trust) throw new Error(`The tenant ${name} was not found.`)
}

async function medianMicros(
  store: TenantSource,
  lookups: number,
  among: readonly string[],
): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < lookups; index++) {
    const started = performance.now()
    // A prime stride reaches tenants from all parts of the table.
    await lookUp(store, among[(index * 7_919) % among.length] ?? '')
    times.push((performance.now() - started) * 1000)
  }
  return times.sort((a, b) => a - b)[Math.floor(lookups / 2)] ?? Number.NaN
}

function heapKb(): number {
  for (let pass = 0; pass < 3; pass++) globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1000
}

await medianMicros(source, LOOKUPS, names) // warms up the compiler
const openCache = () => createCachedTenants(source, () => 0)
const ten = names.slice(0, 10)
const [cached = openCache(), ...others] = Array.from({ length: CACHES }, openCache)
const empty = heapKb()
const figures = all === 'all' ? await fillOne() : await compare()
// A cache that is not used afterwards would be collected before it is measured.
for (const cache of [cached, ...others]) await lookUp(cache, ten[0] ?? '')
process.send?.(figures satisfies StoreFigures, () => process.exit())

async function compare() {
  for (const cache of [cached, ...others]) for (const name of ten) await lookUp(cache, name)
  const cacheKb = (heapKb() - empty) / CACHES
  const tableMicros = await medianMicros(source, LOOKUPS, names)
  return { tableMicros, cachedMicros: await medianMicros(cached, CACHED_LOOKUPS, ten), cacheKb }
}

async function fillOne() {
  for (const name of names) await lookUp(cached, name)
  return { tableMicros: Number.NaN, cachedMicros: Number.NaN, cacheKb: heapKb() - empty }
}
