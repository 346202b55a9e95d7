/** What an operator must have seen of a tenant before changing it, so that no change is lost. */
import type { Head } from '@token-broker/functions/tenant-table'
import { EXIT, quote, UsageError } from '../cli-error.ts'
import { suggestion } from '../command-line/suggest.ts'
import { TenantError } from './tenant-error.ts'

/** A version, `latest` for any version, or undefined for a tenant that must not exist yet. */
export type Expectation = number | 'latest' | undefined

/** @throws {UsageError} */
export function readExpectation(text: string | undefined): Expectation {
  if (text === undefined || text === 'latest') return text
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new UsageError(
    '--expect: expected the version that you saw, or "latest" to replace any version, ' +
      `found ${quote(text)}${suggestion(text, ['latest'])}`,
  )
}

/** @throws {TenantError} the tenant is not as the operator expects */
export function checkExpectation(
  tenant: string,
  head: Head | undefined,
  expected: Expectation,
): void {
  const exists = head?.compiledJson !== undefined
  const asExpected =
    expected === undefined ? !exists : expected === 'latest' || expected === (head?.version ?? 0)
  if (asExpected) return
  const what =
    expected === undefined
      ? 'expected a new tenant because there is no --expect'
      : `expected version ${expected}`
  throw conflict(tenant, head, what)
}

/** Another operator wrote a version after this command had read the tenant. */
export function changedMeanwhile(tenant: string, head: Head | undefined): TenantError {
  return conflict(tenant, head, 'it was written while this command ran')
}

function conflict(tenant: string, head: Head | undefined, what: string): TenantError {
  const found = head
    ? `${tenant} is at version ${head.version} (${head.at}, ${head.by})`
    : `${tenant} is not in the table`
  const todo =
    `look at it with "token-broker tenant diff" or "token-broker tenant history ${tenant}", ` +
    `then repeat with --expect ${head?.version ?? 0}`
  return new TenantError(`${found}; ${what}: ${todo}`, EXIT.conflict)
}
