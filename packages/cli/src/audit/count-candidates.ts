/** What candidate documents would have changed, counted in bounded memory from audit records. */
import { isRecordObject, type WrittenRecord } from './read-record.ts'

/** Of candidates, of groups in all, and of subjects in each group. */
const MAX_CANDIDATES = 1_000
const MAX_GROUPS = 1_000
const MAX_SUBJECTS = 100
const MAX_WHY_CHARACTERS = 500

export const CANDIDATE_RESULTS = ['same', 'gains', 'loses', 'differs', 'undecided'] as const
type CandidateResult = (typeof CANDIDATE_RESULTS)[number]

/** Requests with one result and one reason, from one grant to another. */
export interface CandidateGroup {
  count: number
  readonly result: CandidateResult
  /** What the document in force gave, and what the candidate would give; undefined: nothing. */
  readonly grant: string | undefined
  readonly candidateGrant: string | undefined
  /** Of the first request: why the candidate refuses, or what differs. */
  readonly why: string
  /** Of the first request. */
  readonly requestId: string
  /** Counts by subject, of the first hundred. */
  readonly subjects: Map<string, number>
  hasMoreSubjects: boolean
}

export interface CandidateCounts {
  readonly tenant: string
  readonly documentSha256: string
  readonly results: Record<CandidateResult, number>
  readonly groups: Map<string, CandidateGroup>
  /** Requests beyond the largest number of groups. */
  ungrouped: number
}

export interface CandidateCounter {
  add(record: WrittenRecord): void
  /** @returns one for each candidate, in the order of the records */
  result(): readonly CandidateCounts[]
}

export function createCandidateCounter(): CandidateCounter {
  const candidates = new Map<string, CandidateCounts>()
  let groups = 0
  return {
    add(record) {
      const { candidate, tenant } = record
      if (!isRecordObject(candidate) || typeof tenant !== 'string') return
      const { documentSha256, result: written } = candidate
      const result = CANDIDATE_RESULTS.find((known) => known === written)
      if (result === undefined || typeof documentSha256 !== 'string') return
      const counts = countsOf(candidates, tenant, documentSha256)
      if (counts === undefined) return
      counts.results[result]++
      if (result === 'same') return
      const found = describeResult(result, record, candidate)
      const known = counts.groups.get(found.name)
      if (known) addTo(known, record)
      else if (groups >= MAX_GROUPS) counts.ungrouped++
      else {
        groups++
        counts.groups.set(found.name, addTo(found.group, record))
      }
    },
    result: () => [...candidates.values()],
  }
}

function countsOf(
  candidates: Map<string, CandidateCounts>,
  tenant: string,
  documentSha256: string,
): CandidateCounts | undefined {
  const name = JSON.stringify([tenant, documentSha256])
  const known = candidates.get(name)
  if (known || candidates.size >= MAX_CANDIDATES) return known
  const results = { same: 0, gains: 0, loses: 0, differs: 0, undecided: 0 }
  const counts = { tenant, documentSha256, results, groups: new Map(), ungrouped: 0 }
  candidates.set(name, counts)
  return counts
}

function describeResult(
  result: CandidateResult,
  { grant, requestId }: WrittenRecord,
  candidate: Readonly<Record<string, unknown>>,
): { readonly name: string; readonly group: CandidateGroup } {
  const { differences, reason, code } = candidate
  const changed = Array.isArray(differences) ? differences.filter(isText).join(', ') : undefined
  const why = (changed ?? textOf(reason) ?? '').slice(0, MAX_WHY_CHARACTERS)
  const [from, to] = [textOf(grant), textOf(candidate.grant)]
  // Reasons quote claims, of which there may be one for each caller.
  const name = JSON.stringify([result, from, to, changed, result === 'undecided' ? why : code])
  const group = {
    ...{ count: 0, result, grant: from, candidateGrant: to, why },
    ...{ requestId: textOf(requestId) ?? '', subjects: new Map(), hasMoreSubjects: false },
  }
  return { name, group }
}

function addTo(group: CandidateGroup, { subject }: WrittenRecord): CandidateGroup {
  const { subjects } = group
  const who = textOf(subject) ?? 'unknown'
  const count = subjects.get(who)
  group.count++
  if (count === undefined && subjects.size >= MAX_SUBJECTS) group.hasMoreSubjects = true
  else subjects.set(who, (count ?? 0) + 1)
  return group
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function textOf(value: unknown): string | undefined {
  return isText(value) ? value : undefined
}
