/** Decides about one recorded request again, for people: with every check, and what differs. */
import type { CompiledTenant, Decision } from '@token-broker/core'
import type { WrittenRecord } from '../audit/read-record.ts'
import { quote, UsageError } from '../cli-error.ts'
import { type MissingInputs, readInputs } from './read-inputs.ts'
import { comparableDecisions, type DecidedMember, differingMembers } from './recorded-decision.ts'
import { redecide, tenantForReplay } from './redecide.ts'

export interface RedecidedRecord {
  readonly decision: Decision
  readonly differences: readonly RecordDifference[]
}

interface RecordDifference {
  readonly member: DecidedMember
  readonly recorded: unknown
  readonly found: unknown
}

const REMEDIES: Readonly<Record<MissingInputs, string>> = {
  absent:
    'has no inputs; write "recordInputs: used-claims" into the tenant document, for requests ' +
    'that the tenant accepts from then on',
  'too large': 'has no inputs, because they were too large',
  unavailable: 'has no inputs, because they could not be collected',
  malformed: 'has malformed inputs; read the log as the broker wrote it',
}

/**
 * @param readTenants is called where the record has inputs
 * @returns undefined where `readTenants` returns it
 * @throws {UsageError} the record cannot be decided again
 */
export async function redecideRecord(
  record: WrittenRecord,
  readTenants: () => Promise<readonly CompiledTenant[] | undefined>,
): Promise<RedecidedRecord | undefined> {
  const inputs = readInputs(record)
  if (typeof inputs === 'string')
    throw new UsageError(`the record of ${quote(String(record.requestId))} ${REMEDIES[inputs]}`)
  const tenants = await readTenants()
  if (tenants === undefined) return undefined
  const tenant = tenants.find((one) => one.tenant === record.tenant)
  if (tenant === undefined)
    throw new UsageError(
      `expected the document of the tenant ${quote(String(record.tenant))}, whose record it is; ` +
        `found ${namesOf(tenants)}`,
    )
  const known = tenantForReplay(tenant)
  const { decision } = await redecide(record, inputs, known, 'explain')
  if (decision === undefined) throw new Error('An explanation has no decision.')
  const compared = comparableDecisions(record, (await redecide(record, inputs, known)).record)
  const differences = (compared ? differingMembers(compared) : []).map((member) => ({
    ...{ member, recorded: compared?.before[member], found: compared?.after[member] },
  }))
  return { decision, differences }
}

function namesOf(tenants: readonly CompiledTenant[]): string {
  const names = tenants.map(({ tenant }) => tenant)
  return names.length > 10 ? `${names.length} others` : names.join(', ')
}
