/**
 * Whether one IAM pattern matches everything that another pattern matches. Where that is not
 * certain, the result is false.
 */
import { ARN_SEGMENTS } from './arn.ts'

/** Action patterns are compared without regard to case; `*` alone means all actions. */
export function containsAction(outer: string, inner: string): boolean {
  const [wide, narrow] = [outer.toLowerCase(), inner.toLowerCase()]
  if (wide === '*' || wide === narrow) return true
  const [wideService, wideName] = splitAction(wide)
  const [narrowService, narrowName] = splitAction(narrow)
  if (wideName === undefined || narrowName === undefined) return false
  return containsPattern(wideService, narrowService) && containsPattern(wideName, narrowName)
}

/**
 * Resource patterns are compared segment by segment, because IAM does not document whether a `*`
 * matches across colons. A pattern with a variable (`${…}`), whose value is not known here, is
 * contained only in the same text.
 */
export function containsResource(outer: string, inner: string): boolean {
  if (outer === inner) return true
  if (outer.includes('$') || inner.includes('$')) return false
  if (outer === '*') return true
  const [wide, narrow] = [splitArn(outer), splitArn(inner)]
  if (wide.length < ARN_SEGMENTS || narrow.length < ARN_SEGMENTS) return false
  return wide.every((segment, index) => containsPattern(segment, narrow[index] ?? ''))
}

/** The last segment keeps its colons. */
function splitArn(arn: string): string[] {
  const parts = arn.split(':')
  return [
    ...parts.slice(0, ARN_SEGMENTS - 1),
    ...(parts.length >= ARN_SEGMENTS ? [parts.slice(ARN_SEGMENTS - 1).join(':')] : []),
  ]
}

function splitAction(action: string): [service: string, name: string | undefined] {
  const colon = action.indexOf(':')
  return colon === -1 ? [action, undefined] : [action.slice(0, colon), action.slice(colon + 1)]
}

/**
 * Runs `outer` as a nondeterministic automaton over the text of `inner`; a state is a position in
 * `outer`. A `*` of `inner` matches only a `*`, and a `?` of `inner` only a `*` or `?`.
 */
function containsPattern(outer: string, inner: string): boolean {
  let states = addSkippedStars(outer, new Set([0]))
  for (const character of inner) {
    const next = new Set<number>()
    for (const at of states) {
      const symbol = outer[at]
      if (symbol === '*') next.add(at)
      else if (character !== '*' && (symbol === '?' || (symbol === character && character !== '?')))
        next.add(at + 1)
    }
    states = addSkippedStars(outer, next)
  }
  return states.has(outer.length)
}

/** Adds the states after each `*`, which may match the empty text. */
function addSkippedStars(pattern: string, states: Set<number>): Set<number> {
  for (const at of states) if (pattern[at] === '*') states.add(at + 1)
  return states
}
