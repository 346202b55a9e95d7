/** What the tenant documents define of the local account: it changes when they are edited. */
import type { CompiledTenant } from '@token-broker/core'
import type { RolePolicies } from './local-aws/authorize-session.ts'
import { knownPolicies, type Role, type Roles } from './local-sts/roles.ts'
import { originsOfTenants } from './tenants-account.ts'

/** The collections stay the same and their contents change, because each server has them. */
export interface LocalAccount {
  readonly roles: Roles
  readonly policies: RolePolicies
  /** Of pages that may call the local S3 and DynamoDB. */
  readonly origins: readonly string[]
  replace(tenants: readonly CompiledTenant[], roles: Roles): void
}

export function createLocalAccount(
  tenants: readonly CompiledTenant[],
  initialRoles: Roles,
): LocalAccount {
  const roles: Record<string, Role> = {}
  const policies = new Map<string, NonNullable<Role['policy']>>()
  const origins: string[] = []
  const replace = (next: readonly CompiledTenant[], nextRoles: Roles) => {
    for (const arn of Object.keys(roles)) delete roles[arn]
    Object.assign(roles, nextRoles)
    policies.clear()
    for (const [arn, policy] of knownPolicies(nextRoles)) policies.set(arn, policy)
    origins.splice(0, origins.length, ...originsOfTenants(next))
  }
  replace(tenants, initialRoles)
  return { roles, policies, origins, replace }
}
