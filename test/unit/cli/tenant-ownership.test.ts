/**
 * No two tenants of a table claim one audience of an issuer, unless `member` conditions differ,
 * also where operators write at once, or stop halfway.
 */
import { headKey, itemKey } from '@token-broker/functions/tenant-table'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { claimOwnership } from '../../../packages/cli/src/tenant/claim-ownership.ts'
import { readStoredHead } from '../../../packages/cli/src/tenant/read-stored.ts'
import { TenantError } from '../../../packages/cli/src/tenant/tenant-error.ts'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
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

/** An issuer that no other test uses, and the names of two tenants. */
function newIssuer() {
  count++
  const issuer = `https://${count}.example`
  const documentOf = (name: string, options: SmallDocument = {}) =>
    smallDocument(name, { issuers: [issuer], ...options })
  const put = (name: string, options?: SmallDocument, by = table) =>
    writeTenant(by, documentOf(name, options))
  return { issuer, first: `a${count}`, second: `b${count}`, documentOf, put }
}

const red = { member: 'claims.org == "red"' }
const blue = { member: 'claims.org == "blue"' }

it('refuses a second tenant before anything is written, and says what to do', async () => {
  const { issuer, first, second, documentOf, put } = newIssuer()
  await put(first)
  const before = await server.scan()
  const run = await tenant('put', writeFile('second.yaml', documentOf(second)))
  expect(run).toEqual({
    ...{ code: 3, stdout: '' },
    stderr:
      `token-broker: ${second}: tenant ${first} (in the table) also claims the audience app of ` +
      `the issuer ${issuer}, and this document has no member condition that reads a claim; write ` +
      `a member condition in both documents, such as member: claims.org == "${second}", or give ` +
      'each tenant an audience of its own\n',
  })
  expect(await server.scan()).toEqual(before)
})

it('accepts tenants whose conditions differ, other audiences and other issuers', async () => {
  const { first, second, put } = newIssuer()
  await put(first, red)
  expect(await put(second, blue)).toBe(1)
  expect(await put(`${second}-other`, { audience: 'other' })).toBe(1)
  expect(await newIssuer().put(`${second}-elsewhere`)).toBe(1)
})

it.each<[what: string, first: SmallDocument, second: SmallDocument]>([
  ['the first has no condition', {}, blue],
  ['the second has no condition', red, {}],
  ['both have the same condition', red, { member: '"red" == claims.org' }],
  ['they verify the issuer differently', {}, { maxTokenAge: '1h' }],
])('refuses a second tenant where %s', async (_, own, other) => {
  const { first, second, put } = newIssuer()
  await put(first, own)
  await expect(put(second, other)).rejects.toThrow(TenantError)
  expect(await readStoredHead(table, second)).toBeUndefined()
})

it('refuses a change, and a rollback, to a document that claims what another has', async () => {
  const { first, second, documentOf, put } = newIssuer()
  await put(second)
  await put(second, { audience: 'other' })
  await put(first)
  await expect(put(second)).rejects.toThrow(`tenant ${first} (in the table)`)
  const rollback = await tenant('rollback', second, '--version', '1', '--expect', 'latest')
  expect(rollback).toMatchObject({ code: 3, stderr: expect.stringContaining(`tenant ${first}`) })
  expect((await readStoredHead(table, second))?.version).toBe(2)
  expect((await tenant('get', second)).stdout).toBe(documentOf(second, { audience: 'other' }))
})

it('gives an audience to another tenant once the first is removed or changed', async () => {
  const { first, second, put } = newIssuer()
  await put(first)
  await deleteTenant(table, first)
  expect(await put(second)).toBe(1)
  await expect(put(first)).rejects.toThrow(`tenant ${second} (in the table)`)
  await put(second, { audience: 'other' })
  expect(await put(first)).toBeGreaterThan(2)
})

it('lets a tenant write its own document again, and separates tenants step by step', async () => {
  const { first, second, put } = newIssuer()
  await put(first)
  expect(await put(first, { role: 'other' })).toBe(2)
  expect(await put(first, red)).toBe(3)
  expect(await put(second, blue)).toBe(1)
  await expect(put(first)).rejects.toThrow(TenantError)
})

it('leaves no claims of finished and refused writers', async () => {
  const { first, second, put } = newIssuer()
  await put(first)
  await expect(put(second)).rejects.toThrow(TenantError)
  expect(await table.query('claims')).toEqual([])
})

it('lets at most one of many writers at once have an audience', async () => {
  for (let round = 0; round < 5; round++) {
    const { first, put } = newIssuer()
    const names = Array.from({ length: 8 }, (_, index) => `${first}-${index}`)
    const results = await Promise.allSettled(names.map((name) => put(name)))
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(TenantError)
    const owners = await liveTenants(names)
    expect(owners.length).toBeLessThanOrEqual(1)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(owners.length)
    expect(await table.query('claims')).toEqual([])
    // The audience is not lost where all of them were refused.
    if (owners.length === 0) expect(await put(names[0] ?? '')).toBeGreaterThan(0)
  }
}, 60_000)

it('never lets two tenants have an audience, in any order of their operations', async () => {
  const order = fc.array(fc.nat(1), { minLength: 30, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(order, fc.boolean(), async (turns, isChange) => {
      const { first, second, put } = newIssuer()
      if (isChange) await put(second, { audience: 'other' })
      const results = await takeTurns<number>(table, turns, [
        (by) => put(first, {}, by),
        (by) => put(second, {}, by),
      ])
      const written = results.filter(({ status }) => status === 'fulfilled').length
      expect(written).toBeLessThanOrEqual(1)
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(TenantError)
    }),
    { numRuns: Math.min(PROPERTY_RUNS.numRuns / 20, 200) },
  )
}, 120_000)

it('never lets two tenants have an audience after a writer stopped at any write', async () => {
  let finished = 0
  for (let writes = 0; finished === 0; writes++) {
    const { first, second, put } = newIssuer()
    finished = await put(first, {}, failingAfter(table, writes)).catch(() => 0)
    const other = await put(second).catch((error: unknown) => error)
    const owners = await liveTenants([first, second])
    expect(owners.length).toBeLessThanOrEqual(1)
    if (typeof other !== 'number') {
      expect(other).toBeInstanceOf(TenantError)
      if (owners.length === 0) expect(String(other)).toMatch(/being written.*tenant rm/)
      // A removal ends the writer that stopped, even if its tenant has no head yet.
      const removal = await tenant('rm', first, ...(owners.length ? ['--expect', 'latest'] : []))
      expect(removal).toMatchObject({ code: 0 })
      expect(await put(second)).toBeGreaterThan(0)
    }
    expect(await liveTenants([first, second])).toEqual([second])
    if (finished !== 0) break
  }
  expect(finished).toBe(1)
}, 60_000)

it('lets a writer that stopped be repeated, also with the document that is in force', async () => {
  const { first, second, documentOf, put } = newIssuer()
  await put(first, { audience: 'other' })
  // Reserved the version and wrote its claims.
  await expect(put(first, {}, failingAfter(table, 2))).rejects.toThrow('the writer stopped')
  await expect(put(second)).rejects.toThrow(/version 2 of tenant a\d+, which is being written/)
  const file = writeFile('first.yaml', documentOf(first, { audience: 'other' }))
  expect(await tenant('put', file, '--expect', '1')).toMatchObject({
    stdout: `${first}: version 3\n`,
  })
  expect(await put(second)).toBe(1)
})

it('ignores claims of a version that was overtaken', async () => {
  const { first, second, put } = newIssuer()
  await put(first, { audience: 'other' })
  const head = await readStoredHead(table, first)
  const { tenant: compiled } = compileTenant(newDocument(first, count), '')
  if (!compiled || !head) throw new Error('the document does not compile')
  await put(first, { audience: 'another' })
  await claimOwnership(table, compiled, { version: 9, head })
  expect(await put(second)).toBe(1)
  await table.remove(itemKey('claims', `${first}#0000000009`), {
    ConditionExpression: 'version = :v',
    ExpressionAttributeValues: { ':v': { N: '9' } },
  })
})

it('counts what an earlier release wrote, with its conditions', async () => {
  const { issuer, first, second, put } = newIssuer()
  await put(first, red)
  await makeOld(first, issuer)
  await expect(put(second)).rejects.toThrow(`tenant ${first} (in the table)`)
  await expect(put(second, red)).rejects.toThrow('both have the same member condition')
  expect(await put(second, blue)).toBe(1)
})

it('lets two tenants of an earlier release be corrected one after the other', async () => {
  const { issuer, first, second, put } = newIssuer()
  await put(first, red)
  await put(second, blue)
  for (const name of [first, second]) {
    const head = await table.get(headKey(name))
    const compiled = JSON.parse(head?.compiled?.S ?? '')
    delete compiled.issuers[0].member
    await server.put(
      JSON.parse(JSON.stringify({ ...head, compiled: { S: JSON.stringify(compiled) } })),
    )
    await makeOld(name, issuer)
  }
  await expect(put(`${first}-new`, { member: 'claims.org == "new"' })).rejects.toThrow(TenantError)
  expect(await put(first, red)).toBe(2)
  expect(await put(second, blue)).toBe(2)
  await expect(put(first)).rejects.toThrow(TenantError)
})

it('reads the head of an index item that cannot be read', async () => {
  const { issuer, first, second, put } = newIssuer()
  await put(first)
  const item = await table.get(itemKey(`issuer#${issuer}`, first))
  await server.put(JSON.parse(JSON.stringify({ ...item, audiences: { S: '[' } })))
  await expect(put(second)).rejects.toThrow(`tenant ${first} (in the table)`)
})

function newDocument(name: string, issuer: number): string {
  return smallDocument(name, { issuers: [`https://${issuer}.example`] })
}

async function liveTenants(names: readonly string[]): Promise<string[]> {
  const heads = await Promise.all(names.map((name) => readStoredHead(table, name)))
  return names.filter((_, index) => heads[index]?.compiledJson !== undefined)
}

/** Makes the items of a tenant those of the release before ownership was checked. */
async function makeOld(name: string, issuer: string): Promise<void> {
  const [head, item] = [
    await table.get(headKey(name)),
    await table.get(itemKey(`issuer#${issuer}`, name)),
  ]
  const old = { ...head, format: { N: '1' } }
  const index = { ...item, member: undefined, requires: undefined }
  for (const stored of [old, index]) await server.put(JSON.parse(JSON.stringify(stored)))
}
