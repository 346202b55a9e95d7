/** `token-broker tenant get`, `list` and `history`: what the table contains. */
import { type Head, headKey, NAMES_PARTITION, readHead } from '@token-broker/functions/tenant-table'
import { EXIT } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import {
  readHistory,
  readStoredHead,
  readStoredVersion,
  unknownTenant,
} from '../../tenant/read-stored.ts'
import { TenantError } from '../../tenant/tenant-error.ts'
import { printColumns, printError, printJson } from '../../terminal.ts'
import type { TableOption } from './table-options.ts'
import { readVersionNumber, withTable } from './with-table.ts'

/** Prints the document as it was written on standard output, and its version on standard error. */
export async function getTenant(
  call: CommandCall<TableOption | 'version' | 'format'>,
): Promise<number> {
  const { terminal, operands } = call
  const [tenant = ''] = operands
  const wanted = readVersionNumber(call.option('version'))
  return withTable(call, async (table) => {
    const head = await readStoredHead(table, tenant)
    if (!head) throw unknownTenant(tenant)
    const stored = await readStoredVersion(table, tenant, wanted ?? head.version)
    const { version, at, by, action, source } = stored
    if (source === undefined)
      throw new TenantError(
        `${tenant} was removed in version ${version}; see "token-broker tenant history ${tenant}"`,
        EXIT.conflict,
      )
    if (call.option('format') === 'json')
      printJson(terminal, { tenant, version, at, by, action, document: source })
    else {
      printError(terminal, `${tenant} version ${version}, ${at}, ${by}\n`)
      terminal.print(source.endsWith('\n') ? source : `${source}\n`)
    }
    return EXIT.done
  })
}

export function listTenants(call: CommandCall<TableOption | 'format'>): Promise<number> {
  return withTable(call, async (table) => {
    const names = (await table.query(NAMES_PARTITION)).flatMap(({ sk }) => sk?.S ?? [])
    const heads = new Map<string, Head>()
    for (const item of await table.getAll(names.map(headKey))) {
      const name = item.pk?.S?.replace(/^tenant#/, '') ?? ''
      heads.set(name, readHead(item, name))
    }
    const tenants = names.flatMap((tenant) => {
      const head = heads.get(tenant)
      if (!head) return []
      const { version, at, by, compiledJson, settled, candidateJson, candidateNumber } = head
      const state = compiledJson === undefined ? 'removed' : 'live'
      const candidate = candidateJson === undefined ? undefined : candidateNumber
      return [{ tenant, version, state, indexed: settled, at, by, candidate }]
    })
    if (call.option('format') === 'json') printJson(call.terminal, tenants)
    else
      printColumns(
        call.terminal,
        tenants.map(({ tenant, version, state, indexed, at, by, candidate }) => [
          tenant,
          String(version),
          indexed ? state : `${state}, index out of date: put it again`,
          at,
          by,
          candidate === undefined ? '' : `candidate ${candidate}`,
        ]),
      )
    return EXIT.done
  })
}

/** The newest version first. */
export function showHistory(call: CommandCall<TableOption | 'format'>): Promise<number> {
  const [tenant = ''] = call.operands
  return withTable(call, async (table) => {
    const history = await readHistory(table, tenant)
    if (call.option('format') === 'json')
      printJson(
        call.terminal,
        history.map(({ source: _, ...version }) => version),
      )
    else
      printColumns(
        call.terminal,
        history.map(({ version, action, applied, at, by }) => [
          String(version),
          applied ? action : `${action}, never applied`,
          at,
          by,
        ]),
      )
    return EXIT.done
  })
}
