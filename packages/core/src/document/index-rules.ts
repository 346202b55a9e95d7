/** Indexes a tenant's rules, so that a request tries few of many. */
import { requiredValue } from '../expression/claim-paths.ts'
import { indexConditions } from '../expression/condition-index.ts'
import type { CompiledRule, ConditionIndex } from '../model/compiled-tenant.ts'

/** Trying fewer rules than this is as fast as looking them up. */
const MIN_RULES = 16

/**
 * @param rules with conditions that have been checked
 * @returns undefined where there are too few rules
 */
export function indexRules(rules: readonly CompiledRule[]): ConditionIndex | undefined {
  if (rules.length < MIN_RULES) return undefined
  return indexConditions(
    rules.map(({ when }) => (when === undefined ? undefined : requiredValue(when))),
  )
}
