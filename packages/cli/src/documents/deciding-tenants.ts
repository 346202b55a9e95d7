/** The tenants by which a command decides about a token: of a directory, or of the table. */
import { BrokerError, type CompiledTenant } from '@token-broker/core'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import {
  headKey,
  NAMES_PARTITION,
  readCompiled,
  readHead,
} from '@token-broker/functions/tenant-table'
import { UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import type { Terminal } from '../terminal.ts'
import { printDocumentErrors, readDocuments } from './read-documents.ts'

export type TenantSourceOption = 'tenants' | 'table' | 'table-endpoint' | 'boundaries'

/**
 * @returns undefined where a document is invalid; its errors are printed
 * @throws {UsageError} neither or both sources are named, or one of them cannot be read
 */
export async function readDecidingTenants({
  terminal,
  option,
}: Pick<CommandCall<TenantSourceOption>, 'terminal' | 'option'>): Promise<
  readonly CompiledTenant[] | undefined
> {
  const [folder, table, endpoint] = [option('tenants'), option('table'), option('table-endpoint')]
  if (folder !== undefined && table !== undefined)
    throw new UsageError('--table: expected one source of tenants, found --tenants too; remove one')
  if (endpoint !== undefined && table === undefined)
    throw new UsageError('--table-endpoint: expected --table NAME beside it, found none')
  if (table !== undefined) return readTable(table, endpoint, terminal)
  if (folder === undefined)
    throw new UsageError(
      '--tenants: expected the directory of the tenant documents, or --table, found nothing',
    )
  const { documents, errors, files } = await readDocuments([folder], option('boundaries'))
  if (errors.length === 0) return documents.map(({ tenant }) => tenant)
  printDocumentErrors(terminal, errors, files)
  return undefined
}

/**
 * All of them, because a token that two tenants accept is refused. Without a table, the AWS SDK is
 * not loaded.
 */
async function readTable(
  name: string,
  endpoint: string | undefined,
  { env }: Terminal,
): Promise<readonly CompiledTenant[]> {
  const { connectToTable } = await import('../tenant/operator-table.ts')
  const table = connectToTable(name, { endpoint, proxy: readProxySettings(env) })
  try {
    const names = (await table.query(NAMES_PARTITION)).flatMap(({ sk }) => sk?.S ?? [])
    const items = await table.getAll(names.map(headKey))
    const tenants = items.flatMap((item) => {
      const tenant = item.pk?.S?.replace(/^tenant#/, '') ?? ''
      return readCompiled(readHead(item, tenant), tenant) ?? []
    })
    if (tenants.length > 0) return tenants
    throw new UsageError(
      `--table: the table ${name} has no tenants; write one with "token-broker tenant put"`,
    )
  } catch (error) {
    // A newer release wrote the item, or another program did.
    throw error instanceof BrokerError ? new UsageError(error.message) : error
  } finally {
    table.close()
  }
}
