/** Pages of the records of several indexed sources, the newest first, by cursors. */
import { UsageError } from '../cli-error.ts'
import { parseRecordLine, type WrittenRecord } from './read-record.ts'
import { type Digests, digestsOf, type WantedValues } from './record-columns.ts'
import type { IndexState, RecordStore, RecordView } from './record-file.ts'

/** A record with its place, by which it can be read again. */
export interface PlacedRecord {
  readonly id: string
  readonly record: WrittenRecord
}

export interface RecordPage {
  readonly records: readonly PlacedRecord[]
  /** Continues with older records; undefined: there are none at present. */
  readonly older: string | undefined
  /** Of the newest records that the sources had; `after` finds those that came since. */
  readonly newest: string
  /** With `after`: there are more new records than the page has. */
  readonly isGap: boolean
  readonly state: IndexState
}

export interface PageWanted {
  readonly values: WantedValues
  readonly matches: (record: WrittenRecord) => boolean
  readonly limit: number
  /** A cursor: only records that are older. */
  readonly before?: string | undefined
  /** A cursor: only records that are newer. */
  readonly after?: string | undefined
}

/** How many lines a page reads at most whose digests match and whose values do not. */
const MAX_READ_LINES = 2_000

/** @throws {UsageError} a source cannot be read, or a cursor is of a file that was replaced */
export async function pageRecords(
  stores: readonly RecordStore[],
  { values, matches, limit, before, after }: PageWanted,
): Promise<RecordPage> {
  for (const store of stores) await store.refresh()
  const views = stores.map((store) => store.view())
  const newest = cursorOf(
    stores,
    views.map(({ end }) => end),
  )
  const ends = before === undefined ? undefined : positionsOf(stores, before)
  const starts = after === undefined ? undefined : positionsOf(stores, after)
  const ages = views.map((view, at) => firstOlder(view, ends?.[at] ?? Number.POSITIVE_INFINITY))
  const digests = digestsOf(values)
  const records: PlacedRecord[] = []
  let isGap = false
  for (let lines = 0; lines < MAX_READ_LINES; ) {
    const next = newestMatch(views, ages, digests, starts)
    if (next === undefined) break
    if (records.length === limit) {
      isGap = true
      break
    }
    const [at, position, length] = next
    ages[at] = (ages[at] ?? 0) + 1
    lines += 1
    const record = parseRecordLine((await stores[at]?.line(position, length)) ?? '')
    if (record && matches(record)) records.push({ id: `${at}.${position}.${length}`, record })
  }
  const isRead = views.every((view, at) => (ages[at] ?? 0) >= view.size())
  const isEnd = isRead && stores.every((store) => store.state().isComplete)
  const last = views.map((view, at) => positionBefore(view, ages[at] ?? 0))
  return {
    records,
    older: isEnd || after !== undefined ? undefined : cursorOf(stores, last),
    newest,
    isGap: after !== undefined && isGap,
    state: sumOf(stores),
  }
}

/** @throws {UsageError} there is no such record any more */
export async function readPlacedRecord(
  stores: readonly RecordStore[],
  id: string,
): Promise<PlacedRecord> {
  const [at = '', position = '', length = ''] =
    /^\d{1,3}\.\d{1,15}\.\d{1,7}$/.exec(id)?.[0].split('.') ?? []
  const store = stores[Number(at)]
  await store?.refresh()
  const line = at === '' ? undefined : await store?.line(Number(position), Number(length))
  const record = parseRecordLine(line ?? '')
  if (record) return { id, record }
  throw new UsageError('the record is no longer where it was: the file was replaced; list it again')
}

/**
 * The newest record of any source that may match; sources whose records are in the order of time
 * are merged in this order. Rows that cannot match are passed in `ages`.
 */
function newestMatch(
  views: readonly RecordView[],
  ages: number[],
  digests: Digests,
  starts: readonly number[] | undefined,
): readonly [at: number, position: number, length: number] | undefined {
  let best: readonly [at: number, position: number, length: number] | undefined
  let bestMs = Number.NEGATIVE_INFINITY
  for (const [at, view] of views.entries()) {
    const size = view.size()
    let age = ages[at] ?? 0
    for (; age < size; age++) {
      const [columns, row] = view.at(age)
      const isOld = columns.position(row) < (starts?.[at] ?? 0)
      if (isOld) age = size
      if (isOld || columns.mayMatch(row, digests)) break
    }
    ages[at] = age
    if (age >= size) continue
    const [columns, row] = view.at(age)
    if (columns.timeMs(row) <= bestMs) continue
    bestMs = columns.timeMs(row)
    best = [at, columns.position(row), columns.length(row)]
  }
  return best
}

/** The age of the newest record before a position: positions fall as ages rise. */
function firstOlder(view: RecordView, position: number): number {
  let [low, high] = [0, view.size()]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [columns, row] = view.at(middle)
    if (columns.position(row) < position) high = middle
    else low = middle + 1
  }
  return low
}

/** The position of the record that is the next newer one: all older ones are before it. */
function positionBefore(view: RecordView, age: number): number {
  if (age === 0) return view.end
  const [columns, row] = view.at(Math.min(age, view.size()) - 1)
  return columns.position(row)
}

function cursorOf(stores: readonly RecordStore[], positions: readonly number[]): string {
  return stores.map((store, at) => `${store.generation()}-${positions[at] ?? 0}`).join('.')
}

function positionsOf(stores: readonly RecordStore[], cursor: string): readonly number[] {
  const parts = cursor.split('.').map((part) => /^(\d{1,9})-(\d{1,16})$/.exec(part))
  return stores.map((store, at) => {
    const [, generation, position] = parts[at] ?? []
    if (Number(generation) === store.generation()) return Number(position)
    throw new UsageError(`${store.name}: the file was replaced or cut; list the records again`)
  })
}

function sumOf(stores: readonly RecordStore[]): IndexState {
  const states = stores.map((store) => store.state())
  const sum = (of: (state: IndexState) => number) => states.reduce((all, one) => all + of(one), 0)
  return {
    records: sum(({ records }) => records),
    indexedBytes: sum(({ indexedBytes }) => indexedBytes),
    totalBytes: sum(({ totalBytes }) => totalBytes),
    skipped: sum(({ skipped }) => skipped),
    isFull: states.some(({ isFull }) => isFull),
    isComplete: states.every(({ isComplete }) => isComplete),
  }
}
