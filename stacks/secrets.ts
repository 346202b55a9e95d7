/** Where the secrets are that tenant documents name, and what the broker may read there. */
import type { CompiledTenant } from '@token-broker/core'
import { namedSecrets } from '@token-broker/core/document'
import { partitionOf } from '@token-broker/core/partition'
import type { StageSettings } from './stage-settings.ts'

export interface SecretAccess {
  /** Settings of the broker. */
  readonly environment: {
    readonly BROKER_SECRETS_FROM: string
    readonly BROKER_SECRETS_PREFIX: string
  }
  readonly permission: { readonly actions: string[]; readonly resources: string[] }
}

/**
 * Operators create the secrets themselves, such as `token-broker/production/acme/idp`, so that no
 * value is ever in a document or in the state of a deployment. The broker may read the secrets of
 * its own stage, because tenants of the table have secrets too.
 *
 * Parameter Store has a prefix of its own for them: beside it is the session name key, which a
 * document could name otherwise.
 * @returns undefined where the stage has no secrets
 * @throws {Error} if a document names a secret of a stage that has none
 */
export function secretAccess(
  { secretStore, region, account }: Pick<StageSettings, 'secretStore' | 'region' | 'account'>,
  tenants: readonly CompiledTenant[],
  { name, stage }: { readonly name: string; readonly stage: string },
): SecretAccess | undefined {
  const arnOf = (service: string, resource: string) =>
    `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}*`
  switch (secretStore) {
    case 'secrets-manager': {
      const prefix = `${name}/${stage}/`
      return {
        environment: { BROKER_SECRETS_FROM: secretStore, BROKER_SECRETS_PREFIX: prefix },
        permission: {
          actions: ['secretsmanager:GetSecretValue'],
          resources: [arnOf('secretsmanager', `secret:${prefix}`)],
        },
      }
    }
    case 'parameter-store': {
      const prefix = `/${name}/${stage}/secrets/`
      return {
        environment: { BROKER_SECRETS_FROM: secretStore, BROKER_SECRETS_PREFIX: prefix },
        permission: {
          actions: ['ssm:GetParameter'],
          resources: [arnOf('ssm', `parameter${prefix}`)],
        },
      }
    }
    case 'none':
      refuseNamedSecrets(tenants, stage)
      return undefined
  }
}

function refuseNamedSecrets(tenants: readonly CompiledTenant[], stage: string): void {
  const named = tenants.flatMap((tenant) =>
    namedSecrets(tenant).map((secret) => `\n  ${secret}, of tenant ${tenant.tenant}`),
  )
  if (named.length === 0) return
  throw new Error(
    `Documents name secrets, but stage ${stage} has none. Set its secretStore in ` +
      `stacks/stages.ts to secrets-manager or parameter-store:${named.join('')}`,
  )
}
