/** Reads the broker's settings from the environment, once, when it starts. */
import type { StageLimits } from '@token-broker/core'
import type { ProxySettings } from '@token-broker/core/proxy-settings'
import type { LinksStorage } from '../adapters/identity-pools/linked/open-identity-table.ts'
import type { AwsCredentials } from '../adapters/signed-call.ts'
import { type IdentitiesSettings, readIdentities } from './identities-configuration.ts'
import { readPrivateKey, readTextOrFile } from './key-setting.ts'
import { type KmsSigning, readKmsSigning } from './kms-configuration.ts'
import { readLimits } from './limits-configuration.ts'
import { readLinksStorage } from './linked-configuration.ts'
import { readSecretSettings, type SecretSettings } from './secret-settings.ts'
import { readSessions, type SessionsSettings } from './sessions-configuration.ts'
import {
  type Environment,
  invalidSetting,
  readAwsCredentials,
  readHosts,
  readIssuerUrl,
  readLocal,
  readProxy,
  readServiceEndpoint,
  readSwitch,
} from './settings.ts'

export type { Environment } from './settings.ts'

export interface Configuration {
  /** The broker's own issuer URL, without a trailing slash. */
  readonly issuer: string
  readonly region: string
  readonly stsEndpoint: string | undefined
  readonly tenantsFile: string
  /** Local runtime: the file may be replaced while the broker runs. */
  readonly reloadsTenants: boolean
  /** Undefined: the bundled documents are the only ones. */
  readonly tenantsTable: TenantsTableSettings | undefined
  /** PKCS #8 PEM or private JWK; undefined: only pass-through grants work. */
  readonly signingKey: string | undefined
  readonly nextSigningKey: string | undefined
  /** Signs in place of the keys above. */
  readonly kmsSigning: KmsSigning | undefined
  /** Secret with which the digests of session names are keyed. */
  readonly sessionNameKey: string
  readonly explain: boolean
  /** CloudWatch namespace; undefined: audit records without metrics. */
  readonly metricsNamespace: string | undefined
  /** Hosts of issuers that may be in a private network, in lower case. */
  readonly privateIssuerHosts: ReadonlySet<string>
  readonly secrets: SecretSettings
  /** Undefined: GetCallerIdentity is not supported. */
  readonly sessions: SessionsSettings | undefined
  /** Undefined: no pool has linking, nor backends. */
  readonly identities: IdentitiesSettings | undefined
  /** Undefined: identity pools have no linking. */
  readonly linksStorage: LinksStorage | undefined
  /** Undefined: AWS's endpoint in the Region of the former pool. */
  readonly formerPoolEndpoint: string | undefined
  /** Undefined: only documents of tenants have limits for callers. */
  readonly limits: StageLimits | undefined
  /** Undefined: all calls are direct, as they always are in a deployed function. */
  readonly proxy: ProxySettings | undefined
  /** Local runtime: issuers, STS, KMS and DynamoDB may be on the loopback interface, with http. */
  readonly local: boolean
}

/** 256 bits in hexadecimal are 64 characters; in base64, 44. */
const MIN_SESSION_NAME_KEY_CHARACTERS = 32

interface TenantsTableSettings {
  readonly tableName: string
  /** Undefined: AWS's endpoint in the function's region. */
  readonly endpoint: string | undefined
  readonly credentials: AwsCredentials
}

/**
 * | variable | meaning |
 * |---|---|
 * | `BROKER_ISSUER` | the broker's own issuer URL; required |
 * | `AWS_REGION` | region of the STS endpoint; set by Lambda |
 * | `BROKER_STS_ENDPOINT` | another STS; default: AWS's regional endpoint |
 * | `BROKER_TENANTS_FILE` | compiled tenant documents; default: `tenants.jsonl` beside the bundle |
 * | `BROKER_TENANTS_RELOAD` | `on`: read that file again when replaced; with `BROKER_LOCAL` only |
 * | `BROKER_TENANTS_TABLE` | DynamoDB table with more tenants, read with the function's role |
 * | `BROKER_DYNAMODB_ENDPOINT` | another DynamoDB; default: AWS's in the function's region |
 * | `BROKER_SIGNING_KEY`, `…_FILE` | key of minted tokens, and optionally its certificate |
 * | `BROKER_NEXT_SIGNING_KEY`, `…_FILE` | key after the next rotation; published, not used yet |
 * | `BROKER_KMS_SIGNING_KEY` | ARN of the KMS key that signs instead of the keys above |
 * | `BROKER_KMS_SIGNING_ALGORITHM` | the KMS key's algorithm: `RS256` (default) or `ES256` |
 * | `BROKER_KMS_ENDPOINT` | another KMS; default: AWS's in the key's region |
 * | `BROKER_SESSION_NAME_KEY`, `…_FILE` | secret that keys the names of sessions; required |
 * | `BROKER_EXPLAIN` | `on` enables `POST /v1/explain`; default: `off` |
 * | `BROKER_METRICS_NAMESPACE` | adds CloudWatch metrics in this namespace to audit records |
 * | `BROKER_PRIVATE_ISSUER_HOSTS` | comma-separated hosts of issuers in private networks |
 * | `BROKER_SECRETS_FROM` | where secrets of documents are: `secrets-manager`, `parameter-store` |
 * | `BROKER_SECRETS_PREFIX` | of their names there; required with `BROKER_SECRETS_FROM` |
 * | `BROKER_SECRETS_ENDPOINT` | another endpoint of that service; default: AWS's in the region |
 * | `BROKER_SECRET_<NAME>`, `…_FILE` | the secrets themselves, without that service |
 * | `BROKER_SESSIONS_TABLE` | DynamoDB table of the sessions that GetCallerIdentity knows |
 * | `BROKER_SESSIONS_REGIONS` | regions of its clients, comma-separated; default: `AWS_REGION` |
 * | `BROKER_IDENTITIES_TABLE` | DynamoDB table of the identities and key pairs of pools |
 * | `BROKER_FORMER_POOL_ENDPOINT` | another Amazon Cognito; default: AWS's in the pool's Region |
 * | `BROKER_IDENTITIES_FILE` | a file of identities instead; with `BROKER_LOCAL` only |
 * | `BROKER_POOL_KEYS_KMS_KEY` | ARN of the KMS key that encrypts key pairs of pools |
 * | `BROKER_LIMITS` | limits for callers, as JSON; default: only those of tenant documents |
 * | `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` | forward proxy; with `BROKER_LOCAL` only |
 * | `BROKER_LOCAL` | `1` allows http on the loopback interface |
 *
 * A certificate that comes with a signing key is published. Where KMS signs, the `issuer` function
 * publishes the keys.
 *
 * @throws {BrokerError} `config_invalid`, naming the variable and never its value
 */
export function readConfiguration(
  environment: Environment,
  defaultTenantsFile: string,
): Configuration {
  const identities = readIdentities(environment)
  return {
    issuer: readIssuerUrl(environment),
    region: environment.AWS_REGION ?? 'us-east-1',
    stsEndpoint: readServiceEndpoint('BROKER_STS_ENDPOINT', environment),
    tenantsFile: environment.BROKER_TENANTS_FILE ?? defaultTenantsFile,
    reloadsTenants: readReload(environment),
    tenantsTable: readTenantsTable(environment),
    kmsSigning: readKmsSigning(environment),
    signingKey: readPrivateKey('BROKER_SIGNING_KEY', environment),
    nextSigningKey: readPrivateKey('BROKER_NEXT_SIGNING_KEY', environment),
    sessionNameKey: readSessionNameKey(environment),
    explain: readSwitch('BROKER_EXPLAIN', environment),
    metricsNamespace: readNamespace(environment),
    privateIssuerHosts: readHosts('BROKER_PRIVATE_ISSUER_HOSTS', environment),
    secrets: readSecretSettings(environment),
    sessions: readSessions(environment),
    identities,
    linksStorage: readLinksStorage(environment, identities),
    formerPoolEndpoint: readServiceEndpoint('BROKER_FORMER_POOL_ENDPOINT', environment),
    limits: readLimits(environment),
    proxy: readProxy(environment),
    local: readLocal(environment),
  }
}

/** The table is for tenants that change while a function is deployed. */
function readReload(environment: Environment): boolean {
  return environment.BROKER_LOCAL === '1' && readSwitch('BROKER_TENANTS_RELOAD', environment)
}

function readTenantsTable(environment: Environment): TenantsTableSettings | undefined {
  const tableName = environment.BROKER_TENANTS_TABLE
  if (!tableName) return undefined
  return {
    tableName,
    endpoint: readServiceEndpoint('BROKER_DYNAMODB_ENDPOINT', environment),
    credentials: readAwsCredentials('BROKER_TENANTS_TABLE', environment),
  }
}

/** Without a secret, anyone could compute the name of another caller's session. */
function readSessionNameKey(environment: Environment): string {
  const key = readTextOrFile('BROKER_SESSION_NAME_KEY', environment)?.trim()
  if (key !== undefined && key.length >= MIN_SESSION_NAME_KEY_CHARACTERS) return key
  throw invalidSetting(
    'BROKER_SESSION_NAME_KEY',
    key ? `has fewer than ${MIN_SESSION_NAME_KEY_CHARACTERS} characters` : 'is not set',
    'set it to a random text that stays the same, such as the output of "openssl rand -hex 32"',
  )
}

/** @see CloudWatch `PutMetricData`, `Namespace`; AWS reserves names that begin with `AWS/` */
function readNamespace(environment: Environment): string | undefined {
  const namespace = environment.BROKER_METRICS_NAMESPACE
  if (!namespace) return undefined
  if (!/^(?!AWS\/)[\w./#:-]{1,255}$/.test(namespace))
    throw invalidSetting(
      'BROKER_METRICS_NAMESPACE',
      'is invalid',
      'set it to 1 to 255 of A-Z a-z 0-9 . - _ / # : that do not begin with AWS/',
    )
  return namespace
}
