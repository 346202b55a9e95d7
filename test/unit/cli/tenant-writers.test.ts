/** Parallel writers of one tenant, and writers that stop halfway: no change is lost. */
import { compileTenant } from '@token-broker/core/document'
import { afterAll, expect, it } from 'vitest'
import type { OperatorTable } from '../../../packages/cli/src/tenant/operator-table.ts'
import { readHistory, readStoredHead } from '../../../packages/cli/src/tenant/read-stored.ts'
import { settleIndex } from '../../../packages/cli/src/tenant/settle-index.ts'
import { TenantError } from '../../../packages/cli/src/tenant/tenant-error.ts'
import { smallDocument } from '../../fixtures/small-document.ts'
import { startTenantsTable } from '../../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../../fixtures/write-tenants.ts'
import { failingAfter } from './failing-table.ts'

const server = await startTenantsTable()
const table = openOperatorTable(server)
afterAll(async () => {
  table.close()
  await server.close()
})

type Options = Parameters<typeof smallDocument>[1]

const write = (to: OperatorTable, tenant: string, options: Options, by?: string) =>
  writeTenant(to, smallDocument(tenant, options), by)

/** The partitions with an index item of the tenant, and the version of the item. */
async function indexOf(tenant: string): Promise<Record<string, string | undefined>> {
  const items = (await server.scan()).filter(
    ({ pk, sk }) => /^(issuer|origin)#/.test(pk?.S ?? '') && sk?.S === tenant,
  )
  return Object.fromEntries(items.map(({ pk, version }) => [pk?.S, version?.N]))
}

it('keeps all changes of sixteen writers that repeat until they succeed', async () => {
  await write(table, 'crowd', {})
  const writers = Array.from({ length: 16 }, async (_, index) => {
    for (;;) {
      try {
        return await write(table, 'crowd', { role: `role-${index}` }, `writer-${index}`)
      } catch (error) {
        if (!(error instanceof TenantError)) throw error
      }
    }
  })
  const accepted = await Promise.all(writers)
  const history = await readHistory(table, 'crowd')
  const applied = history.filter((version) => version.applied)
  expect(new Set(accepted).size).toBe(16)
  expect(applied.map(({ version }) => version).sort((a, b) => a - b)).toEqual([
    1,
    ...accepted.sort((a, b) => a - b),
  ])
  for (const { by, source } of applied.slice(0, -1))
    expect(source).toBe(smallDocument('crowd', { role: by.replace('writer', 'role') }))
  const heads = (await server.scan()).filter(
    ({ pk, sk }) => pk?.S === 'tenant#crowd' && sk?.S === 'head',
  )
  expect(heads).toHaveLength(1)
  expect(heads[0]).toMatchObject({ version: { N: String(accepted.at(-1)) }, settled: { S: 'yes' } })
  expect(await indexOf('crowd')).toEqual({
    'issuer#https://crowd.example': String(accepted.at(-1)),
  })
})

/** Each tenant has an audience of its own, and the same issuers and origins. */
const before = (audience: string): Options => ({
  audience,
  issuers: ['https://one.example', 'https://two.example'],
  origins: ['https://app.example'],
})
const after = (audience: string): Options => ({
  ...{ audience, role: 'other', issuers: ['https://two.example', 'https://three.example'] },
})

it('has the old document or the new one after a writer stopped at any write', async () => {
  let finished = 0
  for (let writes = 0; finished === 0; writes++) {
    const tenant = `stopped-${writes}`
    await write(table, tenant, before(tenant))
    finished = await write(failingAfter(table, writes), tenant, after(tenant)).catch(() => 0)
    const head = await readStoredHead(table, tenant)
    const changed = head?.version === 2
    // The version is reserved first, then its claims are written, then the head.
    expect(changed).toBe(writes >= 3)
    expect(head?.compiledJson).toBe(
      JSON.stringify(
        compileTenant(smallDocument(tenant, changed ? after(tenant) : before(tenant)), '').tenant,
      ),
    )
    // The head lists every partition that the index has too much.
    for (const partition of Object.keys(await indexOf(tenant)))
      expect(head?.indexed).toContain(partition)
    if (changed && head && !head.settled) await settleIndex(table, tenant, head)
    const version = String(changed ? 2 : await write(table, tenant, after(tenant)))
    expect(await indexOf(tenant)).toEqual({
      'issuer#https://two.example': version,
      'issuer#https://three.example': version,
    })
    expect((await readStoredHead(table, tenant))?.settled).toBe(true)
    expect(await table.query('claims', `${tenant}#`)).toEqual([])
  }
})

it('does not treat a lost response as a conflict', async () => {
  await write(table, 'lost', {})
  const repeating: OperatorTable = {
    ...table,
    put: async (item, condition) => (await table.put(item, condition)) && !isHead(item),
  }
  expect(await write(repeating, 'lost', { role: 'other' })).toBe(2)
  expect((await readStoredHead(table, 'lost'))?.version).toBe(2)
})

it('keeps the index of the newer version when a slow writer was overtaken', async () => {
  await write(table, 'slow', before('slow'))
  let overtaken: Promise<number> | undefined
  const slow: OperatorTable = {
    ...table,
    put: async (item, condition) => {
      if (JSON.stringify(item.pk).includes('issuer#')) {
        overtaken ??= write(table, 'slow', { issuers: ['https://four.example'] })
        await overtaken
      }
      return table.put(item, condition)
    },
  }
  expect(await write(slow, 'slow', after('slow'))).toBe(2)
  expect(await overtaken).toBe(3)
  expect(await indexOf('slow')).toEqual({ 'issuer#https://four.example': '3' })
})

function isHead(item: Parameters<OperatorTable['put']>[0]): boolean {
  return JSON.stringify(item.sk) === '{"S":"head"}'
}
