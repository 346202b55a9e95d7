/** Reads from the environment where the state of identity pools is, and how keys are encrypted. */
import type { AwsCredentials } from '../adapters/signed-call.ts'
import { parseKmsKey } from '../adapters/signers/kms-key.ts'
import {
  type Environment,
  invalidSetting,
  readAwsCredentials,
  readServiceEndpoint,
} from './settings.ts'

interface ServiceAccess {
  /** Undefined: AWS's endpoint. */
  readonly endpoint: string | undefined
  readonly credentials: AwsCredentials
}

export interface IdentitiesSettings {
  readonly table: ServiceAccess & { readonly tableName: string }
  /** Undefined: key pairs are encrypted with a key that is derived from the pool's secret. */
  readonly keyPairKms:
    | (ServiceAccess & { readonly keyArn: string; readonly region: string })
    | undefined
}

/**
 * @returns undefined where no table is set
 * @throws {BrokerError} `config_invalid`
 */
export function readIdentities(environment: Environment): IdentitiesSettings | undefined {
  const name = 'BROKER_IDENTITIES_TABLE'
  const tableName = environment[name]
  if (!tableName) return undefined
  return {
    table: {
      tableName,
      endpoint: readServiceEndpoint('BROKER_DYNAMODB_ENDPOINT', environment),
      credentials: readAwsCredentials(name, environment),
    },
    keyPairKms: readKeyPairKms(environment),
  }
}

function readKeyPairKms(environment: Environment): IdentitiesSettings['keyPairKms'] {
  const name = 'BROKER_POOL_KEYS_KMS_KEY'
  const arn = environment[name]
  if (!arn) return undefined
  const key = parseKmsKey(arn)
  if (!key)
    throw invalidSetting(
      name,
      'does not name a KMS key',
      'write the ARN, arn:aws:kms:REGION:ACCOUNT:key/ID, and not an alias',
    )
  return {
    ...{ keyArn: arn, region: key.region },
    endpoint: readServiceEndpoint('BROKER_KMS_ENDPOINT', environment),
    credentials: readAwsCredentials(name, environment),
  }
}
