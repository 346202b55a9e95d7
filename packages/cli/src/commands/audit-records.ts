/** `token-broker audit`: prints audit records from logs, and a summary of them. */
import { followFile, type Lines, readLines } from '../audit/log-lines.ts'
import { parseRecordLine, recordFields, type WrittenRecord } from '../audit/read-record.ts'
import { type FilterOption, readFilter } from '../audit/record-filter.ts'
import { recordText } from '../audit/record-text.ts'
import { createSummary } from '../audit/summarize-records.ts'
import { summaryFields, summaryText } from '../audit/summary-text.ts'
import { EXIT, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { createPaint, printJson, printMessage } from '../terminal.ts'

type AuditCall = CommandCall<FilterOption | 'log-group' | 'format'>

/** Columns of a summary where the output is not a terminal. */
const DEFAULT_WIDTH = 100

/** @returns the exit code: 0 at least one record, 3 none */
export async function printRecords(
  call: CommandCall<FilterOption | 'log-group' | 'format' | 'follow'>,
): Promise<number> {
  const { terminal, option, isSet } = call
  const paint = createPaint(terminal.stdout)
  const isJson = option('format') === 'json'
  const { matched, skipped } = await eachRecord(call, isSet('follow'), (records) => {
    const texts = records.map((record) =>
      isJson ? `${JSON.stringify(recordFields(record))}\n` : recordText(record, paint),
    )
    if (texts.length > 0) terminal.print(texts.join(''))
  })
  if (skipped > 0) printMessage(terminal, describeSkipped(skipped))
  return matched > 0 ? EXIT.done : EXIT.refused
}

/** @returns the exit code: 0 at least one record, 3 none */
export async function printSummary(call: AuditCall): Promise<number> {
  const { terminal, option } = call
  const summary = createSummary()
  const { matched, skipped } = await eachRecord(call, false, (records) => {
    for (const record of records) summary.add(record)
  })
  const result = { ...summary.result(), skipped }
  if (option('format') === 'json') printJson(terminal, summaryFields(result))
  else {
    const width = terminal.stdout.columns ?? DEFAULT_WIDTH
    terminal.print(summaryText(result, createPaint(terminal.stdout), width))
  }
  return matched > 0 ? EXIT.done : EXIT.refused
}

/** @param use gets the records of each portion of lines that the options choose */
async function eachRecord(
  call: AuditCall,
  follow: boolean,
  use: (records: readonly WrittenRecord[]) => void,
): Promise<{ matched: number; skipped: number }> {
  const filter = readFilter(call.option, Date.now)
  let [matched, skipped] = [0, 0]
  for await (const lines of await openSource(call, filter, follow)) {
    const records: WrittenRecord[] = []
    for (const line of lines) {
      const record = parseRecordLine(line)
      if (record === undefined) skipped += line.trim() === '' ? 0 : 1
      else if (filter.matches(record)) records.push(record)
    }
    matched += records.length
    use(records)
  }
  return { matched, skipped }
}

async function openSource(
  { terminal, operands, option }: AuditCall,
  filter: ReturnType<typeof readFilter>,
  follow: boolean,
): Promise<Lines> {
  const group = option('log-group')
  if (group !== undefined) {
    if (operands.length > 0)
      throw new UsageError('--log-group: expected no file beside it; read one of them')
    const { readLogGroup } = await import('../audit/log-group.ts')
    return readLogGroup(group, filter, { follow, env: terminal.env, now: Date.now })
  }
  const [file, ...others] = operands
  if (follow && (file === '-' || others.length > 0))
    throw new UsageError('--follow: expected one file, or --log-group; standard input is followed')
  return follow && file !== undefined ? followFile(file) : readLines(operands, terminal.stdin)
}

function describeSkipped(count: number): string {
  return count === 1 ? '1 line is no audit record' : `${count} lines are no audit records`
}
