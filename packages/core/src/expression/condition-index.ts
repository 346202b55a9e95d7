/**
 * Finds, among many conditions, the few that can pass for a token's claims, so that a decision does
 * not cost more where there are more conditions.
 */
import type { ConditionIndex, RequiredClaim } from '../model/compiled-tenant.ts'
import { isObject } from '../model/strict-json.ts'
import { lookUpClaim } from './claim-paths.ts'

/**
 * @param required by position, the claim value without which the condition never passes; undefined:
 *   not known
 */
export function indexConditions(required: readonly (RequiredClaim | undefined)[]): ConditionIndex {
  const always: number[] = []
  const claims = new Map<string, Map<string, number[]>>()
  for (const [position, requirement] of required.entries()) {
    if (requirement === undefined) {
      always.push(position)
      continue
    }
    const name = JSON.stringify(requirement.claim)
    const values = claims.get(name) ?? new Map<string, number[]>()
    claims.set(name, values)
    const positions = values.get(requirement.value)
    if (positions) positions.push(position)
    else values.set(requirement.value, [position])
  }
  const byClaim = [...claims].map(([name, values]) => ({
    claim: JSON.parse(name),
    positions: Object.fromEntries(values),
  }))
  return { always, byClaim }
}

/** @returns positions of the conditions that can pass, ascending; no other one can */
export function candidatePositions(
  index: ConditionIndex,
  claims: Readonly<Record<string, unknown>>,
): readonly number[] {
  const found = [...index.always]
  for (const { claim, positions } of index.byClaim) {
    for (const value of claimTexts(lookUpClaim(claim, claims)))
      if (Object.hasOwn(positions, value)) found.push(...(positions[value] ?? []))
  }
  return [...new Set(found)].sort((a, b) => a - b)
}

/**
 * The texts that `==` may equal and `in` may find: the value itself, the elements of a list, the
 * keys of a map.
 */
export function claimTexts(claim: unknown): readonly string[] {
  if (isObject(claim)) return Object.keys(claim)
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  return values.filter((value) => typeof value === 'string')
}
