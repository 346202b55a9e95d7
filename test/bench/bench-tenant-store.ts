/**
 * `npm run bench:store`: the time of a tenant lookup and the memory of the cache, with 10 and with
 * 10,000 tenants in the table. Each figure is the median of several fresh processes that alternate
 * between the two tables. Only the ratio can be compared between machines.
 */
import { fork } from 'node:child_process'
import { newHead, newIndexItems } from '@token-broker/functions/tenant-table'
import { compileTenant } from '../../packages/core/src/document/index.ts'
import { smallDocument } from '../fixtures/small-document.ts'
import { startTenantsTable } from '../fixtures/tenants-table.ts'
import type { StoreFigures } from './workers/tenant-store-lookups.ts'

const SIZES = [10, 10_000] as const
const ROUNDS = 5
const WIDTH = 50

async function fill(size: number) {
  const table = await startTenantsTable()
  const names = Array.from({ length: size }, (_, index) => `tenant-${index}`)
  const lane = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const { tenant } = compileTenant(smallDocument(name), '')
      if (!tenant) throw new Error('The document of the benchmark does not compile.')
      const written = {
        version: 1,
        at: '2026-01-31T12:00:00Z',
        by: 'bench',
        indexed: [],
        settled: true,
        candidateNumber: 0,
        candidateJson: undefined,
      }
      await table.put(newHead(name, { ...written, compiledJson: JSON.stringify(tenant) }))
      for (const item of newIndexItems(tenant, 1)) await table.put(item)
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, lane))
  return table
}

function measure(url: string, size: number, more = ''): Promise<StoreFigures> {
  return new Promise((resolve, reject) => {
    const child = new URL('workers/tenant-store-lookups.ts', import.meta.url).pathname
    const run = fork(child, [url, String(size), more], { execArgv: ['--expose-gc'] })
    run.once('message', (figures: StoreFigures) => resolve(figures))
    run.once(
      'exit',
      (code) => code !== 0 && reject(new Error(`The measurement ended with exit code ${code}.`)),
    )
  })
}

const tables = await Promise.all(SIZES.map(fill))
const rounds: StoreFigures[][] = SIZES.map(() => [])
for (let round = 0; round < ROUNDS; round++) {
  for (const [index, size] of SIZES.entries()) {
    const { url = '' } = tables[index] ?? {}
    rounds[index]?.push(await measure(url, size))
  }
}
const { cacheKb } = await measure(tables.at(-1)?.url ?? '', SIZES[1], 'all')
await Promise.all(tables.map((table) => table.close()))

const LINES: readonly {
  readonly what: string
  readonly of: keyof StoreFigures
  readonly unit: string
}[] = [
  { what: 'lookup in the table', of: 'tableMicros', unit: 'µs' },
  { what: 'lookup in the cache', of: 'cachedMicros', unit: 'µs' },
  { what: 'cache after 10 tenants', of: 'cacheKb', unit: 'kB' },
]
const heads = SIZES.map((size) => `${size} tenants`.padStart(16)).join('')
console.log(`${''.padEnd(32)}${heads}${'ratio'.padStart(9)}`)
for (const { what, of, unit } of LINES) {
  const [few = 0, many = 0] = rounds.map((figures) => median(figures.map((figure) => figure[of])))
  const cells = [few, many].map((value) => `${value.toFixed(1)} ${unit}`.padStart(16)).join('')
  console.log(`${what.padEnd(32)}${cells}${(many / few).toFixed(2).padStart(9)}`)
}
console.log(`cache after lookups of all ${SIZES[1]} tenants, full: ${cacheKb.toFixed(0)} kB`)

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
