/** Says to the operator why no rule gives a caller a grant: the rule that is closest to passing. */
import type { CelScope } from '../expression/cel.ts'
import { findUnmetOperand } from '../expression/unmet-operands.ts'
import type { CompiledRule, CompiledTenant } from '../model/compiled-tenant.ts'
import { shownSource, shownValue } from '../model/shown-value.ts'
import { findClosest } from '../model/text-difference.ts'
import { shownClaims } from './describe-unmet.ts'
import { findRequested, type Requested } from './requested-grant.ts'

/** Rules that are evaluated again: a tenant may have thousands. */
const MAX_COMPARED_RULES = 16

/**
 * Runs for refusals alone, once a tenant has accepted the caller as its own.
 * @returns a sentence; of a claim's value, it has at most 64 characters
 */
export function describeNoRule(
  { rules, grants }: CompiledTenant,
  requested: Requested,
  scope: CelScope,
): string {
  const leading = takeLeading(rules, (rule) => findRequested(requested, rule.grant, grants))
  const wanted = requested.grant ?? requested.roleArn
  if (leading.length === 0 && wanted !== undefined)
    return describeUnknownGrant(wanted, requested, rules, grants)
  const what =
    wanted === undefined
      ? 'No rule passes'
      : `No rule that leads to the requested grant ${shownValue(wanted)} passes`
  const [closest] = leading
    .map((rule) => ({ rule, unmet: unmetOf(rule, scope) }))
    .toSorted((one, other) => one.unmet.count - other.unmet.count)
  if (closest === undefined) return `${what}: the tenant document has no rule; add one.`
  const { rule, unmet } = closest
  return (
    `${what}; the closest is "${rule.name}": expected ${shownSource(rule.when ?? '')}, found ` +
    `${shownClaims(() => unmet.found, unmet.error)}; correct the claim at the issuer, or the rule.`
  )
}

const NOT_FOR_ACTORS = {
  count: Number.POSITIVE_INFINITY,
  found: {},
  error: 'an actor acts for the subject, and the rule does not mention actor',
}

function unmetOf({ when = '', mentionsActor }: CompiledRule, scope: CelScope) {
  if (scope.actor !== undefined && mentionsActor !== true) return NOT_FOR_ACTORS
  return findUnmetOperand(when, scope) ?? { count: 0, found: {}, error: undefined }
}

function takeLeading(
  rules: readonly CompiledRule[],
  isLeading: (rule: CompiledRule) => unknown,
): readonly CompiledRule[] {
  const leading: CompiledRule[] = []
  for (const rule of rules) {
    if (leading.length === MAX_COMPARED_RULES) break
    if (isLeading(rule)) leading.push(rule)
  }
  return leading
}

function describeUnknownGrant(
  wanted: string,
  requested: Requested,
  rules: readonly CompiledRule[],
  grants: CompiledTenant['grants'],
): string {
  const names = [...new Set(rules.map(({ grant }) => grant))]
  const known =
    requested.grant === undefined
      ? [...new Set(names.flatMap((name) => grants[name]?.roleArn ?? []))]
      : names
  const closest = findClosest(wanted, known)
  const suggestion = closest ? `did you mean ${shownValue(closest.text)}? Request` : 'request'
  const kind = requested.grant === undefined ? 'role' : 'grant'
  return (
    `No rule leads to the requested ${kind}: expected one of ${shownValue(known)}, found ` +
    `${shownValue(wanted)}; ${suggestion} one of them, or add a rule.`
  )
}
