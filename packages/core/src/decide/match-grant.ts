/** Stage 4: a deny rule or the first rule that passes names the grant; else, the request fails. */
import { type CelScope, evaluateCondition } from '../expression/cel.ts'
import { foundValues } from '../expression/claim-paths.ts'
import { candidatePositions } from '../expression/condition-index.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { CompiledGrant } from '../model/compiled-tenant.ts'
import type { PoolIdentity } from '../model/pool-identity.ts'
import { shownValue } from '../model/shown-value.ts'
import { type DeferredChecks, recordCheck, type Trace } from '../model/trace.ts'
import { attributesOfGrant } from '../policy/used-attributes.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'
import { findRestriction } from './deny-rules.ts'
import { describeNoRule } from './describe-no-rule.ts'
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

type Evaluated = ReturnType<typeof evaluateCondition>

/** The result of a rule without a condition. */
const ALWAYS: Evaluated = { passed: true }

/**
 * The result of a rule that does not mention `actor` where another party acts for the subject: its
 * author wrote it for the subject alone.
 */
const NOT_FOR_ACTORS: Evaluated = {
  passed: false,
  error: 'an actor acts for the subject, and the rule does not mention actor',
}

/**
 * A deny rule that applies decides. Otherwise, guests get the grant of guests, and for all others
 * the tenant's rules are tried in order; where a grant or role is requested, only the rules that
 * lead to it count. For a delegated request, only rules that mention `actor` can pass.
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
  const { identity } = scope
  const ofGuest = identity?.guest ? wantedByGuest(tenant, identity, requested) : undefined
  const restriction = findRestriction(tenant, ofGuest ?? requested, scope, trace)
  if (restriction) return matchedGrant(restriction)
  if (ofGuest) return matchGuestGrant(tenant, ofGuest, trace)
  let next = 0
  for (const position of ruleIndex ? candidatePositions(ruleIndex, scope.claims) : rules.keys()) {
    const rule = rules[position]
    const grant = rule && findRequested(requested, rule.grant, grants)
    if (!grant) continue
    if (next < position) trace.checks.push(skippedRules(tenant, requested, [next, position], scope))
    next = position + 1
    const { when, name } = rule
    const isForActors = scope.actor === undefined || rule.mentionsActor === true
    const own = when === undefined ? ALWAYS : evaluateCondition(when, scope)
    const { passed, error } = isForActors ? own : NOT_FOR_ACTORS
    const found = when === undefined ? error : () => error ?? foundValues(when, scope)
    recordCheck(trace, 'match', `rule "${name}"`, passed, when ?? '(always)', found)
    if (passed) return matchedGrant({ grant, name: rule.grant, rule: name })
  }
  if (next < rules.length)
    trace.checks.push(skippedRules(tenant, requested, [next, rules.length], scope))
  const named = requested.grant ?? requested.roleArn
  recordCheck(trace, 'match', 'a rule passes', false, named ?? 'any grant', '(none)')
  throw new BrokerError('access_denied', describeNoRule(tenant, requested, scope))
}

type WantedByGuest = Requested & Pick<MatchedGrant, 'rule'> & { readonly grant: string }

/** A guest can get the grant of its pool's guests only, also by a deny rule. */
function wantedByGuest(
  { identityPools = [] }: ResolvedTenant,
  { pool: id }: PoolIdentity,
  { grant, ...requested }: Requested,
): WantedByGuest {
  const guests = identityPools.find((pool) => pool.id === id)?.guests
  if (guests && (grant ?? guests.grant) === guests.grant)
    return { ...requested, grant: guests.grant, rule: `guests of ${id}` }
  const found = `found ${shownValue(grant)}; request no grant, or that of guests`
  throw new BrokerError(
    'access_denied',
    guests
      ? `The requested grant is not that of guests: expected ${shownValue(guests.grant)}, ${found}.`
      : `The identity pool ${id} has no guests; add guests to it in the tenant document.`,
  )
}

/** No rule gives a guest a grant: one without a condition would give it that of users. */
function matchGuestGrant(
  { grants }: ResolvedTenant,
  wanted: WantedByGuest,
  trace: Trace,
): MatchedGrant {
  const { grant: name, roleArn, rule } = wanted
  const grant = findRequested(wanted, name, grants)
  const passed = grant !== undefined
  recordCheck(trace, 'match', `${rule} get the requested grant`, passed, roleArn ?? name, name)
  if (passed) return matchedGrant({ grant, name, rule })
  throw new BrokerError(
    'access_denied',
    `The requested role is not that of guests: expected ${shownValue(grants[name]?.roleArn)}, ` +
      `found ${shownValue(roleArn)}; request no role, or that of guests.`,
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
  scope: CelScope,
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
        found: () => foundValues(when, scope),
      }))
}
