/** Reads the policies of a role from IAM, with the operator's own credentials. */
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  IAMServiceException,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam'
import { isObject, type PolicyStatement } from '@token-broker/core'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { EXIT, UsageError } from '../../cli-error.ts'
import { TenantError } from '../../tenant/tenant-error.ts'
import type { Environment } from '../../terminal.ts'
import { policyIn } from '../../trust/existing-policies.ts'
import type { PolicyLayer } from './judge-denial.ts'
import { parsedStatements } from './known-policies.ts'

/** IAM is one for all Regions; the SDK needs a name all the same. */
const ANY_REGION = 'us-east-1'

interface NamedPolicy {
  readonly name: string
  /** Undefined: the evaluator does not know a part of it. */
  readonly statements: readonly PolicyStatement[] | undefined
}

/**
 * Needs `iam:GetRole`, `iam:ListRolePolicies`, `iam:GetRolePolicy`,
 * `iam:ListAttachedRolePolicies`, `iam:GetPolicy` and `iam:GetPolicyVersion`.
 *
 * @throws {UsageError} no such role, or a permission is missing; {TenantError} IAM is not
 *   responding
 */
export async function getRoleLayers(
  roleArn: string,
  env: Environment,
): Promise<readonly PolicyLayer[]> {
  const proxyEnv = readProxySettings(env)
  const agent = { keepAlive: true, proxyEnv }
  const client = new IAMClient({
    region: env.AWS_REGION ?? ANY_REGION,
    ...(proxyEnv === undefined ? {} : { requestHandler: { httpAgent: agent, httpsAgent: agent } }),
  })
  try {
    return await readLayers(client, roleArn)
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

async function readLayers(client: IAMClient, roleArn: string): Promise<readonly PolicyLayer[]> {
  const RoleName = roleArn.split('/').at(-1) ?? ''
  const { Role } = await client.send(new GetRoleCommand({ RoleName }))
  if (Role?.Arn !== roleArn)
    throw new UsageError(
      `--role-policy-lookup: expected ${roleArn}, found ${Role?.Arn}; use credentials of the ` +
        "role's account",
    )
  const policies: NamedPolicy[] = []
  for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName }))
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await client.send(
        new GetRolePolicyCommand({ RoleName, PolicyName }),
      )
      policies.push({ name: PolicyName, statements: statementsOf(PolicyDocument) })
    }
  const attached = paginateListAttachedRolePolicies({ client }, { RoleName })
  for await (const { AttachedPolicies = [] } of attached)
    for (const { PolicyArn = '' } of AttachedPolicies)
      policies.push(await getManagedPolicy(client, PolicyArn))
  const boundary = Role.PermissionsBoundary?.PermissionsBoundaryArn
  return [
    layerOf('role policy', policies),
    ...(boundary === undefined
      ? []
      : [layerOf('permissions boundary', [await getManagedPolicy(client, boundary)])]),
  ]
}

async function getManagedPolicy(client: IAMClient, PolicyArn: string): Promise<NamedPolicy> {
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }))
  const { PolicyVersion } = await client.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  )
  return { name: PolicyArn, statements: statementsOf(PolicyVersion?.Document) }
}

function statementsOf(document: string | undefined): readonly PolicyStatement[] | undefined {
  const policy = policyIn(document)
  return isObject(policy) ? parsedStatements(policy) : undefined
}

function layerOf(name: PolicyLayer['name'], policies: readonly NamedPolicy[]): PolicyLayer {
  const all = policies.flatMap(({ name: from, statements = [] }) =>
    statements.map((statement) => ({ from, statement })),
  )
  const unread = policies.find(({ statements }) => statements === undefined)
  const names = policies.map((policy) => policy.name).join(', ')
  return {
    name,
    statements: unread ? undefined : all.map(({ statement }) => statement),
    origin: unread
      ? `a part of ${unread.name} is not one that this program evaluates`
      : `read from IAM: ${names || 'the role has none'}`,
    managedPolicyArns: [],
    locate: (index) =>
      (index === undefined ? undefined : all[index]?.from) ?? policies[0]?.name ?? 'a new policy',
  }
}
