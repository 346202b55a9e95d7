/**
 * The one declaration of the broker's environment variables. Readers can read no other variable,
 * because it would not compile; the report on variables without effect uses the same list.
 */

interface Declaration {
  /** Other settings without which this one has no effect; one of them is enough. */
  readonly needs?: readonly string[]
}

const KMS_KEYS = ['BROKER_KMS_SIGNING_KEY', 'BROKER_POOL_KEYS_KMS_KEY', 'BROKER_KMS_PUBLISHED_KEYS']
const TABLES = ['BROKER_TENANTS_TABLE', 'BROKER_SESSIONS_TABLE', 'BROKER_IDENTITIES_TABLE']

/** What each of them means is in `broker-configuration.ts` and `kms-configuration.ts`. */
export const SETTINGS = {
  BROKER_ISSUER: {},
  BROKER_STS_ENDPOINT: {},
  BROKER_TENANTS_FILE: {},
  BROKER_TENANTS_RELOAD: { needs: ['BROKER_LOCAL'] },
  BROKER_TENANTS_TABLE: {},
  BROKER_DYNAMODB_ENDPOINT: { needs: TABLES },
  BROKER_SIGNING_KEY: {},
  BROKER_SIGNING_KEY_FILE: {},
  BROKER_NEXT_SIGNING_KEY: { needs: ['BROKER_SIGNING_KEY'] },
  BROKER_NEXT_SIGNING_KEY_FILE: { needs: ['BROKER_SIGNING_KEY'] },
  BROKER_KMS_SIGNING_KEY: {},
  BROKER_KMS_SIGNING_ALGORITHM: { needs: ['BROKER_KMS_SIGNING_KEY'] },
  BROKER_KMS_PUBLISHED_KEYS: {},
  BROKER_KMS_ENDPOINT: { needs: KMS_KEYS },
  BROKER_SESSION_NAME_KEY: {},
  BROKER_SESSION_NAME_KEY_FILE: {},
  BROKER_EXPLAIN: {},
  BROKER_METRICS_NAMESPACE: {},
  BROKER_PRIVATE_ISSUER_HOSTS: {},
  BROKER_SECRETS_FROM: {},
  BROKER_SECRETS_PREFIX: { needs: ['BROKER_SECRETS_FROM'] },
  BROKER_SECRETS_ENDPOINT: { needs: ['BROKER_SECRETS_FROM'] },
  BROKER_SESSIONS_TABLE: {},
  BROKER_SESSIONS_REGIONS: { needs: ['BROKER_SESSIONS_TABLE'] },
  BROKER_IDENTITIES_TABLE: {},
  BROKER_IDENTITIES_FILE: {},
  BROKER_FORMER_POOL_ENDPOINT: {},
  BROKER_POOL_KEYS_KMS_KEY: { needs: ['BROKER_IDENTITIES_TABLE'] },
  BROKER_LIMITS: {},
  BROKER_LOCAL: {},
} as const satisfies Readonly<Record<string, Declaration>>

export type SettingName = keyof typeof SETTINGS
type SecretName = `BROKER_SECRET_${string}`
type AwsVariable =
  | 'AWS_REGION'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY'
  | 'AWS_SESSION_TOKEN'
type ProxyVariable =
  | 'HTTPS_PROXY'
  | 'https_proxy'
  | 'HTTP_PROXY'
  | 'http_proxy'
  | 'NO_PROXY'
  | 'no_proxy'

export type Environment = Readonly<
  Partial<Record<SettingName | SecretName | AwsVariable | ProxyVariable, string | undefined>>
>

/** The settings of which one is needed; undefined: the setting has an effect by itself. */
export function settingsNeededBy(name: string): readonly string[] | undefined {
  const declaration: Declaration | undefined = Object.entries(SETTINGS).find(
    ([declared]) => declared === name,
  )?.[1]
  return declaration?.needs
}
