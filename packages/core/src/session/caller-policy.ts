/** Narrows a grant to the session policy of a caller who requests less. */
import { BrokerError } from '../model/broker-error.ts'
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { containsAction, containsResource } from '../policy/containment.ts'
import { appendDenies } from './session-policy.ts'

type Conditions = NonNullable<PolicyStatement['Condition']>

/**
 * The caller's statements and every `Deny` of the grant. Each action and resource that the caller
 * allows must be allowed by a statement of the grant whose conditions the caller repeats.
 * @param granted the grant's statements, rendered
 * @throws {BrokerError} `access_denied` for a statement that allows more than the grant
 */
export function narrowToCallerPolicy(
  granted: readonly PolicyStatement[],
  requested: readonly PolicyStatement[],
): PolicyStatement[] {
  for (const [index, statement] of requested.entries()) {
    if (statement.Effect === 'Allow' && !isWithinGrant(statement, granted))
      throw new BrokerError(
        'access_denied',
        `Statement ${index + 1} of the caller's policy allows more than the grant.`,
      )
  }
  const denied = granted.filter(({ Effect }) => Effect === 'Deny')
  return requested.some(({ Effect }) => Effect === 'Allow') ? appendDenies(requested, denied) : []
}

function isWithinGrant(requested: PolicyStatement, granted: readonly PolicyStatement[]): boolean {
  if (requested.Action === undefined || requested.Resource === undefined) return false
  return listOf(requested.Action).every((action) =>
    listOf(requested.Resource).every((resource) =>
      granted.some((grant) => allows(grant, action, resource, requested.Condition ?? {})),
    ),
  )
}

function allows(
  grant: PolicyStatement,
  action: string,
  resource: string,
  conditions: Conditions,
): boolean {
  return (
    grant.Effect === 'Allow' &&
    listOf(grant.Action).some((outer) => containsAction(outer, action)) &&
    listOf(grant.Resource).some((outer) => containsResource(outer, resource)) &&
    includesConditions(conditions, grant.Condition ?? {})
  )
}

/**
 * Whether the requested conditions contain each of the grant's, unchanged. All conditions of a
 * statement must match, so additional ones only narrow it.
 */
function includesConditions(requested: Conditions, granted: Conditions): boolean {
  return Object.entries(granted).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => {
      const same = Object.hasOwn(requested, operator) ? requested[operator] : undefined
      return (
        same !== undefined &&
        Object.hasOwn(same, key) &&
        JSON.stringify(same[key]) === JSON.stringify(value)
      )
    }),
  )
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
