/** Writes or removes the candidate of a tenant so that no change of another operator is lost. */
import { type Head, newHead } from '@token-broker/functions/tenant-table'
import { EXIT } from '../cli-error.ts'
import type { Expectation } from './expectation.ts'
import { type Condition, headIs, type OperatorTable } from './operator-table.ts'
import { readStoredHead } from './read-stored.ts'
import { TenantError } from './tenant-error.ts'

/**
 * @param expected the number of the candidate that the operator saw; undefined: none must exist
 * @throws {TenantError} the candidate is not as the operator expects
 */
export function checkCandidate(
  tenant: string,
  { candidateNumber, candidateJson }: Head,
  expected: Expectation,
): void {
  const exists = candidateJson !== undefined
  const found = exists ? candidateNumber : 0
  if (expected === 'latest' || (expected ?? 0) === found) return
  const what =
    expected === undefined
      ? 'expected none because there is no --expect'
      : `expected candidate ${expected}`
  throw candidateChanged(tenant, exists ? found : undefined, what)
}

/**
 * One write of the head, which is made on top of the version and the candidate that were read, or
 * not at all.
 *
 * @param candidateJson undefined: the candidate is removed
 * @returns the number of the candidate
 * @throws {TenantError} another operator changed the tenant or its candidate in the meantime
 */
export async function writeCandidate(
  table: OperatorTable,
  tenant: string,
  head: Head,
  candidateJson: string | undefined,
): Promise<number> {
  const candidateNumber = head.candidateNumber + 1
  const next = newHead(tenant, { ...head, candidateNumber, candidateJson })
  if (await table.put(next, unchanged(head))) return candidateNumber
  const current = await readStoredHead(table, tenant)
  // The response to the write was lost, and the SDK repeated it.
  if (current?.candidateNumber === candidateNumber && current.candidateJson === candidateJson)
    return candidateNumber
  // Another writer has only updated the index of this version.
  const isSame =
    current?.version === head.version && current.candidateNumber === head.candidateNumber
  if (isSame && current.settled !== head.settled)
    return writeCandidate(table, tenant, current, candidateJson)
  const found = current?.candidateJson === undefined ? undefined : current.candidateNumber
  const version = current === undefined ? 'was removed' : `is at version ${current.version}`
  throw candidateChanged(tenant, found, `${tenant} ${version}; it was written meanwhile`)
}

/** A write of the index changes `settled`, which this write must not set back. */
function unchanged(head: Head): Condition {
  const { ConditionExpression, ExpressionAttributeValues } = headIs(head)
  return {
    ConditionExpression: `${ConditionExpression} AND settled = :settled`,
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ':settled': { S: head.settled ? 'yes' : 'no' },
    },
  }
}

/** @param number of the candidate that was found; undefined: there is none */
export function candidateChanged(
  tenant: string,
  number: number | undefined,
  what: string,
): TenantError {
  const found = number === undefined ? 'no candidate' : `candidate ${number}`
  return new TenantError(
    `${tenant} has ${found}; ${what}: look at it with "token-broker tenant shadow status ` +
      `${tenant}", then repeat with --expect ${number ?? 0}`,
    EXIT.conflict,
  )
}
