/** `token-broker explain --request-id`: decides about one recorded request again. */
import { type Lines, readLines } from '../audit/log-lines.ts'
import { parseRecordLine, type WrittenRecord } from '../audit/read-record.ts'
import { readFilter } from '../audit/record-filter.ts'
import { EXIT, quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readDecidingTenants, type TenantSourceOption } from '../documents/deciding-tenants.ts'
import { decisionFields, decisionText } from '../documents/decision-output.ts'
import { type MissingInputs, readInputs } from '../replay/read-inputs.ts'
import { comparableDecisions, differingMembers } from '../replay/recorded-decision.ts'
import { redecide, tenantForReplay } from '../replay/redecide.ts'
import { createPaint, oneLine, printJson } from '../terminal.ts'

export type RecordOption = TenantSourceOption | 'request-id' | 'records' | 'log-group' | 'format'
type RecordCall = Pick<CommandCall<RecordOption>, 'terminal' | 'option' | 'optionValues'>

const REMEDIES: Readonly<Record<MissingInputs, string>> = {
  absent:
    'has no inputs; write "recordInputs: used-claims" into the tenant document, for requests ' +
    'that the tenant accepts from then on',
  'too large': 'has no inputs, because they were too large',
  unavailable: 'has no inputs, because they could not be collected',
  malformed: 'has malformed inputs; read the log as the broker wrote it',
}

/**
 * @returns the exit code: 0 would issue, 1 a document is invalid, 3 would refuse
 * @throws {UsageError} there is no such record, or it cannot be decided again
 */
export async function explainRecord(call: RecordCall): Promise<number> {
  const { terminal, option } = call
  const id = option('request-id') ?? ''
  const record = await findRecord(id, call)
  const inputs = readInputs(record)
  if (typeof inputs === 'string')
    throw new UsageError(`--request-id: the record of ${quote(id)} ${REMEDIES[inputs]}`)
  const tenants = await readDecidingTenants(call)
  if (tenants === undefined) return EXIT.invalid
  const tenant = tenants.find((one) => one.tenant === record.tenant)
  if (tenant === undefined)
    throw new UsageError(
      `--tenants: expected the document of the tenant ${quote(String(record.tenant))}, whose ` +
        `record it is; found ${tenants.map((one) => one.tenant).join(', ')}`,
    )
  const known = tenantForReplay(tenant)
  const { decision } = await redecide(record, inputs, known, 'explain')
  const compared = comparableDecisions(record, (await redecide(record, inputs, known)).record)
  if (decision === undefined) throw new Error('An explanation has no decision.')
  const differences = (compared ? differingMembers(compared) : []).map((member) => ({
    ...{ member, recorded: compared?.before[member], found: compared?.after[member] },
  }))
  const { time, outcome, code } = record
  const recorded = { time, outcome, code, differences }
  if (option('format') === 'json') printJson(terminal, { ...decisionFields(decision), recorded })
  else {
    const paint = createPaint(terminal.stdout)
    const shown = differences.map(
      (one) =>
        `  ${one.member.padEnd(17)} ${textOf(one.recorded)} → ${paint('bold', textOf(one.found))}`,
    )
    const title = `recorded ${textOf(time)}: ${[outcome, code].filter(Boolean).join(' ')}`
    const verdict = differences.length === 0 ? 'the same decision' : 'another decision'
    const lines = [decisionText(decision, paint), `${oneLine(title)}; ${verdict}`, ...shown]
    terminal.print(`${lines.join('\n')}\n`)
  }
  return decision.refusal ? EXIT.refused : EXIT.done
}

async function findRecord(id: string, call: RecordCall): Promise<WrittenRecord> {
  for await (const lines of await openRecords(call))
    for (const line of lines) {
      // Most lines of a large log are of other requests.
      const record = line.includes(id) ? parseRecordLine(line) : undefined
      if (record?.requestId === id) return record
    }
  throw new UsageError(`--request-id: found no record of ${quote(id)}; name the log that has it`)
}

async function openRecords({ terminal, option, optionValues }: RecordCall): Promise<Lines> {
  const group = option('log-group')
  const files = optionValues('records')
  if (group === undefined) return readLines(files, terminal.stdin)
  if (files.length > 0)
    throw new UsageError('--log-group: expected no --records beside it; read one of them')
  const filter = readFilter((name) => (name === 'request-id' ? option(name) : undefined), Date.now)
  const { readLogGroup } = await import('../audit/log-group.ts')
  return readLogGroup(group, filter, { follow: false, env: terminal.env, now: Date.now })
}

function textOf(value: unknown): string {
  if (value === undefined) return '(none)'
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value))
}
