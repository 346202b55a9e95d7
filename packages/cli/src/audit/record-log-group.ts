/** The newest records of a log group, kept in memory while somebody looks at them. */
import { readLogGroup } from './log-group.ts'
import { parseRecordLine } from './read-record.ts'
import { createRecordColumns } from './record-columns.ts'
import type { RecordStore } from './record-file.ts'

/** How much text of records is kept; beyond it, reading begins again with the newest. */
const MAX_CHARACTERS = 128 * 1024 * 1024
/** Each look costs a request to CloudWatch Logs. */
const MIN_LOOK_MS = 2_000
/** How long it is known what was read: a record is written some time after its `time`. */
const KEPT_MS = 180_000
/** How far back reading begins. */
const PERIOD_MS = 3_600_000
/** Events of several streams arrive out of order: this much is read again. */
const LATE_MS = 30_000

interface LogGroupOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
}

/** Needs `logs:FilterLogEvents`. Nothing is read unless the records are looked at. */
export function openLogGroup(group: string, { env, now }: LogGroupOptions): RecordStore {
  let columns = createRecordColumns()
  let lines: string[] = []
  let [characters, skipped, generation] = [0, 0, 1]
  let [lookedMs, readUntilMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let reading: Promise<void> | undefined
  /** Records of the time that is read again. */
  let recent = new Map<string, number>()

  const add = (line: string) => {
    const record = parseRecordLine(line)
    if (record === undefined) {
      skipped += line.trim() === '' ? 0 : 1
      return
    }
    const name = `${record.requestId} ${record.timeMs} ${record.outcome}`
    if (recent.has(name)) return
    recent.set(name, record.timeMs)
    columns.push(lines.length, line.length, record)
    lines.push(line)
    characters += line.length
  }
  const look = async () => {
    const startedMs = now()
    lookedMs = startedMs
    if (characters > MAX_CHARACTERS) {
      ;[columns, lines, recent, characters] = [createRecordColumns(), [], new Map(), 0]
      generation += 1
      readUntilMs = startedMs - LATE_MS
    }
    const sinceMs = Math.max(readUntilMs - LATE_MS, startedMs - PERIOD_MS)
    const filter = { sinceMs, untilMs: undefined, requestId: undefined, matches: () => true }
    for await (const portion of readLogGroup(group, filter, { follow: false, env, now })) {
      for (const line of portion) add(line)
      if (characters > MAX_CHARACTERS) break
    }
    readUntilMs = startedMs
    for (const [name, timeMs] of recent) if (timeMs < startedMs - KEPT_MS) recent.delete(name)
  }

  return {
    name: group,
    generation: () => generation,
    refresh() {
      if (now() - lookedMs >= MIN_LOOK_MS)
        reading ??= look().finally(() => {
          reading = undefined
        })
      return reading ?? Promise.resolve()
    },
    state: () => ({
      records: lines.length,
      indexedBytes: characters,
      totalBytes: characters,
      skipped,
      isFull: characters > MAX_CHARACTERS,
      isComplete: true,
    }),
    view() {
      const [own, count] = [columns, columns.size()]
      return { end: count, size: () => count, at: (age) => [own, count - 1 - age] }
    },
    line: async (position) => lines[position] ?? '',
    close: async () => undefined,
  }
}
