/** `token-broker tenant shadow status`: a tenant's candidate, and what it would have changed. */
import { readStoredCandidate } from '@token-broker/functions/tenant-table'
import { candidateFields, candidateLines } from '../../audit/candidate-text.ts'
import { type CandidateCounts, createCandidateCounter } from '../../audit/count-candidates.ts'
import { readLines } from '../../audit/log-lines.ts'
import { isRecordObject, parseRecordLine } from '../../audit/read-record.ts'
import { EXIT } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { readLiveHead } from '../../tenant/read-stored.ts'
import { createPaint, printJson, type Terminal } from '../../terminal.ts'
import type { TableOption } from './table-options.ts'
import { withTable } from './with-table.ts'

/** @returns the exit code: 0 there is a candidate, 3 there is none */
export async function showCandidate(
  call: CommandCall<TableOption | 'records' | 'format'>,
): Promise<number> {
  const { terminal, operands } = call
  const [tenant = ''] = operands
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
    const files = call.optionValues('records')
    const counts = files.length === 0 ? undefined : await count(files, since, terminal)
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
      else if (files.length > 0) terminal.print('no record of the candidate since then\n')
    }
    return EXIT.done
  })
}

interface Since {
  readonly tenant: string
  readonly documentSha256: string
  readonly sinceMs: number
}

/** Another candidate with the same text may have been put and dropped before. */
async function count(
  files: readonly string[],
  { tenant, documentSha256, sinceMs }: Since,
  { stdin }: Terminal,
): Promise<CandidateCounts | undefined> {
  const counter = createCandidateCounter()
  for await (const lines of readLines(files, stdin)) {
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
