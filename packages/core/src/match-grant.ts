/** Stage 4: the first rule that holds names the grant; no rule, no credentials. */
import { type CelScope, evaluateCondition, referencedClaims } from './cel.ts'
import type { CompiledGrant } from './compiled-tenant.ts'
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

/**
 * Goes through the tenant's rules in order. With a wanted grant or role only rules that lead to it count.
 * @throws {BrokerError} `access_denied`: unknown grant, forbidden grant and no rule are one answer
 */
export function matchGrant(
  tenant: ResolvedTenant,
  wanted: { readonly grant?: string | undefined; readonly roleArn?: string | undefined },
  scope: CelScope,
  trace: Trace,
): MatchedGrant {
  for (const rule of tenant.rules) {
    const grant = tenant.grants[rule.grant]
    if (wanted.grant !== undefined && rule.grant !== wanted.grant) continue
    if (wanted.roleArn !== undefined && grant?.roleArn !== wanted.roleArn) continue
    if (holds(rule.name, rule.when, scope, trace) && grant) {
      return { ...grant, name: rule.grant, rule: rule.name } as MatchedGrant
    }
  }
  const named = wanted.grant ?? wanted.roleArn
  const reason = named === undefined ? 'No rule holds.' : 'No rule that leads to the wanted grant holds.'
  recordCheck(trace, 'match', 'a rule holds', false, named ?? 'any grant', '(none)')
  throw new BrokerError('access_denied', reason)
}

function holds(name: string, when: string | undefined, scope: CelScope, trace: Trace): boolean {
  if (when === undefined) return recordCheck(trace, 'match', `rule "${name}"`, true, '(always)')
  const { held, error } = evaluateCondition(when, scope)
  const found = () => error ?? foundClaims(referencedClaims(when), scope.claims)
  return recordCheck(trace, 'match', `rule "${name}"`, held, when, found)
}
