/** Finds rules that never decide, because another rule always does. */
import { ruledGrant } from '../document/compile-rules.ts'
import { mentionsActor } from '../expression/actor-conditions.ts'
import {
  type ComparableCondition,
  comparableOf,
  implies,
  neverPasses,
} from './condition-implication.ts'
import type { LintContext, LintRule } from './lint-context.ts'

interface ComparableRule {
  readonly rule: LintContext['document']['rules'][number]
  readonly condition: ComparableCondition
  /** Whether it can pass where an actor acts for the subject. */
  readonly isForActors: boolean
  readonly path: readonly (string | number)[]
}

const ALWAYS = comparableOf(undefined)

/**
 * The first rule that passes decides. A caller who names a grant skips the rules for others, so
 * only an earlier rule for the same grant makes a rule unreachable for all callers. One that does
 * not mention `actor` leaves delegated requests to the others.
 *
 * Deny rules are left out: a deny rule also applies where its condition cannot be evaluated, so the
 * form of two conditions does not say which of them applies more often.
 */
export const checkUnreachableRules: LintRule = (context, report) => {
  const before: ComparableRule[] = []
  for (const current of rulesOf(context)) {
    const { rule, condition, path, isForActors } = current
    if (rule.deny === true) continue
    const earlier = before.find(
      (other) =>
        ruledGrant(other.rule) === ruledGrant(rule) &&
        (other.isForActors || !isForActors) &&
        implies(condition, other.condition),
    )
    before.push(current)
    if (neverPasses(condition))
      report('unreachable-rule', [...path, 'when'], 'the condition never passes', 'remove the rule')
    else if (earlier !== undefined)
      report(
        'unreachable-rule',
        path,
        `the rule "${rule.name}" never decides: wherever it passes, the rule ` +
          `"${earlier.rule.name}" before it passes too and leads to the same grant`,
        'remove it, or change one of the two conditions',
      )
  }
}

/**
 * Of callers who name no grant, none reaches a rule after one that always passes. A deny rule that
 * always applies leaves no caller to any other rule.
 */
export const checkRulesWithoutCondition: LintRule = (context, report) => {
  const rules = rulesOf(context)
  const always = rules.filter(({ condition }) => implies(ALWAYS, condition))
  const denial = always.find(({ rule }) => rule.deny === true)
  if (denial !== undefined)
    report(
      'rule-without-condition',
      denial.path,
      `the deny rule "${denial.rule.name}" applies to every caller, so no other grant is given`,
      'write a condition: when: …',
    )
  const first = always.find(({ rule }) => rule.deny !== true)
  if (first === undefined) return
  const skipped = rules
    .slice(rules.indexOf(first) + 1)
    .filter(({ rule }) => rule.deny !== true && ruledGrant(rule) !== ruledGrant(first.rule))
    .filter(({ isForActors }) => first.isForActors || !isForActors)
  if (skipped.length > 0)
    report(
      'rule-without-condition',
      first.path,
      `the rule "${first.rule.name}" always passes, so the rules after it decide only for ` +
        `callers who name their grants: ${skipped.map(({ rule }) => `"${rule.name}"`).join(', ')}`,
      'move it to the end, or write a condition: when: …',
    )
}

function rulesOf({ document }: LintContext): ComparableRule[] {
  return document.rules.map((rule, index) => ({
    rule,
    condition: comparableOf(rule.when),
    isForActors: rule.when !== undefined && mentionsActor(rule.when),
    path: ['rules', index],
  }))
}
