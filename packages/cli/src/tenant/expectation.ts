/** What an operator must have seen of a tenant before changing it, so that nobody's change is overwritten unseen. */
import type { Head } from '@token-broker/functions/tenant-table'
import { UsageError } from '../command.ts'
import { EXIT_CONFLICT, TenantError } from './tenant-error.ts'

/** A version, `latest` for whatever is there, or undefined for a tenant that should not exist. */
export type Expectation = number | 'latest' | undefined

export function readExpectation(text: string | undefined): Expectation {
  if (text === undefined || text === 'latest') return text
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new UsageError(
    '--expect: write the version that you saw, or "latest" to replace whatever is there',
  )
}

/** @throws {TenantError} where the tenant is not what the operator expects */
export function checkExpectation(
  tenant: string,
  head: Head | undefined,
  expected: Expectation,
): void {
  const exists = head?.compiledJson !== undefined
  const holds =
    expected === undefined ? !exists : expected === 'latest' || expected === (head?.version ?? 0)
  if (holds) return
  const instead =
    expected === undefined ? '; say which version you saw' : `, not at version ${expected}`
  throw new TenantError(
    EXIT_CONFLICT,
    `${describe(tenant, head)}${instead}: ${advice(tenant, head)}`,
  )
}

export function changedMeanwhile(tenant: string, head: Head | undefined): TenantError {
  return new TenantError(
    EXIT_CONFLICT,
    `${describe(tenant, head)}, written meanwhile: ${advice(tenant, head)}`,
  )
}

function describe(tenant: string, head: Head | undefined): string {
  if (!head) return `${tenant} is not in the table`
  return `${tenant} is at version ${head.version} (${head.at}, ${head.by})`
}

function advice(tenant: string, head: Head | undefined): string {
  return `look at it with "token-broker tenant diff" or "history ${tenant}", then repeat with --expect ${head?.version ?? 0}`
}
