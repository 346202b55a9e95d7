/** Stage 4: the first rule that holds names the grant; no rule, no credentials. */

import { candidateRules } from './candidate-rules.ts'
import { type CelScope, evaluateCondition, referencedClaims } from './cel.ts'
import type { CompiledGrant, CompiledRule } from './compiled-tenant.ts'
import { foundClaims } from './found-claims.ts'
import { BrokerError } from './refusal.ts'
import type { ResolvedTenant } from './resolve-tenant.ts'
import { recordCheck, type Trace } from './trace.ts'

declare const matched: unique symbol

/** A grant that a rule gives to this identity. Only {@link matchGrant} makes one. */
export interface MatchedGrant extends CompiledGrant {
  readonly [matched]: true
  readonly name: string
  readonly rule: string
}

/** Absent: any. */
interface Wanted {
  readonly grant?: string | undefined
  readonly roleArn?: string | undefined
}

/**
 * Goes through the tenant's rules in order. With a wanted grant or role only rules that lead to it count.
 * @throws {BrokerError} `access_denied`: unknown grant, forbidden grant and no rule are one answer
 */
export function matchGrant(
  tenant: ResolvedTenant,
  wanted: Wanted,
  scope: CelScope,
  trace: Trace,
): MatchedGrant {
  const { rules, ruleIndex } = tenant
  let passed = 0
  for (const position of ruleIndex ? candidateRules(ruleIndex, scope.claims) : rules.keys()) {
    const rule = rules[position]
    if (!rule || !leadsTo(wanted, rule, tenant)) continue
    recordPassedOver(tenant, wanted, [passed, position], scope, trace)
    passed = position + 1
    const grant = tenant.grants[rule.grant]
    if (holds(rule, scope, trace) && grant)
      return { ...grant, name: rule.grant, rule: rule.name } as MatchedGrant
  }
  recordPassedOver(tenant, wanted, [passed, rules.length], scope, trace)
  const named = wanted.grant ?? wanted.roleArn
  const reason =
    named === undefined ? 'No rule holds.' : 'No rule that leads to the wanted grant holds.'
  recordCheck(trace, 'match', 'a rule holds', false, named ?? 'any grant', '(none)')
  throw new BrokerError('access_denied', reason)
}

function leadsTo(wanted: Wanted, rule: CompiledRule, tenant: ResolvedTenant): boolean {
  if (wanted.grant !== undefined && rule.grant !== wanted.grant) return false
  return wanted.roleArn === undefined || tenant.grants[rule.grant]?.roleArn === wanted.roleArn
}

function holds({ name, when }: CompiledRule, scope: CelScope, trace: Trace): boolean {
  if (when === undefined) return recordCheck(trace, 'match', `rule "${name}"`, true, '(always)')
  const { held, error } = evaluateCondition(when, scope)
  const found = () => error ?? foundClaims(referencedClaims(when), scope.claims)
  return recordCheck(trace, 'match', `rule "${name}"`, held, when, found)
}

/** Rules between two that were tried: the index knows that they cannot hold, and only an explanation lists them. */
function recordPassedOver(
  tenant: ResolvedTenant,
  wanted: Wanted,
  [from, to]: readonly [number, number],
  { claims }: CelScope,
  trace: Trace,
): void {
  if (from === to) return
  trace.checks.push(() =>
    tenant.rules
      .slice(from, to)
      .filter((rule) => leadsTo(wanted, rule, tenant))
      .map(({ name, when = '' }) => ({
        stage: 'match',
        check: `rule "${name}"`,
        held: false,
        expected: when,
        found: () => foundClaims(referencedClaims(when), claims),
      })),
  )
}
