/** Finds what value of which claim each rule needs, so that a tenant of many rules costs a request no more than one of few. */
import { requiredValue } from '../expression/cel.ts'
import type { CompiledRule, RuleIndex } from '../model/compiled-tenant.ts'

/** Fewer are tried as fast as they are looked up. */
const MIN_RULES = 16

/** Takes rules whose conditions have been checked. */
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
