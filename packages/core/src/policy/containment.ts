/** Whether one IAM pattern takes all that another takes; where that is not certain, it says no. */

/** Action patterns compare without regard to case; `*` stands for every service's. */
export function actionCovers(outer: string, inner: string): boolean {
  const [wide, narrow] = [outer.toLowerCase(), inner.toLowerCase()]
  if (wide === '*' || wide === narrow) return true
  const [wideService, wideName] = splitOnce(wide)
  const [narrowService, narrowName] = splitOnce(narrow)
  if (wideName === undefined || narrowName === undefined) return false
  return covers(wideService, narrowService) && covers(wideName, narrowName)
}

/**
 * Resource patterns. IAM matches an ARN segment by segment, so a `*` is not trusted to reach past the colon of its own
 * segment. A variable (`${…}`) is only ever covered by the very same text: nobody knows here what it stands for.
 */
export function resourceCovers(outer: string, inner: string): boolean {
  if (outer === inner) return true
  if (outer.includes('$') || inner.includes('$')) return false
  if (outer === '*') return true
  const [wide, narrow] = [segmentsOf(outer), segmentsOf(inner)]
  if (wide.length < ARN_SEGMENTS || narrow.length < ARN_SEGMENTS) return false
  return wide.every((segment, index) => covers(segment, narrow[index] ?? ''))
}

const ARN_SEGMENTS = 6

/** The last segment keeps its colons. */
function segmentsOf(arn: string): string[] {
  const parts = arn.split(':')
  return [
    ...parts.slice(0, ARN_SEGMENTS - 1),
    ...(parts.length >= ARN_SEGMENTS ? [parts.slice(5).join(':')] : []),
  ]
}

function splitOnce(action: string): [string, string | undefined] {
  const colon = action.indexOf(':')
  return colon === -1 ? [action, undefined] : [action.slice(0, colon), action.slice(colon + 1)]
}

/** Simulates `outer` on the text of `inner`, where a `*` of `inner` can only vanish inside a `*`, and a `?` in either. */
function covers(outer: string, inner: string): boolean {
  let states = withStars(outer, new Set([0]))
  for (const character of inner) {
    const next = new Set<number>()
    for (const at of states) {
      const symbol = outer[at]
      if (symbol === '*') next.add(at)
      else if (character !== '*' && (symbol === '?' || (symbol === character && character !== '?')))
        next.add(at + 1)
    }
    states = withStars(outer, next)
  }
  return states.has(outer.length)
}

function withStars(pattern: string, states: Set<number>): Set<number> {
  for (const at of states) if (pattern[at] === '*') states.add(at + 1)
  return states
}
