/** Reads from the environment which KMS keys sign, and which are published. */
import type { AwsCredentials } from '../adapters/signed-call.ts'
import { type KmsKey, parseKmsKey } from '../adapters/signers/kms-key.ts'
import type { SigningAlgorithm } from '../adapters/signers/public-key.ts'
import { type Environment, invalid, readAwsCredentials, readUrl } from './settings.ts'

interface KmsAccess {
  /** Another KMS than AWS's in the key's region. */
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
  /** The one that signs first, then the next one, then the previous. */
  readonly keys: readonly KmsKey[]
}

/** @throws {BrokerError} `config_invalid` */
export function readKmsSigning(environment: Environment): KmsSigning | undefined {
  const name = 'BROKER_KMS_SIGNING_KEY'
  const arn = environment[name]
  if (!arn) return undefined
  for (const local of ['BROKER_SIGNING_KEY', 'BROKER_NEXT_SIGNING_KEY']) {
    if (environment[local] || environment[`${local}_FILE`])
      throw invalid(local, `${name} is set instead`)
  }
  const algorithm = environment.BROKER_KMS_SIGNING_ALGORITHM || 'RS256'
  if (algorithm !== 'RS256' && algorithm !== 'ES256') {
    throw invalid('BROKER_KMS_SIGNING_ALGORITHM', 'write RS256 or ES256')
  }
  return { key: readKmsKey(name, arn), algorithm, ...readAccess(name, environment) }
}

/**
 * Settings of the `issuer` function.
 *
 * | variable | meaning |
 * |---|---|
 * | `BROKER_ISSUER` | the broker's own issuer URL; required |
 * | `BROKER_KMS_PUBLISHED_KEYS` | key ARNs with commas between: the signing key, the next, the previous; required |
 * | `BROKER_KMS_ENDPOINT` | another KMS; default: AWS's in the keys' region |
 * | `AWS_ACCESS_KEY_ID`, … | the function's role; set by Lambda |
 *
 * @throws {BrokerError} `config_invalid`
 */
export function readIssuerConfiguration(environment: Environment): IssuerConfiguration {
  const name = 'BROKER_KMS_PUBLISHED_KEYS'
  const arns = new Set((environment[name] ?? '').split(',').map((arn) => arn.trim()))
  const local = environment.BROKER_LOCAL === '1'
  return {
    issuer: readUrl('BROKER_ISSUER', environment.BROKER_ISSUER, local).replace(/\/$/, ''),
    keys: [...arns].map((arn) => readKmsKey(name, arn)),
    ...readAccess(name, environment),
  }
}

function readKmsKey(name: string, arn: string): KmsKey {
  const key = parseKmsKey(arn)
  if (!key) throw invalid(name, 'write arn:aws:kms:REGION:ACCOUNT:key/ID, and no alias')
  return key
}

function readAccess(neededBy: string, environment: Environment): KmsAccess {
  const endpoint = environment.BROKER_KMS_ENDPOINT
  return {
    endpoint: endpoint ? readUrl('BROKER_KMS_ENDPOINT', endpoint, true) : undefined,
    credentials: readAwsCredentials(neededBy, environment),
  }
}
