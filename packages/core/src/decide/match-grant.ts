/** Stage 4: a deny rule or the first rule that passes names the grant; else, the request fails. */
import { evaluateCondition } from '../expression/cel.ts'
import { foundClaims, referencedClaims } from '../expression/claim-paths.ts'
import { candidatePositions } from '../expression/condition-index.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { CompiledGrant } from '../model/compiled-tenant.ts'
import { type DeferredChecks, recordCheck, type Trace } from '../model/trace.ts'
import { attributesOfGrant } from '../policy/used-attributes.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'
import { findRestriction } from './deny-rules.ts'
import { findRequested, type Requested } from './requested-grant.ts'
import type { ResolvedTenant } from './resolve-tenant.ts'

declare const matched: unique symbol

/** A grant that a rule gives to this identity. Only {@link matchGrant} creates one. */
export interface MatchedGrant extends CompiledGrant {
  readonly [matched]: true
  readonly name: string
  readonly rule: string
  /** Those that the whole grant uses. */
  readonly attributes: ReadonlySet<string>
}

/** The result of a rule without a condition. */
const ALWAYS: ReturnType<typeof evaluateCondition> = { passed: true }

/**
 * A deny rule that applies decides. Otherwise goes through the tenant's rules in order; where a
 * grant or role is requested, only the rules that lead to it count.
 * @throws {BrokerError} `access_denied`, the same for an unknown grant, a forbidden grant, and a
 *   request for which no rule passes
 */
export function matchGrant(
  tenant: ResolvedTenant,
  requested: Requested,
  { scope }: VerifiedIdentity,
  trace: Trace,
): MatchedGrant {
  const { rules, ruleIndex, grants } = tenant
  const restriction = findRestriction(tenant, requested, scope, trace)
  if (restriction) return matchedGrant(restriction)
  let next = 0
  for (const position of ruleIndex ? candidatePositions(ruleIndex, scope.claims) : rules.keys()) {
    const rule = rules[position]
    const grant = rule && findRequested(requested, rule.grant, grants)
    if (!grant) continue
    if (next < position)
      trace.checks.push(skippedRules(tenant, requested, [next, position], scope.claims))
    next = position + 1
    const { when, name } = rule
    const { passed, error } = when === undefined ? ALWAYS : evaluateCondition(when, scope)
    const found =
      when === undefined
        ? undefined
        : () => error ?? foundClaims(referencedClaims(when), scope.claims)
    recordCheck(trace, 'match', `rule "${name}"`, passed, when ?? '(always)', found)
    if (passed) return matchedGrant({ grant, name: rule.grant, rule: name })
  }
  if (next < rules.length)
    trace.checks.push(skippedRules(tenant, requested, [next, rules.length], scope.claims))
  const named = requested.grant ?? requested.roleArn
  recordCheck(trace, 'match', 'a rule passes', false, named ?? 'any grant', '(none)')
  throw new BrokerError(
    'access_denied',
    named === undefined ? 'No rule passes.' : 'No rule that leads to the requested grant passes.',
  )
}

function matchedGrant({
  grant,
  name,
  rule,
}: Pick<MatchedGrant, 'name' | 'rule'> & { readonly grant: CompiledGrant }): MatchedGrant {
  return { ...grant, name, rule, attributes: attributesOfGrant(grant) } as MatchedGrant
}

/**
 * Rules between two that were tried: the index excludes them, and only an explanation lists them.
 */
function skippedRules(
  tenant: ResolvedTenant,
  requested: Requested,
  [from, to]: readonly [number, number],
  claims: VerifiedIdentity['claims'],
): DeferredChecks {
  return () =>
    tenant.rules
      .slice(from, to)
      .filter((rule) => findRequested(requested, rule.grant, tenant.grants))
      .map(({ name, when = '' }) => ({
        stage: 'match',
        check: `rule "${name}"`,
        passed: false,
        expected: when,
        found: () => foundClaims(referencedClaims(when), claims),
      }))
}
