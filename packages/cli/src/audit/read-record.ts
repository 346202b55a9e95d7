/** Reads audit records from lines of a log, as far as they are records. */

/** A record as it was written: anything may be missing, and no text of it is trusted. */
export type WrittenRecord = Readonly<Record<string, unknown>> & {
  /** Milliseconds since the epoch, of `time`. */
  readonly timeMs: number
  readonly outcome: string
}

export const OUTCOMES = [
  ...(['issued', 'explained', 'identified', 'changed', 'refused', 'error'] as const),
]

/** Longer lines are no records: the broker writes a few kilobytes at most. */
export const MAX_LINE_CHARACTERS = 1024 * 1024

/** A line of JSON that contains a record may be wrapped this often. */
const MAX_WRAPPERS = 3

/** One event in the output of `aws logs filter-log-events`. */
const EVENT_MESSAGE = /^\s*"message": ("(?:[^"\\]|\\.)*"),?\s*$/

/**
 * Lambda writes a prefix or a JSON object around a line, by its log format; `aws logs tail` writes
 * the time before it.
 *
 * @returns undefined where the line is no record
 */
export function parseRecordLine(line: string): WrittenRecord | undefined {
  if (line.length > MAX_LINE_CHARACTERS) return undefined
  const message = EVENT_MESSAGE.exec(line)?.[1]
  let value = message === undefined ? jsonIn(line) : parse(message)
  for (let wrappers = 0; wrappers < MAX_WRAPPERS; wrappers++) {
    if (typeof value === 'string') value = jsonIn(value)
    if (!isRecordObject(value)) return undefined
    const record = asRecord(value)
    if (record) return record
    value = value.message
  }
  return undefined
}

function jsonIn(text: string): unknown {
  const start = text.indexOf('{')
  return start === -1 ? undefined : parse(start === 0 ? text : text.slice(start))
}

/** A number after `:`, `,` or `[`, as long as the least integer that a double rounds. */
const POSSIBLY_UNSAFE = /[:,[]\s?-?[0-9]{16}/

function parse(json: string): unknown {
  try {
    return POSSIBLY_UNSAFE.test(json) ? JSON.parse(json, exactInteger) : JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Two callers whose ids of 64 bits differ must not become one. It is printed as it was written. */
function exactInteger(_: string, value: unknown, { source = '' }): unknown {
  const isUnsafe = typeof value === 'number' && !Number.isSafeInteger(value)
  return isUnsafe && /^-?\d+$/.test(source) ? JSON.rawJSON(source) : value
}

function asRecord(value: Readonly<Record<string, unknown>>): WrittenRecord | undefined {
  const { time, requestId, endpoint, outcome, record } = value
  if (typeof time !== 'string' || typeof outcome !== 'string') return undefined
  if (typeof requestId !== 'string' || typeof endpoint !== 'string') return undefined
  const timeMs = Date.parse(time)
  if (Number.isNaN(timeMs) || !OUTCOMES.some((known) => known === outcome)) return undefined
  // A record that could not be written is inside one that says so.
  return isRecordObject(record)
    ? { ...record, ...value, timeMs, outcome, record: undefined }
    : { ...value, timeMs, outcome }
}

/** @returns the members of the record, without the metrics that its line contains too */
export function recordFields(record: WrittenRecord): Readonly<Record<string, unknown>> {
  const metrics = metricNamesOf(record._aws)
  const entries = Object.entries(record).filter(
    ([name]) => name !== 'timeMs' && name !== '_aws' && !metrics.has(name),
  )
  return Object.fromEntries(entries)
}

/** @see CloudWatch user guide, "Specification: Embedded metric format" */
function metricNamesOf(aws: unknown): ReadonlySet<string> {
  const directives = isRecordObject(aws) ? listOf(aws.CloudWatchMetrics) : []
  const names = directives
    .filter(isRecordObject)
    .flatMap(({ Metrics, Dimensions }) => [
      ...listOf(Metrics).map((metric) => (isRecordObject(metric) ? metric.Name : undefined)),
      ...listOf(Dimensions).flatMap(listOf),
    ])
  return new Set(names.filter((name) => typeof name === 'string'))
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function isRecordObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
