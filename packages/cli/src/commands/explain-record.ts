/** `token-broker explain --request-id`: decides about one recorded request again. */
import { type Lines, readLines } from '../audit/log-lines.ts'
import { parseRecordLine, type WrittenRecord } from '../audit/read-record.ts'
import { readFilter } from '../audit/record-filter.ts'
import { EXIT, quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readDecidingTenants, type TenantSourceOption } from '../documents/deciding-tenants.ts'
import { decisionFields, decisionText } from '../documents/decision-output.ts'
import { redecideRecord } from '../replay/redecide-record.ts'
import { createPaint, oneLine, printJson } from '../terminal.ts'

export type RecordOption = TenantSourceOption | 'request-id' | 'records' | 'log-group' | 'format'
type RecordCall = Pick<CommandCall<RecordOption>, 'terminal' | 'option' | 'optionValues'>

/**
 * @returns the exit code: 0 would issue, 1 a document is invalid, 3 would refuse
 * @throws {UsageError} there is no such record, or it cannot be decided again
 */
export async function explainRecord(call: RecordCall): Promise<number> {
  const { terminal, option } = call
  const id = option('request-id') ?? ''
  const record = await findRecord(id, call)
  const redecided = await redecideRecord(record, () => readDecidingTenants(call))
  if (redecided === undefined) return EXIT.invalid
  const { decision, differences } = redecided
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
  const where =
    call.option('log-group') === undefined
      ? '; name the log that has it'
      : ' in the last hour of the log group; write an older one into a file with "token-broker ' +
        'audit --since TIME --format json", and name that with --records'
  throw new UsageError(`--request-id: found no record of ${quote(id)}${where}`)
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
