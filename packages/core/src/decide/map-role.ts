/**
 * The role that a pool's role mappings give to a user, in the way of Amazon Cognito. It takes the
 * place of the role that a caller requests: the rules of the document still decide about the grant.
 * @see Amazon Cognito Developer Guide, "Using role-based access control"
 */
import { BrokerError } from '../model/broker-error.ts'
import type { CompiledPool, RoleMapping, RoleMappingRule } from '../model/identity-pool.ts'
import { shownValue } from '../model/shown-value.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'
import type { Requested } from './requested-grant.ts'
import type { ResolvedTenant } from './resolve-tenant.ts'

type Claims = Readonly<Record<string, unknown>>

/** As Amazon Cognito says it. */
const AMBIGUOUS = 'The ambiguous role mapping rules denied this request'

/**
 * Guests have no claims, and get the grant of guests.
 * @param requested its `roleArn` is the caller's `CustomRoleArn`
 * @throws {BrokerError} `access_denied` where the mapping gives no role, or not the requested one
 */
export function mapRole(
  { identityPools = [] }: ResolvedTenant,
  requested: Requested,
  { scope: { identity, claims } }: Pick<VerifiedIdentity, 'scope'>,
  trace: Trace,
): Requested {
  const pool = identityPools.find(({ id }) => id === identity?.pool)
  if (pool === undefined || identity === undefined || identity.guest) return requested
  const mapping = mappingOf(pool, identity.provider)
  const roleArn = mapping
    ? mappedRole(mapping, pool, claims, requested.roleArn, trace)
    : (requested.roleArn ?? pool.authenticatedRole)
  return roleArn === undefined ? requested : { ...requested, roleArn }
}

/** Providers are names of the document: one called `constructor` has no mapping by itself. */
function mappingOf({ roleMappings = {} }: CompiledPool, provider: string): RoleMapping | undefined {
  return Object.hasOwn(roleMappings, provider) ? roleMappings[provider] : undefined
}

function mappedRole(
  mapping: RoleMapping,
  { authenticatedRole }: CompiledPool,
  claims: Claims,
  requestedRole: string | undefined,
  trace: Trace,
): string {
  const { rules } = mapping
  const roles = rules ? rolesByRules(rules, claims) : rolesByToken(claims)
  if (requestedRole !== undefined) {
    const passed = roles.possible.includes(requestedRole)
    const check = 'role mapping gives the requested role'
    if (recordCheck(trace, 'match', check, passed, requestedRole, roles.possible))
      return requestedRole
    throw new BrokerError(
      'access_denied',
      'The role mapping does not give the requested role: expected one of ' +
        `${shownValue(roles.possible)}, found ${shownValue(requestedRole)}; request one of them, ` +
        'or correct the mapping.',
    )
  }
  const otherwise = mapping.ambiguous === 'authenticated-role' ? authenticatedRole : undefined
  const role = roles.preferred ?? otherwise
  const check = 'role mapping gives a role'
  recordCheck(trace, 'match', check, role !== undefined, 'a role', role ?? '(none)')
  if (role !== undefined) return role
  const expected = rules
    ? `a rule that matches, of claims ${shownValue([...new Set(rules.map((one) => one.claim))])}`
    : 'the claim cognito:preferred_role'
  const reason =
    `The role mapping gives the user no role: expected ${expected}, found none; correct the ` +
    'claims at the issuer, the mapping, or ambiguous in the tenant document.'
  throw new BrokerError('access_denied', reason, {
    callerMessage: AMBIGUOUS,
  })
}

/** Roles that a caller may request, and the one of a caller who requests none. */
interface MappedRoles {
  readonly possible: readonly string[]
  readonly preferred: string | undefined
}

function rolesByToken(claims: Claims): MappedRoles {
  const roles = claimOf('cognito:roles', claims)
  const preferred = claimOf('cognito:preferred_role', claims)
  return {
    possible: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    preferred: typeof preferred === 'string' && preferred !== '' ? preferred : undefined,
  }
}

function rolesByRules(rules: readonly RoleMappingRule[], claims: Claims): MappedRoles {
  const possible = rules.filter((rule) => matches(rule, claims)).map(({ roleArn }) => roleArn)
  return { possible, preferred: possible[0] }
}

/**
 * A rule about an absent claim is skipped, also `NotEqual`. Of a list, such as `cognito:groups`,
 * only `Contains` says something: whether one of its texts does.
 */
function matches({ claim, match, value }: RoleMappingRule, claims: Claims): boolean {
  const found = claimOf(claim, claims)
  if (Array.isArray(found))
    return match === 'Contains' && found.some((one) => textOf(one)?.includes(value))
  const text = textOf(found)
  if (text === undefined) return false
  switch (match) {
    case 'Equals':
      return text === value
    case 'NotEqual':
      return text !== value
    case 'Contains':
      return text.includes(value)
    case 'StartsWith':
      return text.startsWith(value)
  }
}

/** Own members only: a claim named `constructor` is absent unless the token has it. */
function claimOf(name: string, claims: Claims): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  const isPrinted = ['number', 'bigint', 'boolean'].includes(typeof value)
  return isPrinted ? String(value) : undefined
}
