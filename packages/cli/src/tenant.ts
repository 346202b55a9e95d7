/** `token-broker tenant`: reads and writes tenant documents in the broker's table, with the operator's own AWS credentials. */
import { parseArgs } from 'node:util'
import { BrokerError } from '@token-broker/core'
import { parseUsage, readFormat, type Terminal, UsageError } from './command.ts'
import { readExpectation } from './tenant/expectation.ts'
import { nameOperator } from './tenant/operator-name.ts'
import { openTable } from './tenant/operator-table.ts'
import type { TenantCall } from './tenant/tenant-call.ts'

const OPTIONS = {
  table: { type: 'string' },
  endpoint: { type: 'string' },
  expect: { type: 'string' },
  version: { type: 'string' },
  format: { type: 'string' },
} as const

type TenantCommand = (call: TenantCall) => Promise<number>

const COMMANDS: ReadonlyMap<string, () => Promise<TenantCommand>> = new Map([
  ['put', async () => (await import('./tenant/put.ts')).putTenants],
  ['diff', async () => (await import('./tenant/diff.ts')).diffTenant],
  ['get', async () => (await import('./tenant/show.ts')).getTenant],
  ['list', async () => (await import('./tenant/show.ts')).listTenants],
  ['history', async () => (await import('./tenant/show.ts')).showHistory],
  ['rollback', async () => (await import('./tenant/change.ts')).rollBackTenant],
  ['rm', async () => (await import('./tenant/change.ts')).removeTenant],
])

/** @returns the exit code: 0 done, 1 bad documents, 3 a difference; conflicts (3) and an absent table (4) are thrown */
export async function tenant(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseUsage(() =>
    parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS }),
  )
  const [name = '', ...operands] = positionals
  const load = COMMANDS.get(name)
  if (!load)
    throw new UsageError(
      `tenant: write one of ${[...COMMANDS.keys()].join(', ')} (see token-broker --help)`,
    )
  const tableName = values.table ?? terminal.env.BROKER_TENANTS_TABLE
  if (!tableName) throw new UsageError('--table: name the table, or set BROKER_TENANTS_TABLE')
  const call = {
    terminal,
    operands,
    expected: readExpectation(values.expect),
    version: readVersionNumber(values.version),
    asJson: readFormat(values.format),
    at: new Date().toISOString(),
    nameOperator,
  }
  const command = await load()
  const table = openTable(tableName, values.endpoint)
  try {
    return await command({ ...call, table })
  } catch (error) {
    // What the table holds was not written by this command, or by a newer one.
    throw error instanceof BrokerError ? new UsageError(error.message) : error
  } finally {
    table.close()
  }
}

function readVersionNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new UsageError('--version: write the number of a version')
}
