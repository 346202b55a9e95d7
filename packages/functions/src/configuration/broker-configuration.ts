/** Reads the broker's settings from the environment, once, and says at once what is wrong with them. */
import { readFileSync } from 'node:fs'
import { BrokerError } from '@token-broker/core'
import { type KmsSigning, readKmsSigning } from './kms-configuration.ts'
import { type Environment, invalid, readUrl } from './settings.ts'
import { readTenantsTable, type TenantsTableSettings } from './tenants-table-configuration.ts'

export type { Environment } from './settings.ts'

export interface Configuration {
  /** The broker's own issuer URL, without a trailing slash. */
  readonly issuer: string
  readonly region: string
  readonly stsEndpoint: string | undefined
  readonly tenantsFile: string
  /** Absent: the bundled documents are all. */
  readonly tenantsTable: TenantsTableSettings | undefined
  /** PKCS #8 PEM or private JWK; absent: only pass-through grants work. */
  readonly signingKey: string | undefined
  readonly nextSigningKey: string | undefined
  /** Signs in place of the keys above. */
  readonly kmsSigning: KmsSigning | undefined
  readonly explain: boolean
  /** CloudWatch's namespace; absent: audit records without metrics. */
  readonly metricsNamespace: string | undefined
  /** The local runtime: issuers and STS may be plain http on the loopback interface. */
  readonly local: boolean
}

/**
 * | variable | meaning |
 * |---|---|
 * | `BROKER_ISSUER` | the broker's own issuer URL; required |
 * | `AWS_REGION` | region of the STS endpoint; set by Lambda |
 * | `BROKER_STS_ENDPOINT` | another STS; default: AWS's regional endpoint |
 * | `BROKER_TENANTS_FILE` | compiled tenant documents; default: `tenants.jsonl` beside the bundle |
 * | `BROKER_TENANTS_TABLE` | DynamoDB table of more tenants, which the function's own AWS credentials may read |
 * | `BROKER_DYNAMODB_ENDPOINT` | another DynamoDB; default: AWS's in the function's region |
 * | `BROKER_SIGNING_KEY`, `BROKER_SIGNING_KEY_FILE` | key of minted tokens; a certificate that comes with it is published |
 * | `BROKER_NEXT_SIGNING_KEY`, `…_FILE` | the key that comes next, already published |
 * | `BROKER_KMS_SIGNING_KEY` | ARN of the KMS key that signs instead; the `issuer` function then publishes the keys |
 * | `BROKER_KMS_SIGNING_ALGORITHM` | `RS256`, the default, or `ES256`: what the KMS key is for |
 * | `BROKER_KMS_ENDPOINT` | another KMS; default: AWS's in the key's region |
 * | `BROKER_EXPLAIN` | `on` opens `POST /v1/explain` |
 * | `BROKER_METRICS_NAMESPACE` | makes each audit line a CloudWatch metrics document too |
 * | `BROKER_LOCAL` | `1` allows http on the loopback interface |
 *
 * @throws {BrokerError} `config_invalid`, naming the variable and never its value
 */
export function readConfiguration(
  environment: Environment,
  defaultTenantsFile: string,
): Configuration {
  const local = environment.BROKER_LOCAL === '1'
  const explain = environment.BROKER_EXPLAIN ?? 'off'
  if (explain !== 'on' && explain !== 'off') throw invalid('BROKER_EXPLAIN', 'write on or off')
  const stsEndpoint = environment.BROKER_STS_ENDPOINT
  return {
    issuer: readUrl('BROKER_ISSUER', environment.BROKER_ISSUER, local).replace(/\/$/, ''),
    region: environment.AWS_REGION ?? 'us-east-1',
    stsEndpoint: stsEndpoint ? readUrl('BROKER_STS_ENDPOINT', stsEndpoint, true) : undefined,
    tenantsFile: environment.BROKER_TENANTS_FILE ?? defaultTenantsFile,
    tenantsTable: readTenantsTable(environment),
    signingKey: readKey('BROKER_SIGNING_KEY', environment),
    nextSigningKey: readKey('BROKER_NEXT_SIGNING_KEY', environment),
    kmsSigning: readKmsSigning(environment),
    explain: explain === 'on',
    metricsNamespace: readNamespace(
      'BROKER_METRICS_NAMESPACE',
      environment.BROKER_METRICS_NAMESPACE,
    ),
    local,
  }
}

function readKey(name: string, environment: Environment): string | undefined {
  const [value, file] = [environment[name], environment[`${name}_FILE`]]
  if (value && file) throw invalid(name, `set it or ${name}_FILE, not both`)
  if (!file) return value || undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new BrokerError('config_invalid', `${name}_FILE cannot be read.`, { cause })
  }
}

/** What CloudWatch takes for a namespace; those that begin with `AWS/` are its own. */
function readNamespace(name: string, value: string | undefined): string | undefined {
  if (!value) return undefined
  if (!/^(?!AWS\/)[\w./#:-]{1,255}$/.test(value))
    throw invalid(name, 'write 1 to 255 of A-Z a-z 0-9 . - _ / # :')
  return value
}
