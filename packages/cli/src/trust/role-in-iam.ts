/** Reads the trust policy of a role from IAM, with the operator's own credentials. */
import { GetRoleCommand, IAMClient, IAMServiceException } from '@aws-sdk/client-iam'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { EXIT, UsageError } from '../cli-error.ts'
import { TenantError } from '../tenant/tenant-error.ts'
import type { Environment } from '../terminal.ts'
import { policyIn } from './existing-policies.ts'

/** IAM is one for all Regions; the SDK needs a name all the same. */
const ANY_REGION = 'us-east-1'

/**
 * Needs `iam:GetRole`.
 *
 * @returns the policy document, as JSON
 * @throws {UsageError} no such role, or a permission is missing; {TenantError} IAM is not
 *   responding
 */
export async function getTrustPolicy(arn: string, env: Environment): Promise<unknown> {
  const name = arn.split('/').at(-1) ?? ''
  const proxyEnv = readProxySettings(env)
  const agent = { keepAlive: true, proxyEnv }
  const client = new IAMClient({
    region: env.AWS_REGION ?? ANY_REGION,
    ...(proxyEnv === undefined ? {} : { requestHandler: { httpAgent: agent, httpsAgent: agent } }),
  })
  try {
    const { Role } = await client.send(new GetRoleCommand({ RoleName: name }))
    if (Role?.Arn !== arn)
      throw new UsageError(
        `--check-role: expected ${arn}, found ${Role?.Arn}; use credentials of the role's account`,
      )
    return policyIn(Role.AssumeRolePolicyDocument)
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UsageError) throw error
    const what = `IAM: ${error.name}: ${error.message || 'no response'}`.replace(/\s+/g, ' ')
    const isRefusal = error instanceof IAMServiceException && error.$fault === 'client'
    if (isRefusal || !('code' in error || error instanceof IAMServiceException))
      throw new UsageError(what)
    throw new TenantError(`${what}; try again later`, EXIT.unavailable)
  } finally {
    client.destroy()
  }
}
