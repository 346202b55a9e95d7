/** The roles that the local STS knows, and how they follow from the tenants' documents. */
import type { CompiledTenant } from '@token-broker/core'
import { type TrustPolicy, trustPolicies } from '@token-broker/core/trust-policy'

export interface Role {
  readonly trustPolicy: TrustPolicy
  readonly maxSessionDurationSeconds: number
}

export type Roles = Readonly<Record<string, Role>>

const LONGEST_SESSION_SECONDS = 43_200

/** One role per ARN that the tenants name. */
export function rolesForTenants(tenants: readonly CompiledTenant[], brokerIssuer: string): Roles {
  return Object.fromEntries(
    Object.entries(trustPolicies(tenants, brokerIssuer)).map(([arn, trustPolicy]) => [
      arn,
      { trustPolicy, maxSessionDurationSeconds: LONGEST_SESSION_SECONDS },
    ]),
  )
}
