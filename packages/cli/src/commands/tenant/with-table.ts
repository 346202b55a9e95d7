/** Opens the tenants table for one command, and reads options that several of them have. */
import { BrokerError } from '@token-broker/core'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { quote, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { connectToTable, type OperatorTable } from '../../tenant/operator-table.ts'
import type { TableOption } from './table-options.ts'

/** @throws {UsageError} no table is named, or an item of it cannot be read */
export async function withTable(
  { terminal, option }: CommandCall<TableOption>,
  run: (table: OperatorTable) => Promise<number>,
): Promise<number> {
  const name = option('table') ?? terminal.env.BROKER_TENANTS_TABLE
  if (!name)
    throw new UsageError(
      '--table: expected the name of a table, found nothing; ' +
        'write --table NAME, or set BROKER_TENANTS_TABLE',
    )
  const proxy = readProxySettings(terminal.env)
  const table = connectToTable(name, { endpoint: option('endpoint'), proxy })
  try {
    return await run(table)
  } catch (error) {
    // A newer release wrote the item, or another program did.
    throw error instanceof BrokerError ? new UsageError(error.message) : error
  } finally {
    table.close()
  }
}

/** @throws {UsageError} */
export function readVersionNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new UsageError(`--version: expected the number of a version, found ${quote(text)}`)
}
