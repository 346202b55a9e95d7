/** The console's API for recorded requests that the documents of today decide again. */
import type { RedecidedShown } from '@token-broker/console/wire'
import { readPlacedRecord } from '../audit/page-records.ts'
import { UsageError } from '../cli-error.ts'
import { redecideRecord } from '../replay/redecide-record.ts'
import { openStores } from './audit-api.ts'
import { memberText, readMembers } from './call-input.ts'
import type { ConsoleCall } from './console-context.ts'
import { decidingDocuments } from './deciding-documents.ts'
import { decisionResult } from './decision-result.ts'

/** @param input `{ id }`, as the list has it */
export const decideRecordAgain: ConsoleCall<RedecidedShown> = async (input, context) => {
  const id = memberText(readMembers(input, ['id']), 'id') ?? ''
  const { record } = await readPlacedRecord(await openStores(context), id)
  const { tenantsDir, table } = context.sources
  if (tenantsDir === undefined && table === undefined)
    throw new UsageError(
      'the console was started without tenants; start it with --tenants DIR or --table NAME too',
    )
  const redecided = await redecideRecord(record, () => decidingDocuments(context))
  if (redecided === undefined) throw new UsageError('no tenant document can be used')
  return {
    result: decisionResult(redecided.decision),
    differences: redecided.differences.map(({ member, recorded, found }) => ({
      ...{ member, recorded: textOf(recorded), found: textOf(found) },
    })),
  }
}

function textOf(value: unknown): string {
  if (value === undefined) return '(none)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
