/** The roles that the local STS knows, generated from the tenant documents. */
import type { CompiledTenant, PolicyStatement } from '@token-broker/core'
import { rolePolicy } from '@token-broker/core/role-policy'
import { type TrustPolicy, trustPolicies } from '@token-broker/core/trust-policy'
import { LONGEST_ROLE_SESSION_SECONDS } from './limits.ts'

export interface Role {
  readonly trustPolicy: TrustPolicy
  readonly maxSessionDurationSeconds: number
  /** What its sessions may do. Default: everything that their session policies allow. */
  readonly policy?: readonly PolicyStatement[]
}

/** By ARN. */
export type Roles = Readonly<Record<string, Role>>

/**
 * One role for each ARN that the tenants name, with the longest session that IAM allows. A role
 * that the deployment creates has the policy that it would have there.
 *
 * @param brokerIssuer URL of the broker
 */
export function rolesForTenants(tenants: readonly CompiledTenant[], brokerIssuer: string): Roles {
  const policies = createdRolePolicies(tenants)
  return Object.fromEntries(
    Object.entries(trustPolicies(tenants, brokerIssuer)).map(([arn, trustPolicy]) => {
      const policy = policies.get(arn)
      return [
        arn,
        {
          ...{ trustPolicy, maxSessionDurationSeconds: LONGEST_ROLE_SESSION_SECONDS },
          ...(policy ? { policy } : {}),
        },
      ]
    }),
  )
}

/** The text of a permissions boundary is not known here, so it does not limit the role further. */
function createdRolePolicies(tenants: readonly CompiledTenant[]) {
  const created = tenants
    .flatMap(({ grants }) => Object.values(grants))
    .filter(({ permissionsBoundaryArn }) => permissionsBoundaryArn !== undefined)
  return new Map(created.map((grant) => [grant.roleArn, rolePolicy(grant).Statement]))
}

/** By role ARN, for each role whose own policy is known. */
export function knownPolicies(roles: Roles): ReadonlyMap<string, readonly PolicyStatement[]> {
  return new Map(
    Object.entries(roles).flatMap(([arn, { policy }]) => (policy ? [[arn, policy]] : [])),
  )
}
