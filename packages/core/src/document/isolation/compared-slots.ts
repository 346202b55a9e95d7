/** Which callers of two statements are different callers, so that they must not meet. */
import type { Reach } from './reach.ts'

/**
 * Callers may meet where they agree on all slots of one of the two statements, because that
 * statement gives the text to both by name. A statement without slots names nobody, and the same
 * values at two issuers are not the same caller, so agreement on such a statement does not count.
 * @param leftNames whether equal values for the slots of `left` mean the same caller or group
 * @returns the slots for which the values of two different callers differ; empty: no values make
 *   the two the same
 */
export function comparedSlots(
  left: Reach,
  right: Reach,
  leftNames: boolean,
  rightNames: boolean,
): readonly string[] {
  // Where the slots of one are all in the other, callers who differ in them differ in both.
  if (leftNames && isSubset(left.slots, right.slots)) return [...left.slots]
  if (rightNames && isSubset(right.slots, left.slots)) return [...right.slots]
  return []
}

function isSubset(inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean {
  return [...inner].every((name) => outer.has(name))
}
