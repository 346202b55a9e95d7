/**
 * No tenant of a table has the role or the audience of a token that another one releases, also
 * where operators write at once, or stop halfway.
 */
import { headKey, itemKey } from '@token-broker/functions/tenant-table'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readStoredHead } from '../../../packages/cli/src/tenant/read-stored.ts'
import { TenantError } from '../../../packages/cli/src/tenant/tenant-error.ts'
import { closeAfterTests } from '../../fixtures/index.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { type SmallDocument, smallDocument } from '../../fixtures/small-document.ts'
import { deleteTenant, openOperatorTable, writeTenant } from '../../fixtures/write-tenants.ts'
import { failingAfter } from './failing-table.ts'
import { takeTurns } from './table-turns.ts'
import { startTenantBench } from './tenant-bench.ts'

const { table: server, tenant, write: writeFile } = await startTenantBench()
const table = await closeAfterTests(openOperatorTable(server))
let count = 0

/** Two tenants, and what their grants may have, which no other test uses. */
function newPair() {
  count++
  const role = `app-${count}`
  return {
    ...{ first: `a${count}`, second: `b${count}`, arn: `arn:aws:iam::111122223333:role/${role}` },
    plain: { role },
    releasing: { role, releasedAudience: `released-${count}` },
    sameAudience: { role: `other-${count}`, releasedAudience: `released-${count}` },
    unrelated: { role: `own-${count}`, releasedAudience: `own-${count}` },
  }
}

type Pair = ReturnType<typeof newPair>

const put = (name: string, options: SmallDocument, by = table) =>
  writeTenant(by, smallDocument(name, options))

const CONFLICTS: readonly [
  what: string,
  one: (pair: Pair) => SmallDocument,
  other: (pair: Pair) => SmallDocument,
][] = [
  ['releases tokens for the role of the first', ({ plain }) => plain, ({ releasing }) => releasing],
  ['has the role that the first releases', ({ releasing }) => releasing, ({ plain }) => plain],
  [
    'has that role in another case',
    ({ releasing }) => releasing,
    ({ plain }) => ({ role: plain.role.toUpperCase() }),
  ],
  [
    'releases tokens for the same audience',
    ({ releasing }) => releasing,
    ({ sameAudience }) => sameAudience,
  ],
]

it.each(CONFLICTS)('refuses a second tenant that %s, and writes nothing', async (_, one, other) => {
  const pair = newPair()
  const { first, second } = pair
  await put(first, one(pair))
  const before = await server.scan()
  await expect(put(second, other(pair))).rejects.toThrow(TenantError)
  expect(await server.scan()).toEqual(before)
})

it('names the other tenant, and says what to do', async () => {
  const { first, second, arn, releasing, plain, sameAudience } = newPair()
  const run = (options: SmallDocument) =>
    tenant('put', writeFile('second.yaml', smallDocument(second, options)))
  const refusal = (text: string) => ({
    ...{ code: 3, stdout: '' },
    stderr: `token-broker: ${second}: tenant ${first} (in the table) also has the ${text}\n`,
  })
  await put(first, releasing)
  expect(await run(plain)).toEqual(
    refusal(
      `role ${arn}, in its grant read, and the holder of a released token of that grant gets all ` +
        'that the role may do; give the grant read a role of its own',
    ),
  )
  expect(await run(sameAudience)).toEqual(
    refusal(
      `releasedAudience ${releasing.releasedAudience}, in its grant read, so a role may trust ` +
        'the tokens of both; write an audience of its own for the grant read, such as ' +
        `${second}-read-released`,
    ),
  )
  await deleteTenant(table, first)
  await put(first, plain)
  expect(await run(releasing)).toEqual(
    refusal(
      `role ${arn}, in its grant read, and the holder of a released token of the grant read of ` +
        'this document gets all that the role may do; give the grant read a role of its own',
    ),
  )
})

it('accepts a role that several tenants use and none releases, and other audiences', async () => {
  const { first, second, plain, unrelated } = newPair()
  await put(first, plain)
  expect(await put(second, plain)).toBe(1)
  expect(await put(`${second}-other`, unrelated)).toBe(1)
})

it('accepts a second tenant once the first is removed or changed', async () => {
  const { first, second, plain, releasing, unrelated } = newPair()
  await put(first, releasing)
  await deleteTenant(table, first)
  expect(await put(second, plain)).toBe(1)
  await expect(put(first, releasing)).rejects.toThrow(`tenant ${second} (in the table)`)
  await put(second, unrelated)
  expect(await put(first, releasing)).toBeGreaterThan(2)
})

it('refuses a change, and a rollback, to a document that conflicts with another', async () => {
  const { first, second, plain, releasing, unrelated } = newPair()
  await put(second, plain)
  await put(second, unrelated)
  await put(first, releasing)
  await expect(put(second, plain)).rejects.toThrow(`tenant ${first} (in the table)`)
  const rollback = await tenant('rollback', second, '--version', '1', '--expect', 'latest')
  expect(rollback).toMatchObject({ code: 3, stderr: expect.stringContaining(`tenant ${first}`) })
  expect((await readStoredHead(table, second))?.version).toBe(2)
})

it('lets a tenant keep its own role and audience, and move them to another grant', async () => {
  const { first, releasing, plain } = newPair()
  await put(first, releasing)
  expect(await put(first, { ...releasing, audience: 'other' })).toBe(2)
  expect(await put(first, plain)).toBe(3)
  expect(await put(first, releasing)).toBe(4)
})

it('never writes both of two documents, in any order of their writers’ operations', async () => {
  const order = fc.array(fc.nat(1), { minLength: 30, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...CONFLICTS), order, async ([, one, other], turns) => {
      const pair = newPair()
      const results = await takeTurns<number>(table, turns, [
        (by) => put(pair.first, one(pair), by),
        (by) => put(pair.second, other(pair), by),
      ])
      const written = results.filter(({ status }) => status === 'fulfilled').length
      expect(written).toBeLessThanOrEqual(1)
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(TenantError)
    }),
    { numRuns: Math.min(PROPERTY_RUNS.numRuns / 20, 200) },
  )
}, 120_000)

it.each(CONFLICTS.slice(0, 2))(
  'never writes both after a writer stopped: the second %s',
  async (_, one, other) => {
    let finished = 0
    for (let writes = 0; finished === 0; writes++) {
      const pair = newPair()
      const { first, second } = pair
      finished = await put(first, one(pair), failingAfter(table, writes)).catch(() => 0)
      const outcome = await put(second, other(pair)).catch((error: unknown) => error)
      const live = await liveTenants([first, second])
      expect(live.length).toBeLessThanOrEqual(1)
      if (typeof outcome === 'number') continue
      expect(outcome).toBeInstanceOf(TenantError)
      if (live.length === 0) expect(String(outcome)).toMatch(/being written.*tenant rm/)
      const removal = await tenant('rm', first, ...(live.length ? ['--expect', 'latest'] : []))
      expect(removal).toMatchObject({ code: 0 })
      expect(await put(second, other(pair))).toBeGreaterThan(0)
    }
    expect(finished).toBe(1)
  },
  60_000,
)

it('compares a tenant of an earlier release when it is put again, as it must be', async () => {
  const { first, second, arn, plain, releasing } = newPair()
  await put(first, plain)
  const head = await table.get(headKey(first))
  await server.put(JSON.parse(JSON.stringify({ ...head, format: { N: '1' } })))
  // That release wrote no index of roles.
  await table.remove(itemKey(`role-of-grant#${arn}`, first), {
    ConditionExpression: 'attribute_exists(pk)',
  })
  expect(await put(second, releasing)).toBe(1)
  const again = writeFile('first.yaml', smallDocument(first, plain))
  expect(await tenant('put', again, '--expect', 'latest')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`tenant ${second} (in the table)`),
  })
})

async function liveTenants(names: readonly string[]): Promise<string[]> {
  const heads = await Promise.all(names.map((name) => readStoredHead(table, name)))
  return names.filter((_, index) => heads[index]?.compiledJson !== undefined)
}
