/** `token-broker tenant get`, `list` and `history`: what the table holds, for people and for machines. */
import { type Head, headKey, NAMES_PARTITION, readHead } from '@token-broker/functions/tenant-table'
import { readHistory, readStoredHead, readStoredVersion, unknownTenant } from './read-stored.ts'
import { onlyTenant, type TenantCall } from './tenant-call.ts'
import { EXIT_CONFLICT, TenantError } from './tenant-error.ts'

/** The document as it was written goes to stdout, its version to stderr. */
export async function getTenant(call: TenantCall): Promise<number> {
  const { table, terminal, asJson } = call
  const tenant = onlyTenant(call)
  const head = await readStoredHead(table, tenant)
  if (!head) throw unknownTenant(tenant)
  const { version, at, by, action, source } = await readStoredVersion(
    table,
    tenant,
    call.version ?? head.version,
  )
  if (source === undefined)
    throw new TenantError(
      EXIT_CONFLICT,
      `${tenant} was removed in version ${version}; see "history ${tenant}"`,
    )
  if (asJson) writeJson(call, { tenant, version, at, by, action, document: source })
  else {
    terminal.stderr.write(`${tenant} version ${version}, ${at}, ${by}\n`)
    terminal.stdout.write(source.endsWith('\n') ? source : `${source}\n`)
  }
  return 0
}

export async function listTenants(call: TenantCall): Promise<number> {
  const { table } = call
  const names = (await table.query(NAMES_PARTITION)).flatMap(({ sk }) => sk?.S ?? [])
  const heads = new Map<string, Head>()
  for (const item of await table.getAll(names.map(headKey))) {
    const name = item.pk?.S?.replace(/^tenant#/, '') ?? ''
    heads.set(name, readHead(item, name))
  }
  const rows = names.flatMap((name) => {
    const head = heads.get(name)
    return head ? [{ name, head }] : []
  })
  const tenants = rows.map(({ name, head: { version, at, by, compiledJson, settled } }) => ({
    tenant: name,
    version,
    state: compiledJson === undefined ? 'removed' : 'live',
    indexed: settled,
    at,
    by,
  }))
  if (call.asJson) writeJson(call, tenants)
  else
    writeColumns(
      call,
      tenants.map(({ tenant, version, state, indexed, at, by }) => [
        tenant,
        String(version),
        indexed ? state : `${state}, index behind: put it again`,
        at,
        by,
      ]),
    )
  return 0
}

/** The newest version first. */
export async function showHistory(call: TenantCall): Promise<number> {
  const history = await readHistory(call.table, onlyTenant(call))
  if (call.asJson)
    writeJson(
      call,
      history.map(({ source: _, ...version }) => version),
    )
  else
    writeColumns(
      call,
      history.map(({ version, action, applied, at, by }) => [
        String(version),
        applied ? action : `${action}, never applied`,
        at,
        by,
      ]),
    )
  return 0
}

function writeJson({ terminal }: TenantCall, value: unknown): void {
  terminal.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
}

function writeColumns({ terminal }: TenantCall, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  terminal.stdout.write(lines.map((line) => `${line}\n`).join(''))
}
