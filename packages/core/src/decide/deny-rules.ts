/** Deny rules, which apply to every request before all other rules, whichever grant it names. */
import { type CelScope, evaluateCondition } from '../expression/cel.ts'
import { comparedClaims, foundValues, lookUpClaim } from '../expression/claim-paths.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { CompiledDenyRule, CompiledGrant, CompiledTenant } from '../model/compiled-tenant.ts'
import { shownSource, shownValue } from '../model/shown-value.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { shownClaims } from './describe-unmet.ts'
import { findRequested, type Requested } from './requested-grant.ts'

/** A deny rule that applies, and the grant to which it restricts the caller. */
interface Restriction {
  readonly rule: string
  readonly name: string
  readonly grant: CompiledGrant
}

/**
 * Evaluates all deny rules, so that their order does not matter: where several apply, they must
 * lead to the same grant.
 * @returns undefined where none applies
 * @throws {BrokerError} `access_denied` where one applies and does not lead to the requested grant
 */
export function findRestriction(
  tenant: CompiledTenant,
  requested: Requested,
  scope: CelScope,
  trace: Trace,
): Restriction | undefined {
  let restriction: Restriction | undefined
  for (const denyRule of tenant.denyRules ?? []) {
    if (!applies(denyRule, scope, trace)) continue
    const { name: rule } = denyRule
    // It restricts actors too, but its author meant the grant for the subject alone.
    const isForActors = scope.actor === undefined || denyRule.mentionsActor === true
    const name = isForActors ? denyRule.grant : undefined
    const wanted = restriction?.name ?? requested.grant
    const grant =
      name === undefined
        ? undefined
        : findRequested({ ...requested, grant: wanted }, name, tenant.grants)
    const check = `deny rule "${rule}" leads to the requested grant`
    const expected = wanted ?? requested.roleArn ?? 'any grant'
    recordCheck(trace, 'match', check, grant !== undefined, expected, name ?? '(none)')
    if (name === undefined || grant === undefined)
      throw new BrokerError(
        'access_denied',
        `The deny rule "${rule}" applies, and does not lead to the requested grant: expected ` +
          `${shownValue(expected)}, found ${shownValue(name)}${reasonOf(denyRule, scope)}; ` +
          'request its grant where it has one, or correct the claim or the rule.',
      )
    restriction ??= { rule, name, grant }
  }
  return restriction
}

/**
 * Fail closed: a condition that cannot be evaluated applies, such as `!claims.mfa` without the
 * claim. One that requires a claim to equal or contain a text does not apply to callers without
 * the claim: `claims.status == "suspended"` concerns only users who have a status, and
 * `actor.subject == "crawler"` only delegated requests, `identity.guest` only those to a pool.
 */
function applies({ name, when }: CompiledDenyRule, scope: CelScope, trace: Trace): boolean {
  const check = `deny rule "${name}" applies`
  if (when === undefined) return recordCheck(trace, 'match', check, true, '(always)')
  const { passed, error } = evaluateCondition(when, scope)
  const applying = error === undefined ? passed : !lacksComparedClaim(when, scope)
  const found = () =>
    error === undefined
      ? foundValues(when, scope)
      : `${error} (${applying ? 'cannot be evaluated' : 'a claim that it requires is absent'})`
  return recordCheck(trace, 'match', check, applying, when, found)
}

/** What the rule reads: at most 64 characters of a claim's value. */
function reasonOf({ when }: CompiledDenyRule, scope: CelScope): string {
  if (when === undefined) return ', because it always applies'
  const found = shownClaims(() => foundValues(when, scope), undefined)
  return `, because of ${shownSource(when)} with ${found}`
}

function lacksComparedClaim(when: string, { claims, actor, identity }: CelScope): boolean {
  return (
    comparedClaims(when).some((path) => lookUpClaim(path, claims) === undefined) ||
    comparedClaims(when, 'actor').some((path) => lookUpClaim(path, actor) === undefined) ||
    comparedClaims(when, 'identity').some((path) => lookUpClaim(path, identity) === undefined)
  )
}
