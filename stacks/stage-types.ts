/** What the settings of a stage are. */
import type { WrittenLimit } from '@token-broker/core/request-rate'
import type { SigningKeySettings } from './key-rotation.ts'

/** In SST's notation. */
export const LOG_RETENTIONS = [
  '1 week',
  '2 weeks',
  '1 month',
  '3 months',
  '6 months',
  '1 year',
  '2 years',
] as const

export const SECRET_STORES = ['secrets-manager', 'parameter-store', 'none'] as const

interface MutualTlsSettings {
  /** Host name in a Route 53 zone of the account, other than `domain`, which must be set too. */
  readonly domain: string
  /** Of AWS Certificate Manager, in the stage's region, for `domain`. */
  readonly certificateArn: string
  /** `s3://BUCKET/KEY` of the authorities of client certificates, in PEM. */
  readonly truststore: string
  /** Version of that object. Undefined: the bucket has no versions. */
  readonly truststoreVersion?: string
}

interface Throttle {
  readonly requestsPerSecond: number
  readonly burst: number
}

interface IdentityPoolSettings {
  /** Limits of the endpoint at which apps call pools; the HTTP API has its own. */
  readonly throttle: Throttle
  /** Whether pools may have `linking`: the broker then writes their items into its table. */
  readonly linking: boolean
  /** Whether pools may have `developerProvider`: a KMS key then protects their key pairs. */
  readonly backends: boolean
  /** An alarm is sent where all pools together get more new guests in five minutes. */
  readonly newGuestsAlarm: number
}

export interface StageSettings {
  /** AWS account, 12 digits. A deployment with another account's credentials is refused. */
  readonly account: string
  readonly region: string
  /**
   * Host name in a Route 53 zone of the account; its URL is the broker's issuer. Undefined: the
   * API's own address.
   */
  readonly domain: string | undefined
  /**
   * A second domain, for callers with tokens that are bound to a client certificate (RFC 8705).
   * Undefined: such tokens are refused.
   */
  readonly mutualTls: MutualTlsSettings | undefined
  readonly alarmEmail: string
  /**
   * Folder of tenant documents, relative to the repository's root. Undefined: all tenants are in
   * the table.
   */
  readonly tenants: string | undefined
  /**
   * ARNs of the policies that tenant documents may name as the permissions boundary of a created
   * role. Empty: no role is created.
   */
  readonly permissionsBoundaries: readonly string[]
  /** Host names and addresses of issuers in private networks; all others have public addresses. */
  readonly privateIssuerHosts: readonly string[]
  /** Where the secrets are that tenant documents name. `none`: the broker may read none. */
  readonly secretStore: (typeof SECRET_STORES)[number]
  /**
   * Regions of the clients that may call GetCallerIdentity with a session of the STS endpoint, at
   * most 10. Empty: it is not supported, and nothing is stored of a session.
   */
  readonly callerIdentityRegions: readonly string[]
  /** For documents with identity pools. Undefined: there is no endpoint for them. */
  readonly identityPools: IdentityPoolSettings | undefined
  /** Whether the API has the route `POST /v1/explain`. */
  readonly explain: boolean
  readonly logRetention: (typeof LOG_RETENTIONS)[number]
  /** Memory of each function, 128 to 10,240 MB. */
  readonly memoryMb: number
  /** Limits for the whole HTTP API. */
  readonly throttle: Throttle
  /**
   * Limits for callers in each function environment: JSON of `BROKER_LIMITS`. Undefined: only
   * documents of tenants have limits.
   */
  readonly limits:
    | Readonly<Partial<Record<'clientAddress' | 'refused' | 'tenant' | 'subject', WrittenLimit>>>
    | undefined
  /** Most concurrent invocations. Undefined: all that the account has available. */
  readonly reservedConcurrency: { readonly broker: number; readonly issuer: number } | undefined
  /** What `sst remove` does with the table and the keys. */
  readonly removal: 'remove' | 'retain'
  /** Whether `sst remove`, and the removal of the table and the keys, are refused. */
  readonly protect: boolean
  readonly signingKeys: readonly SigningKeySettings[]
}

/** Settings by name of the stage; `pr-*` means every name of the form `pr-` and a number. */
export type Stages = Readonly<Record<string, StageSettings>>
