/** The console's API for audit records: pages of them, and all of one. */
import type { AuditPage, FullRecord, ShownRecord } from '@token-broker/console/wire'
import { type PlacedRecord, pageRecords, readPlacedRecord } from '../audit/page-records.ts'
import { recordFields } from '../audit/read-record.ts'
import { openRecordFile, type RecordStore } from '../audit/record-file.ts'
import { type FilterOption, readFilter } from '../audit/record-filter.ts'
import { recordParts } from '../audit/record-text.ts'
import { UsageError } from '../cli-error.ts'
import { memberText, readMembers } from './call-input.ts'
import type { ConsoleCall, ConsoleContext, ConsoleSources } from './console-context.ts'

const PAGE_RECORDS = 50
/** Of all files together, 37 bytes of memory each. */
const MAX_RECORDS = 2_000_000
/** Longer values of the list are cut. */
const MAX_CELL_CHARACTERS = 200

const FILTERS = [
  ...(['request-id', 'tenant', 'code', 'subject', 'outcome', 'since', 'until'] as const),
] satisfies readonly FilterOption[]

const opened = new WeakMap<ConsoleSources, Promise<readonly RecordStore[]>>()

/** @param input `{ filter, before, after }`; the members of `filter` are options of `audit` */
export const listRecords: ConsoleCall<AuditPage> = async (input, context) => {
  const members = readMembers(input, ['filter', 'before', 'after'])
  const given = readMembers(members.filter ?? {}, FILTERS, 'filter')
  const filter = readFilter((name) => memberText(given, name), context.now)
  const page = await pageRecords(await openStores(context), {
    values: {
      ...{ sinceMs: filter.sinceMs, untilMs: filter.untilMs, requestId: filter.requestId },
      outcome: memberText(given, 'outcome'),
      code: memberText(given, 'code'),
      tenant: memberText(given, 'tenant'),
      subject: memberText(given, 'subject'),
    },
    matches: filter.matches,
    limit: PAGE_RECORDS,
    before: memberText(members, 'before'),
    after: memberText(members, 'after'),
  })
  const { records, indexedBytes, totalBytes, skipped, isFull, isComplete } = page.state
  return {
    records: page.records.map(shownRecord),
    older: page.older,
    newest: page.newest,
    isGap: page.isGap,
    index: {
      ...{ records, skipped, isFull },
      progress: isComplete || totalBytes === 0 ? 1 : indexedBytes / totalBytes,
    },
  }
}

/** @param input `{ id }`, as the list has it */
export const readFullRecord: ConsoleCall<FullRecord> = async (input, context) => {
  const id = memberText(readMembers(input, ['id']), 'id') ?? ''
  const placed = await readPlacedRecord(await openStores(context), id)
  const { record } = placed
  const { likelyCauses } = record
  return {
    id,
    shown: shownRecord(placed),
    parts: recordParts(record),
    likelyCauses: Array.isArray(likelyCauses) ? likelyCauses.map(textOf) : [],
    json: JSON.stringify(recordFields(record), undefined, 2),
  }
}

/** @throws {UsageError} the console was started without records */
export function openStores({
  sources,
  terminal,
  now,
}: ConsoleContext): Promise<readonly RecordStore[]> {
  const { records, logGroup } = sources
  if (records.length === 0 && logGroup === undefined)
    throw new UsageError(
      'the console was started without audit records; start it with --records FILE or ' +
        '--log-group NAME',
    )
  const before = opened.get(sources)
  if (before) return before
  const files = records.map((file) => openRecordFile(file, MAX_RECORDS / records.length))
  const stores =
    logGroup === undefined
      ? Promise.resolve(files)
      : import('../audit/record-log-group.ts').then(({ openLogGroup }) => [
          ...files,
          openLogGroup(logGroup, { env: terminal.env, now }),
        ])
  opened.set(sources, stores)
  return stores
}

/** At the end of the console. */
export async function closeStores(sources: ConsoleSources): Promise<void> {
  const stores = (await opened.get(sources)?.catch(() => [])) ?? []
  opened.delete(sources)
  await Promise.all(stores.map((store) => store.close()))
}

function shownRecord({ id, record }: PlacedRecord): ShownRecord {
  const cell = (value: unknown) => textOf(value).slice(0, MAX_CELL_CHARACTERS)
  return {
    id,
    time: new Date(record.timeMs).toISOString(),
    outcome: record.outcome,
    code: cell(record.code),
    tenant: cell(record.tenant ?? record.wantedTenant),
    subject: cell(record.subject),
    grant: cell(record.grant),
    requestId: cell(record.requestId),
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
