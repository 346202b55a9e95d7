/** Reads from the environment which KMS keys sign, and which are published. */
import type { AwsCredentials } from '../adapters/signed-call.ts'
import { type KmsKey, parseKmsKey } from '../adapters/signers/kms-key.ts'
import type { SigningAlgorithm } from '../adapters/signers/public-key.ts'
import type { SettingName } from './setting-names.ts'
import {
  type Environment,
  invalidSetting,
  readAwsCredentials,
  readIssuerUrl,
  readServiceEndpoint,
} from './settings.ts'

interface KmsAccess {
  /** Undefined: AWS's endpoint in the key's region. */
  readonly endpoint: string | undefined
  readonly credentials: AwsCredentials
}

export interface KmsSigning extends KmsAccess {
  readonly key: KmsKey
  readonly algorithm: SigningAlgorithm
}

export interface IssuerConfiguration extends KmsAccess {
  /** The broker's own issuer URL, without a trailing slash. */
  readonly issuer: string
  /** The key that signs first, then the next one, then the previous one. */
  readonly keys: readonly KmsKey[]
}

/**
 * @returns undefined if no KMS key signs
 * @throws {BrokerError} `config_invalid`
 */
export function readKmsSigning(environment: Environment): KmsSigning | undefined {
  const name = 'BROKER_KMS_SIGNING_KEY'
  const arn = environment[name]
  if (!arn) return undefined
  for (const local of ['BROKER_SIGNING_KEY', 'BROKER_NEXT_SIGNING_KEY'] as const) {
    if (environment[local] || environment[`${local}_FILE` as const])
      throw invalidSetting(local, `is set as well as ${name}`, 'remove one of them')
  }
  const algorithm = environment.BROKER_KMS_SIGNING_ALGORITHM || 'RS256'
  if (algorithm !== 'RS256' && algorithm !== 'ES256')
    throw invalidSetting('BROKER_KMS_SIGNING_ALGORITHM', 'is invalid', 'set it to RS256 or ES256')
  return { key: readKmsKey(name, arn), algorithm, ...readAccess(name, environment) }
}

/**
 * Settings of the `issuer` function.
 *
 * | variable | meaning |
 * |---|---|
 * | `BROKER_ISSUER` | the broker's own issuer URL; required |
 * | `BROKER_KMS_PUBLISHED_KEYS` | comma-separated key ARNs: current, next, previous; required |
 * | `BROKER_KMS_ENDPOINT` | another KMS; default: AWS's in the keys' region |
 * | `AWS_ACCESS_KEY_ID`, … | credentials of the function's role; set by Lambda |
 *
 * @throws {BrokerError} `config_invalid`
 */
export function readIssuerConfiguration(environment: Environment): IssuerConfiguration {
  const name = 'BROKER_KMS_PUBLISHED_KEYS'
  const arns = new Set((environment[name] ?? '').split(',').map((arn) => arn.trim()))
  return {
    issuer: readIssuerUrl(environment),
    keys: [...arns].map((arn) => readKmsKey(name, arn)),
    ...readAccess(name, environment),
  }
}

function readKmsKey(name: SettingName, arn: string): KmsKey {
  const key = parseKmsKey(arn)
  if (!key)
    throw invalidSetting(
      name,
      'does not name a KMS key',
      'write the ARN, arn:aws:kms:REGION:ACCOUNT:key/ID, and not an alias',
    )
  return key
}

function readAccess(neededBy: SettingName, environment: Environment): KmsAccess {
  return {
    endpoint: readServiceEndpoint('BROKER_KMS_ENDPOINT', environment),
    credentials: readAwsCredentials(neededBy, environment),
  }
}
