/** Stage 4: the first rule that passes names the grant; without such a rule, the request fails. */
import { evaluateCondition } from '../expression/cel.ts'
import { foundClaims, referencedClaims } from '../expression/claim-paths.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { CompiledGrant, CompiledRule } from '../model/compiled-tenant.ts'
import type { RequestFields } from '../model/credential-request.ts'
import { type DeferredChecks, recordCheck, type Trace } from '../model/trace.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'
import { candidateRules } from './candidate-rules.ts'
import type { ResolvedTenant } from './resolve-tenant.ts'

declare const matched: unique symbol

/** A grant that a rule gives to this identity. Only {@link matchGrant} creates one. */
export interface MatchedGrant extends CompiledGrant {
  readonly [matched]: true
  readonly name: string
  readonly rule: string
}

/** The result of a rule without a condition. */
const ALWAYS: ReturnType<typeof evaluateCondition> = { passed: true }

/** Which grants the caller requests; undefined: any. */
type Requested = Pick<RequestFields, 'grant' | 'roleArn'>

/**
 * Goes through the tenant's rules in order. Where a grant or role is requested, only the rules that
 * lead to it count.
 * @throws {BrokerError} `access_denied`, the same for an unknown grant, a forbidden grant, and a
 *   request for which no rule passes
 */
export function matchGrant(
  tenant: ResolvedTenant,
  requested: Requested,
  { scope }: VerifiedIdentity,
  trace: Trace,
): MatchedGrant {
  const { rules, ruleIndex } = tenant
  let next = 0
  for (const position of ruleIndex ? candidateRules(ruleIndex, scope.claims) : rules.keys()) {
    const rule = rules[position]
    if (!rule || !leadsTo(requested, rule, tenant)) continue
    if (next < position)
      trace.checks.push(skippedRules(tenant, requested, [next, position], scope.claims))
    next = position + 1
    const { when, name } = rule
    const { passed, error } = when === undefined ? ALWAYS : evaluateCondition(when, scope)
    const found = () => error ?? foundClaims(referencedClaims(when ?? ''), scope.claims)
    const expected = when ?? '(always)'
    recordCheck(trace, 'match', `rule "${name}"`, passed, expected, when && found)
    const grant = tenant.grants[rule.grant]
    if (passed && grant) return { ...grant, name: rule.grant, rule: name } as MatchedGrant
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

function leadsTo(
  { grant, roleArn }: Requested,
  rule: CompiledRule,
  tenant: ResolvedTenant,
): boolean {
  if (grant !== undefined && rule.grant !== grant) return false
  return roleArn === undefined || tenant.grants[rule.grant]?.roleArn === roleArn
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
      .filter((rule) => leadsTo(requested, rule, tenant))
      .map(({ name, when = '' }) => ({
        stage: 'match',
        check: `rule "${name}"`,
        passed: false,
        expected: when,
        found: () => foundClaims(referencedClaims(when), claims),
      }))
}
