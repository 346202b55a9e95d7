/** The IAM identity providers and roles that the tenant documents need. */
import type { CompiledTenant } from '@token-broker/core'
import type { StageSettings } from './stage-settings.ts'
import { planTenants, trustPolicyOf } from './tenant-roles.ts'

/**
 * @param tenants from {@link compileFolder}
 * @param issuer URL of the broker, without a trailing slash
 * @param dependsOn resources that must exist before IAM reads the issuer's documents
 * @returns the ids of the tenants, and the roles that they name but this deployment does not create
 */
export function createTenants(
  settings: StageSettings,
  tenants: readonly CompiledTenant[],
  issuer: $util.Input<string>,
  dependsOn: readonly $util.Resource[],
): { readonly ids: readonly string[]; readonly otherRoleArns: readonly string[] } {
  const plan = planTenants(tenants, settings)
  new aws.iam.OpenIdConnectProvider(
    'BrokerProvider',
    { url: issuer, clientIdLists: [...plan.brokerAudiences] },
    { dependsOn: [...dependsOn] },
  )
  for (const { issuer: url, audiences } of plan.passedThrough) {
    new aws.iam.OpenIdConnectProvider(`Provider${logicalName(url)}`, {
      url,
      clientIdLists: [...audiences],
    })
  }
  for (const role of plan.roles) {
    new aws.iam.Role(`TenantRole${logicalName(role.roleArn)}`, {
      name: role.name,
      path: role.path,
      description: `Sessions of tenant ${role.tenant}, created by ${$app.name} ${$app.stage}`,
      assumeRolePolicy: $output(issuer).apply((url) =>
        JSON.stringify(trustPolicyOf(role, tenants, url)),
      ),
      maxSessionDuration: role.maxSessionDurationSeconds,
      permissionsBoundary: role.permissionsBoundaryArn,
      managedPolicyArns: [...role.managedPolicyArns],
      inlinePolicies:
        role.policy.Statement.length === 0
          ? []
          : [{ name: 'grants', policy: JSON.stringify(role.policy) }],
    })
  }
  return { ids: tenants.map(({ tenant }) => tenant), otherRoleArns: plan.otherRoleArns }
}

function logicalName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase())
}
