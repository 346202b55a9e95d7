/** Reads the trust policy of a role from IAM, with the operator's own credentials. */
import type { Environment } from '../terminal.ts'
import { policyIn } from './existing-policies.ts'
import { getRole, withIam } from './iam-client.ts'

/**
 * Needs `iam:GetRole`.
 *
 * @returns the policy document, as JSON
 * @throws {UsageError} no such role, or a permission is missing; {TenantError} IAM is not
 *   responding
 */
export function getTrustPolicy(arn: string, env: Environment): Promise<unknown> {
  return withIam(env, async (client) => {
    const { AssumeRolePolicyDocument } = await getRole(client, arn, '--check-role')
    return policyIn(AssumeRolePolicyDocument)
  })
}
