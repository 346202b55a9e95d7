/** `token-broker tenant rollback` and `rm`: a new version with an old document, or with none. */
import { compileTenant } from '@token-broker/core/document'
import { EXIT, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { printDocumentErrors } from '../../documents/read-documents.ts'
import { checkSizes } from '../../tenant/check-sizes.ts'
import { pendingClaims } from '../../tenant/claim-ownership.ts'
import { checkExpectation, readExpectation } from '../../tenant/expectation.ts'
import { nameOperator } from '../../tenant/operator-name.ts'
import { readStoredHead, readStoredVersion, unknownTenant } from '../../tenant/read-stored.ts'
import { settleIndex } from '../../tenant/settle-index.ts'
import { writeVersion } from '../../tenant/write-version.ts'
import type { TableOption } from './table-options.ts'
import { readVersionNumber, withTable } from './with-table.ts'

/**
 * The old text is compiled again, so that a document that is no longer valid is not written.
 *
 * @returns the exit code: 0 written, 1 the old document is no longer valid
 */
export async function rollBackTenant(
  call: CommandCall<TableOption | 'expect' | 'version'>,
): Promise<number> {
  const { terminal, operands } = call
  const [tenant = ''] = operands
  const expected = readExpectation(call.option('expect'))
  const version = readVersionNumber(call.option('version'))
  if (version === undefined)
    throw new UsageError('--version: expected the version to write again, found nothing')
  return withTable(call, async (table) => {
    const head = await readStoredHead(table, tenant)
    if (!head) throw unknownTenant(tenant)
    const { source } = await readStoredVersion(table, tenant, version)
    if (source === undefined)
      throw new UsageError(
        `version ${version} of ${tenant} is a removal; to remove the tenant, use "tenant rm"`,
      )
    const file = `${tenant}@${version}`
    const { tenant: compiled, errors } = compileTenant(source, file)
    if (compiled?.tenant !== tenant) {
      printDocumentErrors(terminal, errors, [{ file, text: source }])
      return EXIT.invalid
    }
    checkExpectation(tenant, head, expected)
    checkSizes(compiled, source)
    const written = await writeVersion(table, {
      tenant,
      action: 'rollback',
      compiled,
      source,
      at: new Date().toISOString(),
      by: await nameOperator(),
      head,
    })
    terminal.print(`${tenant}: version ${written}, same document as version ${version}\n`)
    return EXIT.done
  })
}

/** The history is kept, and a later `put` continues it. */
export async function removeStoredTenant(
  call: CommandCall<TableOption | 'expect'>,
): Promise<number> {
  const { terminal, operands } = call
  const [tenant = ''] = operands
  const expected = readExpectation(call.option('expect'))
  return withTable(call, async (table) => {
    const head = await readStoredHead(table, tenant)
    // A removal also ends writers that have stopped, whose claims lock out other tenants.
    const isPending = (await pendingClaims(table, tenant)).length > 0
    if (!head && !isPending) throw unknownTenant(tenant)
    if (head && head.compiledJson === undefined && !isPending) {
      if (!head.settled) await settleIndex(table, tenant, head)
      terminal.print(`${tenant}: already removed, version ${head.version}\n`)
      return EXIT.done
    }
    checkExpectation(tenant, head, expected)
    const version = await writeVersion(table, {
      tenant,
      action: 'rm',
      compiled: undefined,
      source: undefined,
      at: new Date().toISOString(),
      by: await nameOperator(),
      head,
    })
    terminal.print(`${tenant}: removed, version ${version}\n`)
    return EXIT.done
  })
}
