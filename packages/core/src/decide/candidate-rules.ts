/** Which rules may pass for these claims, according to the index that the compile step made. */
import { lookUpClaim } from '../expression/claim-paths.ts'
import type { RuleIndex } from '../model/compiled-tenant.ts'
import { isObject } from '../model/strict-json.ts'

/** @returns positions, ascending; no other rule can pass */
export function candidateRules(
  index: RuleIndex,
  claims: Readonly<Record<string, unknown>>,
): readonly number[] {
  const positions = [...index.always]
  for (const { claim, rules } of index.byClaim) {
    for (const value of valuesOf(lookUpClaim(claim, claims)))
      if (typeof value === 'string' && Object.hasOwn(rules, value))
        positions.push(...(rules[value] ?? []))
  }
  return [...new Set(positions)].sort((a, b) => a - b)
}

/**
 * What `==` may equal and `in` may find: the value itself, the elements of a list, the keys of a
 * map.
 */
function valuesOf(claim: unknown): readonly unknown[] {
  if (Array.isArray(claim)) return claim
  return isObject(claim) ? Object.keys(claim) : [claim]
}
