/** `token-broker tenant rollback` and `rm`: a new version with an old content, or with none. */
import { compileTenant, formatError } from '@token-broker/core/document'
import { UsageError } from '../command.ts'
import { checkSizes } from './check-sizes.ts'
import { checkExpectation } from './expectation.ts'
import { readStoredHead, readStoredVersion, unknownTenant } from './read-stored.ts'
import { settleIndex } from './settle-index.ts'
import { onlyTenant, type TenantCall } from './tenant-call.ts'
import { writeVersion } from './write-version.ts'

/** The old text is compiled again: what is no longer valid does not come back. */
export async function rollBackTenant(call: TenantCall): Promise<number> {
  const { table, terminal, expected, at, version } = call
  const tenant = onlyTenant(call)
  if (version === undefined) throw new UsageError('--version: write the version to go back to')
  const head = await readStoredHead(table, tenant)
  if (!head) throw unknownTenant(tenant)
  const { source } = await readStoredVersion(table, tenant, version)
  if (source === undefined)
    throw new UsageError(`in version ${version} ${tenant} was removed; use "tenant rm"`)
  const { tenant: compiled, errors } = compileTenant(source, `${tenant}@${version}`)
  if (compiled?.tenant !== tenant) {
    terminal.stderr.write(errors.map((error) => `${formatError(error)}\n`).join(''))
    return 1
  }
  checkExpectation(tenant, head, expected)
  checkSizes(compiled, source)
  const by = await call.nameOperator()
  const written = await writeVersion(table, {
    tenant,
    action: 'rollback',
    compiled,
    source,
    at,
    by,
    head,
  })
  terminal.stdout.write(`${tenant}: version ${written}, as version ${version} was\n`)
  return 0
}

/** The history stays, and `put` goes on from it. */
export async function removeTenant(call: TenantCall): Promise<number> {
  const { table, terminal, expected, at } = call
  const tenant = onlyTenant(call)
  const head = await readStoredHead(table, tenant)
  if (!head) throw unknownTenant(tenant)
  if (head.compiledJson === undefined) {
    if (!head.settled) await settleIndex(table, tenant, head)
    terminal.stdout.write(`${tenant}: removed already, version ${head.version}\n`)
    return 0
  }
  checkExpectation(tenant, head, expected)
  const by = await call.nameOperator()
  const absent = { compiled: undefined, source: undefined }
  const version = await writeVersion(table, { tenant, action: 'rm', ...absent, at, by, head })
  terminal.stdout.write(`${tenant}: removed, version ${version}\n`)
  return 0
}
