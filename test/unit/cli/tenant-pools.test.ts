/**
 * No two tenants of a table have one identity pool, or release tokens for one audience, also where
 * operators write at once; and brokers find the pool's tenant while the index is out of date.
 */
import { headKey, itemKey } from '@token-broker/functions/tenant-table'
import { expect, it } from 'vitest'
import { readStoredHead } from '../../../packages/cli/src/tenant/read-stored.ts'
import { TenantError } from '../../../packages/cli/src/tenant/tenant-error.ts'
import { closeAfterTests } from '../../fixtures/index.ts'
import { type SmallDocument, smallDocument } from '../../fixtures/small-document.ts'
import { deleteTenant, openOperatorTable, writeTenant } from '../../fixtures/write-tenants.ts'
import { openStore } from '../adapters/tenants-table-store.ts'
import { failingAfter } from './failing-table.ts'
import { takeTurns } from './table-turns.ts'
import { startTenantBench } from './tenant-bench.ts'

const { table: server, tenant, write: writeFile } = await startTenantBench()
const table = await closeAfterTests(openOperatorTable(server))
let count = 0

/** Two tenants, and a pool that no other test uses. */
function newPair() {
  count++
  const pool = `eu-central-1:00000000-0000-0000-0000-${String(count).padStart(12, '0')}`
  return { first: `a${count}`, second: `b${count}`, pool, other: pool.replace(':0', ':1') }
}

const put = (name: string, options: SmallDocument, by = table) =>
  writeTenant(by, smallDocument(name, { role: name, ...options }))

it('refuses a second tenant with the pool, names the first, and writes nothing', async () => {
  const { first, second, pool } = newPair()
  await put(first, { pool })
  const before = await server.scan()
  expect(await tenant('put', writeFile('b.yaml', smallDocument(second, { pool })))).toEqual({
    ...{ code: 3, stdout: '' },
    stderr:
      `token-broker: ${second}: tenant ${first} (in the table) also has the pool ${pool} of this ` +
      'document; give each pool an id of its own\n',
  })
  expect(await server.scan()).toEqual(before)
  await deleteTenant(table, first)
  expect(await put(second, { pool })).toBe(1)
})

it.each<[what: string, one: SmallDocument, other: SmallDocument]>([
  ['a pool of each', { classicAudience: 'both' }, { classicAudience: 'both' }],
  ['a pool and then a grant', { classicAudience: 'g1' }, { releasedAudience: 'g1' }],
  ['a grant and then a pool', { releasedAudience: 'g2' }, { classicAudience: 'g2' }],
])('refuses one audience of released tokens of %s', async (_, one, other) => {
  const { first, second, pool, other: otherPool } = newPair()
  await put(first, { pool, ...one })
  await expect(put(second, { pool: otherPool, ...other })).rejects.toThrow(
    'also has the audience of a released token of this document',
  )
  await deleteTenant(table, first)
  expect(await put(second, { pool: otherPool, ...other })).toBe(1)
  await deleteTenant(table, second)
})

it('lets at most one of two writers at once have the pool', async () => {
  for (let turn = 0; turn < 12; turn++) {
    const { first, second, pool } = newPair()
    const order = Array.from({ length: 40 }, (_, step) => (step * (turn + 1) + turn) % 2)
    const names = [first, second]
    await takeTurns(
      table,
      order,
      names.map((name) => (by) => put(name, { pool }, by)),
    )
    const heads = await Promise.all(names.map((name) => readStoredHead(table, name)))
    expect(heads.filter((head) => head !== undefined).length).toBeLessThanOrEqual(1)
  }
})

it('never gives two tenants the pool after a writer stopped', async () => {
  let finished = 0
  for (let writes = 0; finished === 0; writes++) {
    const { first, second, pool } = newPair()
    finished = await put(first, { pool }, failingAfter(table, writes)).catch(() => 0)
    const outcome = await put(second, { pool }).catch((error: unknown) => error)
    const heads = await Promise.all([first, second].map((name) => readStoredHead(table, name)))
    expect(heads.filter((head) => head !== undefined).length).toBeLessThanOrEqual(1)
    if (typeof outcome !== 'number') expect(outcome).toBeInstanceOf(TenantError)
  }
  expect(finished).toBe(1)
}, 60_000)

it('finds the tenant that has the pool, also where the index names a former one too', async () => {
  const { first, second, pool } = newPair()
  await put(first, { pool })
  const stale = await table.get(itemKey(`pool#${pool}`, first))
  await put(first, {})
  await put(second, { pool })
  const store = openStore(server)
  expect(await store.findPool(pool)).toBe(second)
  await server.put(JSON.parse(JSON.stringify(stale)))
  expect(await store.findPool(pool)).toBe(second)
  await deleteTenant(table, second)
  // The document of the tenant decides: it has no such pool.
  expect(await store.findPool(pool)).toBe(first)
})

it('accepts heads and claims of a release without pools', async () => {
  const { first, second, pool } = newPair()
  await put(first, {})
  const head = await table.get(headKey(first))
  expect(head?.compiled?.S).not.toContain('identityPools')
  expect(await put(second, { pool })).toBe(1)
})
