/** Calls IAM with the operator's own credentials. */
import { GetRoleCommand, IAMClient, IAMServiceException, type Role } from '@aws-sdk/client-iam'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { EXIT, UsageError } from '../cli-error.ts'
import { TenantError } from '../tenant/tenant-error.ts'
import type { Environment } from '../terminal.ts'

/** IAM is one for all Regions; the SDK needs a name all the same. */
const ANY_REGION = 'us-east-1'

/**
 * @throws {UsageError} a permission is missing, or what is asked for does not exist;
 *   {TenantError} IAM is not responding
 */
export async function withIam<Result>(
  env: Environment,
  run: (client: IAMClient) => Promise<Result>,
): Promise<Result> {
  const proxyEnv = readProxySettings(env)
  const agent = { keepAlive: true, proxyEnv }
  const client = new IAMClient({
    region: env.AWS_REGION ?? ANY_REGION,
    ...(proxyEnv === undefined ? {} : { requestHandler: { httpAgent: agent, httpsAgent: agent } }),
  })
  try {
    return await run(client)
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

/**
 * Needs `iam:GetRole`.
 *
 * @param option names it in the error
 * @throws {UsageError} the role is of another account
 */
export async function getRole(client: IAMClient, arn: string, option: string): Promise<Role> {
  const { Role: role } = await client.send(
    new GetRoleCommand({ RoleName: arn.split('/').at(-1) ?? '' }),
  )
  if (role?.Arn === arn) return role
  throw new UsageError(
    `${option}: expected ${arn}, found ${role?.Arn}; use credentials of the role's account`,
  )
}
