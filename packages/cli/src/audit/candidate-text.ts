/** What candidate documents would have changed, for people and for programs. */
import { oneLine, type Paint } from '../terminal.ts'
import { CANDIDATE_RESULTS, type CandidateCounts, type CandidateGroup } from './count-candidates.ts'

const SHOWN_SUBJECTS = 5
const SHOWN_DIGITS = 12

/** @returns one line of counts, and some lines for each group of requests that are not the same */
export function candidateLines(
  { tenant, documentSha256, results, groups, ungrouped }: CandidateCounts,
  paint: Paint,
): string[] {
  const counts = CANDIDATE_RESULTS.filter((result) => results[result] > 0)
  const shown = counts.map((result) => `${results[result].toLocaleString('en')} ${result}`)
  const digest = oneLine(documentSha256.slice(0, SHOWN_DIGITS))
  return [
    `candidate of tenant ${oneLine(tenant)} (${digest}): ${shown.join(', ')}`,
    ...sorted(groups).flatMap((group) => groupLines(group, paint)),
    ...(ungrouped === 0 ? [] : [`  ${ungrouped.toLocaleString('en')} other requests`]),
  ]
}

/** The members for programs. */
export function candidateFields({ groups, ...counts }: CandidateCounts): object {
  return {
    ...counts,
    groups: sorted(groups).map(({ subjects, hasMoreSubjects: moreSubjects, ...group }) => ({
      ...group,
      subjects: [...subjects].map(([subject, count]) => ({ subject, count })),
      moreSubjects,
    })),
  }
}

function groupLines(group: CandidateGroup, paint: Paint): string[] {
  const { count, result, grant, candidateGrant, why, requestId, subjects, hasMoreSubjects } = group
  const [from, to] = [grant, candidateGrant].map((name) => oneLine(name ?? 'nothing'))
  const grants = from === to ? from : `${from} → ${result === 'undecided' ? 'not known' : to}`
  const who = [...subjects].sort(([, a], [, b]) => b - a).slice(0, SHOWN_SUBJECTS)
  const more = subjects.size - SHOWN_SUBJECTS
  const others = more <= 0 ? '' : `, and ${hasMoreSubjects ? 'over ' : ''}${more} others`
  const named = who.map(([subject, times]) => `${oneLine(subject)} (${times})`).join(', ')
  return [
    `  ${paint('bold', `${count} × ${result}`)}  ${grants}  ` +
      paint('dim', `such as request ${oneLine(requestId)}`),
    ...(why === '' ? [] : [`    ${result === 'differs' ? 'what' : 'why '}  ${oneLine(why)}`]),
    `    who   ${named}${others}`,
  ]
}

/** Those who lose access come first, and then the largest. */
function sorted(groups: ReadonlyMap<string, CandidateGroup>): readonly CandidateGroup[] {
  const order = ['loses', 'gains', 'differs', 'undecided', 'same']
  return [...groups.values()].sort(
    (a, b) => order.indexOf(a.result) - order.indexOf(b.result) || b.count - a.count,
  )
}
