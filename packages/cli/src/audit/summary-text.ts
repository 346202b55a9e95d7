/** A summary of audit records for people and for programs. */
import { oneLine, type Paint } from '../terminal.ts'
import { candidateFields, candidateLines } from './candidate-text.ts'
import { sparkline } from './histogram.ts'
import type { AuditSummary, RefusalGroup } from './summarize-records.ts'

/** Callers of one group that are named. */
const SHOWN_CALLERS = 5
const MAX_COLUMNS = 60
/** Before the sparkline of all refusals. */
const MARGIN = 2

export interface SkippedLines {
  /** Lines that are no audit records. */
  readonly skipped: number
}

/** @param width of the terminal, in columns */
export function summaryText(
  summary: AuditSummary & SkippedLines,
  paint: Paint,
  width: number,
): string {
  const { records, skipped, groups, ungrouped, reused } = summary
  const others = skipped === 0 ? '' : `; ${countOf(skipped, 'other line')} skipped`
  if (records === 0) return `no audit record${others}\n`
  const outcomes = Object.entries(summary.outcomes).filter(([, count]) => count > 0)
  const counts = outcomes.map(([outcome, count]) => `${count} ${outcome}`).join(', ')
  const lines = [
    `${countOf(records, 'record')} from ${timeOf(summary.firstMs)} to ` +
      `${timeOf(summary.lastMs)}${others}`,
    reused === 0 ? counts : `${counts}; ${countOf(reused, 'session')} returned again`,
    ...(groups.length === 0 ? [] : chartLines(summary, width)),
    ...groups.flatMap((group) => ['', ...groupLines(group, summary, paint, width)]),
    ...(ungrouped === 0 ? [] : ['', `${countOf(ungrouped, 'refusal')} with other reasons`]),
    ...summary.candidates.flatMap((counts) => ['', ...candidateLines(counts, paint)]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function chartLines({ refusals, firstMs, lastMs }: AuditSummary, width: number): string[] {
  const columns = Math.max(1, Math.min(MAX_COLUMNS, width - MARGIN))
  const seconds = Math.max(1, Math.round((lastMs - firstMs) / 1_000 / columns))
  return [
    '',
    `refusals; a column is ${durationOf(seconds)}`,
    `  ${sparkline(refusals.countsIn(firstMs, lastMs + 1, columns))}`.trimEnd(),
  ]
}

function groupLines(
  group: RefusalGroup,
  { firstMs, lastMs }: AuditSummary,
  paint: Paint,
  width: number,
): string[] {
  const { count, code, tenant, reason, callers, histogram } = group
  const columns = Math.max(1, Math.min(MAX_COLUMNS, width - MARGIN))
  const named = tenant === undefined ? 'no tenant' : `tenant ${oneLine(tenant)}`
  const period =
    group.firstMs === group.lastMs
      ? `at ${timeOf(group.firstMs)}`
      : `since ${timeOf(group.firstMs)}, last ${timeOf(group.lastMs)}`
  const callersText = [...callers]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN_CALLERS)
    .map(([caller, times]) => `${oneLine(caller)} (${times})`)
    .join(', ')
  const more = callers.size - SHOWN_CALLERS
  const others = more <= 0 ? '' : `, and ${group.hasMoreCallers ? 'over ' : ''}${more} others`
  return [
    `${paint('bold', `${count} × ${oneLine(code)}`)}  ${named}  ${paint('dim', period)}`,
    ...(reason === '' ? [] : wrap(`why  ${oneLine(reason)}`, width)),
    ...wrap(`who  ${callersText}${others}`, width),
    `  ${sparkline(histogram.countsIn(firstMs, lastMs + 1, columns))}`.trimEnd(),
  ]
}

/** The members for programs. Times are ISO 8601. */
export function summaryFields(summary: AuditSummary & SkippedLines): object {
  const { records, skipped, outcomes, reused, groups, ungrouped } = summary
  const { firstMs, lastMs, candidates } = summary
  return {
    records,
    skipped,
    ...(records === 0 ? {} : { first: isoOf(firstMs), last: isoOf(lastMs) }),
    outcomes,
    reused,
    refusals: groups.map((group) => ({
      count: group.count,
      tenant: group.tenant,
      code: group.code,
      reason: group.reason,
      first: isoOf(group.firstMs),
      last: isoOf(group.lastMs),
      callers: [...group.callers].map(([caller, count]) => ({ caller, count })),
      moreCallers: group.hasMoreCallers,
    })),
    otherRefusals: ungrouped,
    candidates: candidates.map(candidateFields),
  }
}

/** Lines of the width, with an indentation; a word that is too long stays whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = '  '
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length > width) {
      lines.push(line.trimEnd())
      line = '       '
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()]
}

function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

function durationOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}

const isoOf = (timeMs: number) => new Date(timeMs).toISOString()
const timeOf = (timeMs: number) => isoOf(timeMs).replace(/\.\d+Z$/, 'Z')
