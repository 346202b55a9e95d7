/** Which records a command prints: the options by which they are chosen. */
import { quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import type { WrittenRecord } from './read-record.ts'

export type FilterOption =
  | 'request-id'
  | 'tenant'
  | 'code'
  | 'subject'
  | 'outcome'
  | 'since'
  | 'until'

export interface RecordFilter {
  /** Milliseconds since the epoch. */
  readonly sinceMs: number | undefined
  readonly untilMs: number | undefined
  readonly requestId: string | undefined
  matches(record: WrittenRecord): boolean
}

/** @throws {UsageError} a time that cannot be read */
export function readFilter(
  option: CommandCall<FilterOption>['option'],
  now: () => number,
): RecordFilter {
  const sinceMs = readTime('since', option('since'), now)
  const untilMs = readTime('until', option('until'), now)
  const requestId = option('request-id')
  const [tenant, code] = [option('tenant'), option('code')]
  const [subject, outcome] = [option('subject'), option('outcome')]
  return {
    sinceMs,
    untilMs,
    requestId,
    matches: (record) =>
      (sinceMs === undefined || record.timeMs >= sinceMs) &&
      (untilMs === undefined || record.timeMs < untilMs) &&
      (requestId === undefined || record.requestId === requestId) &&
      (outcome === undefined || record.outcome === outcome) &&
      (code === undefined || record.code === code) &&
      (subject === undefined || record.subject === subject) &&
      // A caller that was refused before its tenant was found may have named it.
      (tenant === undefined || (record.tenant ?? record.wantedTenant) === tenant),
  }
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ...{ s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 },
}

/** A time, or how long ago it is: `90m`. */
function readTime(name: string, text: string | undefined, now: () => number): number | undefined {
  if (text === undefined) return undefined
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (amount !== undefined) return now() - Number(amount) * (UNIT_MS[unit] ?? 0)
  const at = /^\d{4}-\d{2}-\d{2}(T|$)/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new UsageError(
    `--${name}: expected a time such as 2026-01-31T12:00:00Z, or how long ago it is, such as ` +
      `30m, 2h or 7d; found ${quote(text)}`,
  )
}
