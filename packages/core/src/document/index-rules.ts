/**
 * Finds which value of which claim each rule requires, so that a request does not cost more for a
 * tenant of many rules than for one of few.
 */
import { requiredValue } from '../expression/claim-paths.ts'
import type { CompiledRule, RuleIndex } from '../model/compiled-tenant.ts'

/** Trying fewer rules than this is as fast as looking them up. */
const MIN_RULES = 16

/** @param rules with conditions that have been checked */
export function indexRules(rules: readonly CompiledRule[]): RuleIndex | undefined {
  if (rules.length < MIN_RULES) return undefined
  const always: number[] = []
  const claims = new Map<string, Map<string, number[]>>()
  for (const [position, { when }] of rules.entries()) {
    const required = when === undefined ? undefined : requiredValue(when)
    if (!required) {
      always.push(position)
      continue
    }
    const name = JSON.stringify(required.claim)
    const values = claims.get(name) ?? new Map<string, number[]>()
    claims.set(name, values)
    values.set(required.value, [...(values.get(required.value) ?? []), position])
  }
  const byClaim = [...claims].map(([name, values]) => ({
    claim: JSON.parse(name),
    rules: Object.fromEntries(values),
  }))
  return { always, byClaim }
}
