/** Who was refused, why and since when, counted in bounded memory. */
import { type CandidateCounts, createCandidateCounter } from './count-candidates.ts'
import { createHistogram, type Histogram } from './histogram.ts'
import { OUTCOMES, type WrittenRecord } from './read-record.ts'

/** Of groups, and of callers in each. What anyone can send must not fill the memory. */
const MAX_GROUPS = 1_000
const MAX_CALLERS = 100
const MAX_REASON_CHARACTERS = 500
/** Added to the record of a refusal that is repeated from memory. */
const REPEATED = ' (repeated from a moment ago)'

/** Refusals of one tenant with one code, whose reasons differ only in numbers, times and values. */
export interface RefusalGroup {
  count: number
  readonly tenant: string | undefined
  readonly code: string
  /** Of the newest record. */
  reason: string
  firstMs: number
  lastMs: number
  /** Counts by caller, of the first hundred callers. */
  readonly callers: Map<string, number>
  hasMoreCallers: boolean
  readonly histogram: Histogram
}

export interface AuditSummary {
  readonly records: number
  readonly firstMs: number
  readonly lastMs: number
  readonly outcomes: Readonly<Record<string, number>>
  /** Of those that were issued: responses with the session of an earlier request. */
  readonly reused: number
  readonly groups: readonly RefusalGroup[]
  /** Refusals beyond the largest number of groups. */
  readonly ungrouped: number
  readonly refusals: Histogram
  /** What candidate documents would have changed. */
  readonly candidates: readonly CandidateCounts[]
}

export function createSummary() {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]))
  const groups = new Map<string, RefusalGroup>()
  const refusals = createHistogram()
  const candidates = createCandidateCounter()
  let [records, reused, ungrouped] = [0, 0, 0]
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

  return {
    add(record: WrittenRecord): void {
      records++
      outcomes[record.outcome] = (outcomes[record.outcome] ?? 0) + 1
      if (record.reusedFrom !== undefined) reused++
      firstMs = Math.min(firstMs, record.timeMs)
      lastMs = Math.max(lastMs, record.timeMs)
      candidates.add(record)
      if (record.outcome !== 'refused' && record.outcome !== 'error') return
      refusals.add(record.timeMs)
      const group = groupOf(record, groups)
      if (group) addRefusal(group, record)
      else ungrouped++
    },
    result: (): AuditSummary => ({
      ...{ records, firstMs, lastMs, outcomes, reused, ungrouped, refusals },
      candidates: candidates.result(),
      groups: [...groups.values()].sort((a, b) => b.count - a.count || b.lastMs - a.lastMs),
    }),
  }
}

function groupOf(
  record: WrittenRecord,
  groups: Map<string, RefusalGroup>,
): RefusalGroup | undefined {
  // Not the requested one: a caller could fill all groups with made-up names.
  const tenant = textOf(record.tenant)
  const code = textOf(record.code) ?? record.outcome
  const reason = reasonOf(record)
  const name = JSON.stringify([tenant, code, withoutValues(reason)])
  const known = groups.get(name)
  if (known || groups.size >= MAX_GROUPS) return known
  const { timeMs } = record
  const group = {
    ...{ count: 0, tenant, code, reason, firstMs: timeMs, lastMs: timeMs },
    ...{ callers: new Map<string, number>(), hasMoreCallers: false },
    histogram: createHistogram(),
  }
  groups.set(name, group)
  return group
}

function addRefusal(group: RefusalGroup, record: WrittenRecord): void {
  group.count++
  if (record.timeMs >= group.lastMs) {
    group.lastMs = record.timeMs
    group.reason = reasonOf(record)
  }
  group.firstMs = Math.min(group.firstMs, record.timeMs)
  group.histogram.add(record.timeMs)
  const caller = callerOf(record)
  const count = group.callers.get(caller)
  if (count === undefined && group.callers.size >= MAX_CALLERS) group.hasMoreCallers = true
  else group.callers.set(caller, (count ?? 0) + 1)
}

function callerOf({ subject, issuer, clientIp }: WrittenRecord): string {
  const [who, of, from] = [textOf(subject), textOf(issuer), textOf(clientIp)]
  if (who !== undefined) return who
  if (of !== undefined) return `somebody of ${of}`
  return from === undefined ? 'unknown' : `somebody at ${from}`
}

function reasonOf({ reason }: WrittenRecord): string {
  const text = (textOf(reason) ?? '').slice(0, MAX_REASON_CHARACTERS)
  return text.endsWith(REPEATED) ? text.slice(0, -REPEATED.length) : text
}

/** `exp … is 12 min ago` and `is 13 min ago` are one reason. */
function withoutValues(reason: string): string {
  return reason.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\d[\d:.,T-]*Z?/g, '0')
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
