/** Operators that write a tenant and its candidate at the same time: no change is lost. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { OperatorTable } from '../../../packages/cli/src/tenant/operator-table.ts'
import { readHistory, readStoredHead } from '../../../packages/cli/src/tenant/read-stored.ts'
import { settleIndex } from '../../../packages/cli/src/tenant/settle-index.ts'
import { TenantError } from '../../../packages/cli/src/tenant/tenant-error.ts'
import { writeCandidate } from '../../../packages/cli/src/tenant/write-candidate.ts'
import { writeVersion } from '../../../packages/cli/src/tenant/write-version.ts'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { closeAfterTests } from '../../fixtures/index.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { smallDocument } from '../../fixtures/small-document.ts'
import { startTenantsTable } from '../../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../../fixtures/write-tenants.ts'
import { takeTurns } from './table-turns.ts'

const server = await closeAfterTests(startTenantsTable())
const table = await closeAfterTests(openOperatorTable(server))
let count = 0

async function newTenant(): Promise<string> {
  const tenant = `raced-${++count}`
  await writeTenant(table, smallDocument(tenant))
  return tenant
}

async function headOf(tenant: string, from: OperatorTable = table) {
  const head = await readStoredHead(from, tenant)
  if (!head) throw new Error('Expected a head.')
  return head
}

/** Each is what one command writes, on top of the head that it read first. */
const put = (tenant: string, text: string) => async (on: OperatorTable) =>
  `candidate ${await writeCandidate(on, tenant, await headOf(tenant, on), text)}`
const drop = (tenant: string) => async (on: OperatorTable) => {
  const head = await headOf(tenant, on)
  if (head.candidateJson === undefined) return 'nothing to drop'
  await writeCandidate(on, tenant, head, undefined)
  return 'dropped'
}
const change = (tenant: string, role: string, action: 'put' | 'promote') => {
  const source = smallDocument(tenant, { role })
  const { tenant: compiled } = compileTenant(source, 'test.yaml')
  return async (on: OperatorTable) => {
    const head = await headOf(tenant, on)
    if (action === 'promote' && head.candidateJson === undefined) return 'nothing to promote'
    const at = '2026-01-31T12:00:00Z'
    await writeVersion(on, { tenant, action, compiled, source, at, by: 'somebody', head })
    return action
  }
}

it('has one winner of a put, a promotion and a drop on top of one head', async () => {
  const writersOf = (tenant: string) => [
    put(tenant, 'new'),
    drop(tenant),
    change(tenant, 'promoted', 'promote'),
    change(tenant, 'put', 'put'),
  ]
  const order = fc.array(fc.nat({ max: 3 }), { minLength: 4, maxLength: 40 })
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(order, async (turns) => {
      const tenant = await newTenant()
      await put(tenant, 'first')(table)
      const before = await headOf(tenant)
      const results = await takeTurns(table, turns, writersOf(tenant))
      const done = results.map((result) =>
        result.status === 'fulfilled' ? result.value : refusalOf(result.reason),
      )
      seen.add(done.join())
      const head = await headOf(tenant)
      const [added, dropped, promoted, changed] = done
      const written = [
        added === 'candidate 2' || added?.startsWith('candidate'),
        dropped === 'dropped',
        promoted === 'promote',
      ]
      // Each write of the candidate has a number of its own: none replaced another unseen.
      expect(head.candidateNumber - before.candidateNumber).toBe(written.filter(Boolean).length)
      const versions = [promoted === 'promote', changed === 'put'].filter(Boolean).length
      const applied = (await readHistory(table, tenant)).filter((version) => version.applied)
      expect(applied).toHaveLength(1 + versions)
      expect(done.some((result) => result !== 'refused')).toBe(true)
      expect(head.settled).toBe(true)
      if (head.candidateJson === 'first') expect(written.filter(Boolean)).toHaveLength(0)
    }),
    { numRuns: Math.min(60, PROPERTY_RUNS.numRuns) },
  )
  expect(seen.size).toBeGreaterThan(3)
}, 120_000)

function refusalOf(error: unknown): string {
  if (error instanceof TenantError && error.exitCode === 3) return 'refused'
  throw error
}

it('keeps what sixteen operators put in turn, each on top of the one that it saw', async () => {
  const tenant = await newTenant()
  const numbers = await Promise.all(
    Array.from({ length: 16 }, async (_, index) => {
      for (;;) {
        try {
          return await writeCandidate(table, tenant, await headOf(tenant), `text ${index}`)
        } catch (error) {
          refusalOf(error)
        }
      }
    }),
  )
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, at) => at + 1))
  expect(await headOf(tenant)).toMatchObject({ candidateNumber: 16, version: 1, settled: true })
})

it('does not set back an index that another writer updated meanwhile', async () => {
  const tenant = await newTenant()
  const head = { ...(await headOf(tenant)), settled: false }
  expect(await writeCandidate(table, tenant, head, 'text')).toBe(1)
  expect(await headOf(tenant)).toMatchObject({ candidateJson: 'text', settled: true })
})

it('keeps a candidate that is put while the index is updated', async () => {
  const tenant = await newTenant()
  const head = await headOf(tenant)
  await writeCandidate(table, tenant, head, 'text')
  await settleIndex(table, tenant, head)
  expect(await headOf(tenant)).toMatchObject({ candidateJson: 'text', settled: true })
})

it('does not treat a lost response as a conflict', async () => {
  const tenant = await newTenant()
  const repeating: OperatorTable = {
    ...table,
    put: async (item, condition) => (await table.put(item, condition)) && false,
  }
  const head = await headOf(tenant)
  expect(await writeCandidate(repeating, tenant, head, 'text')).toBe(1)
  expect(await writeCandidate(repeating, tenant, await headOf(tenant), undefined)).toBe(2)
  await expect(writeCandidate(table, tenant, head, 'late')).rejects.toThrow(
    `${tenant} has no candidate; ${tenant} is at version 1; it was written meanwhile`,
  )
})
