/** Opens the tenants table for one call of the console, with the operator's credentials. */
import { BrokerError } from '@token-broker/core'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { UsageError } from '../cli-error.ts'
import { connectToTable, type OperatorTable } from '../tenant/operator-table.ts'
import type { ConsoleContext } from './console-context.ts'

/** @throws {UsageError} no table is named, or an item of it cannot be read */
export async function withConsoleTable<Result>(
  { sources, terminal }: ConsoleContext,
  run: (table: OperatorTable) => Promise<Result>,
): Promise<Result> {
  if (sources.table === undefined)
    throw new UsageError('the console was started without --table; start it with --table NAME')
  const proxy = readProxySettings(terminal.env)
  const table = connectToTable(sources.table, { endpoint: sources.tableEndpoint, proxy })
  try {
    return await run(table)
  } catch (error) {
    // A newer release wrote the item, or another program did.
    throw error instanceof BrokerError ? new UsageError(error.message) : error
  } finally {
    table.close()
  }
}
