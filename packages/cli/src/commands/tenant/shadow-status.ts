/** `token-broker tenant shadow status`: a tenant's candidate, and what it would have changed. */
import { readStoredCandidate } from '@token-broker/functions/tenant-table'
import { candidateFields, candidateLines } from '../../audit/candidate-text.ts'
import { type CandidateCounts, createCandidateCounter } from '../../audit/count-candidates.ts'
import { type Lines, readLines } from '../../audit/log-lines.ts'
import { isRecordObject, parseRecordLine } from '../../audit/read-record.ts'
import { EXIT, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { readLiveHead } from '../../tenant/read-stored.ts'
import { createPaint, printJson } from '../../terminal.ts'
import type { TableOption } from './table-options.ts'
import { withTable } from './with-table.ts'

type StatusCall = CommandCall<TableOption | 'records' | 'log-group' | 'format'>

/** @returns the exit code: 0 there is a candidate, 3 there is none */
export async function showCandidate(call: StatusCall): Promise<number> {
  const { terminal, operands } = call
  const [tenant = ''] = operands
  if (call.option('log-group') !== undefined && call.optionValues('records').length > 0)
    throw new UsageError('--log-group: expected no --records beside it; read one of them')
  const isJson = call.option('format') === 'json'
  return withTable(call, async (table) => {
    const head = await readLiveHead(table, tenant)
    const { version, candidateNumber } = head
    const candidate = readStoredCandidate(head, tenant)
    if (!candidate) {
      if (isJson) printJson(terminal, { tenant, version })
      else terminal.print(`${tenant}: no candidate beside version ${version}\n`)
      return EXIT.conflict
    }
    const { documentSha256, besideVersion, at, by } = candidate
    const since = { tenant, documentSha256, sinceMs: Date.parse(at) }
    const records = await openRecords(call, since)
    const counts = records && (await count(records, since))
    if (isJson)
      printJson(terminal, {
        ...{ tenant, version, candidate: candidateNumber, documentSha256, besideVersion, at, by },
        records: counts && candidateFields(counts),
      })
    else {
      const changed = besideVersion === version ? '' : `, which is at version ${version} now`
      const put = `candidate ${candidateNumber} beside version ${besideVersion}${changed}`
      terminal.print(`${tenant}: ${put}, ${at}, ${by}\n`)
      const paint = createPaint(terminal.stdout)
      if (counts) terminal.print(`${candidateLines(counts, paint).join('\n')}\n`)
      else if (records) terminal.print('no record of the candidate since then\n')
    }
    return EXIT.done
  })
}

interface Since {
  readonly tenant: string
  readonly documentSha256: string
  readonly sinceMs: number
}

/** @returns undefined where no records are named */
async function openRecords(call: StatusCall, { sinceMs }: Since): Promise<Lines | undefined> {
  const [files, group] = [call.optionValues('records'), call.option('log-group')]
  const { stdin, env } = call.terminal
  if (group === undefined) return files.length === 0 ? undefined : readLines(files, stdin)
  const filter = { sinceMs, untilMs: undefined, requestId: undefined, matches: () => true }
  const { readLogGroup } = await import('../../audit/log-group.ts')
  return readLogGroup(group, filter, { follow: false, env, now: Date.now })
}

/** Another candidate with the same text may have been put and dropped before. */
async function count(
  records: Lines,
  { tenant, documentSha256, sinceMs }: Since,
): Promise<CandidateCounts | undefined> {
  const counter = createCandidateCounter()
  for await (const lines of records) {
    for (const line of lines) {
      const record = parseRecordLine(line)
      const isOfCandidate =
        record?.tenant === tenant &&
        record.timeMs >= sinceMs &&
        isRecordObject(record.candidate) &&
        record.candidate.documentSha256 === documentSha256
      if (record && isOfCandidate) counter.add(record)
    }
  }
  return counter.result()[0]
}
