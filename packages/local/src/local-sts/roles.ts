/** The roles that the local STS knows, generated from the tenant documents. */
import type { CompiledTenant } from '@token-broker/core'
import { type TrustPolicy, trustPolicies } from '@token-broker/core/trust-policy'
import { LONGEST_ROLE_SESSION_SECONDS } from './limits.ts'

export interface Role {
  readonly trustPolicy: TrustPolicy
  readonly maxSessionDurationSeconds: number
}

/** By ARN. */
export type Roles = Readonly<Record<string, Role>>

/**
 * One role for each ARN that the tenants name, with the longest session that IAM allows.
 *
 * @param brokerIssuer URL of the broker
 */
export function rolesForTenants(tenants: readonly CompiledTenant[], brokerIssuer: string): Roles {
  return Object.fromEntries(
    Object.entries(trustPolicies(tenants, brokerIssuer)).map(([arn, trustPolicy]) => [
      arn,
      { trustPolicy, maxSessionDurationSeconds: LONGEST_ROLE_SESSION_SECONDS },
    ]),
  )
}
