/** `token-broker tenant put`: writes valid documents, each as a new version of its tenant. */
import type { CompiledTenant } from '@token-broker/core'
import { compileTenants, formatError } from '@token-broker/core/document'
import { COMPILED_FORMAT, type Head } from '@token-broker/functions/tenant-table'
import { UsageError } from '../command.ts'
import { readDocuments } from '../documents.ts'
import { checkSizes } from './check-sizes.ts'
import { checkExpectation } from './expectation.ts'
import { readStoredHead, readStoredVersion } from './read-stored.ts'
import { settleIndex } from './settle-index.ts'
import type { TenantCall } from './tenant-call.ts'
import { TenantError } from './tenant-error.ts'
import { writeVersion } from './write-version.ts'

/** Nothing is written where one document is invalid; a tenant in conflict keeps no other from being written. */
export async function putTenants(call: TenantCall): Promise<number> {
  const { terminal, operands, expected } = call
  if (operands.length === 0)
    throw new UsageError('name the tenant documents, or directories of them')
  const documents = await readDocuments(operands)
  const { tenants, errors } = compileTenants(documents)
  if (errors.length > 0) {
    terminal.stderr.write(errors.map((error) => `${formatError(error)}\n`).join(''))
    return 1
  }
  if (typeof expected === 'number' && documents.length > 1)
    throw new UsageError(
      '--expect: a version is of one tenant; put one document, or write --expect latest',
    )
  // Where there is no error, there is a tenant for each document, in the same order.
  for (const [index, tenant] of tenants.entries()) checkSizes(tenant, documents[index]?.text ?? '')
  let exitCode = 0
  for (const [index, tenant] of tenants.entries()) {
    try {
      terminal.stdout.write(`${await putTenant(call, tenant, documents[index]?.text ?? '')}\n`)
    } catch (error) {
      if (!(error instanceof TenantError)) throw error
      terminal.stderr.write(`token-broker: ${error.message}\n`)
      exitCode = Math.max(exitCode, error.exitCode)
    }
  }
  return exitCode
}

async function putTenant(
  call: TenantCall,
  compiled: CompiledTenant,
  text: string,
): Promise<string> {
  const { table, expected, at } = call
  const { tenant } = compiled
  const head = await readStoredHead(table, tenant)
  if (
    head &&
    isSame(head, compiled) &&
    (await readStoredVersion(table, tenant, head.version)).source === text
  ) {
    if (!head.settled) await settleIndex(table, tenant, head)
    return `${tenant}: unchanged, version ${head.version}`
  }
  checkExpectation(tenant, head, expected)
  const by = await call.nameOperator()
  const version = await writeVersion(table, {
    tenant,
    action: 'put',
    compiled,
    source: text,
    at,
    by,
    head,
  })
  return `${tenant}: version ${version}`
}

/** A release that compiles the same text otherwise makes a new version of it. */
function isSame(head: Head, compiled: CompiledTenant): boolean {
  return head.format === COMPILED_FORMAT && head.compiledJson === JSON.stringify(compiled)
}
