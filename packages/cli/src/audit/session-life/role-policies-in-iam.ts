/** Reads the policies of a role from IAM, with the operator's own credentials. */
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam'
import { isObject, type PolicyStatement } from '@token-broker/core'
import type { Environment } from '../../terminal.ts'
import { policyIn } from '../../trust/existing-policies.ts'
import { getRole, withIam } from '../../trust/iam-client.ts'
import type { PolicyLayer } from './judge-denial.ts'
import { parsedStatements } from './known-policies.ts'

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
export function getRoleLayers(roleArn: string, env: Environment): Promise<readonly PolicyLayer[]> {
  return withIam(env, (client) => readLayers(client, roleArn))
}

async function readLayers(client: IAMClient, roleArn: string): Promise<readonly PolicyLayer[]> {
  const role = await getRole(client, roleArn, '--role-policy-lookup')
  const RoleName = role.RoleName ?? ''
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
  const boundary = role.PermissionsBoundary?.PermissionsBoundaryArn
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
