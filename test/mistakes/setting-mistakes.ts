/** Mistakes in the environment of the deployed function, each of one variable or file. */
import { ASK_OPERATOR, mark } from './marked.ts'
import type { Marks, MistakeBase } from './mistake.ts'
import { SAMPLE_KEY } from './orchard.ts'

export interface SettingMistake extends MistakeBase {
  /** Added to the environment that works, or in place of its values; undefined removes one. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The content of the file with the compiled documents; empty: that of no document. */
  readonly tenantsFile?: string
  /** Whether the broker works nevertheless, so that callers see nothing. Default: false. */
  readonly isOnlyLogged?: boolean
}

/** Must be in no message. */
export const SECRET_SETTING = 'canary-secret-setting-0123456789'

const NOT_READY = /misconfigured|not ready|unready|config_invalid|cannot issue/i
const SET = /set|write|remove|give|name|add|did you mean|rename|deploy|check|choose/i

function settingMistake(
  id: string,
  what: string,
  environment: SettingMistake['environment'],
  record: Marks,
  more: Partial<SettingMistake> = {},
): SettingMistake {
  const response: Marks = { ...record, check: NOT_READY, fix: ASK_OPERATOR }
  const marks = more.isOnlyLogged ? { record } : { record, response }
  const elsewhere = { response: 'the broker works, and callers see no difference' }
  return {
    id: `setting ${id}`,
    ...{ what, environment, marks },
    ...(more.isOnlyLogged ? { elsewhere } : {}),
    ...more,
  }
}

export const SETTING_MISTAKES: readonly SettingMistake[] = [
  settingMistake(
    'no issuer',
    'BROKER_ISSUER is not set',
    { BROKER_ISSUER: undefined },
    mark('BROKER_ISSUER', /https/, /not set|missing/, SET),
    { named: 'issue, 87' },
  ),
  settingMistake(
    'issuer by http',
    'BROKER_ISSUER is an http URL',
    { BROKER_ISSUER: 'http://broker.orchard.example' },
    mark('BROKER_ISSUER', /https/, /http:|not an https|scheme/, SET),
  ),
  settingMistake(
    'issuer without a scheme',
    'BROKER_ISSUER is a host',
    { BROKER_ISSUER: 'broker.orchard.example' },
    mark('BROKER_ISSUER', /https/, /broker\.orchard\.example|not an https|not a URL|scheme/, SET),
  ),
  settingMistake(
    'issuer with a query',
    'BROKER_ISSUER has a query',
    { BROKER_ISSUER: 'https://broker.orchard.example/?stage=1' },
    mark('BROKER_ISSUER', /https|without/, /query|\?/, SET),
  ),
  settingMistake(
    'misspelt issuer',
    'BROKER_ISSUER is written BROKER_ISUER',
    { BROKER_ISSUER: undefined, BROKER_ISUER: 'https://broker.orchard.example' },
    mark('BROKER_ISUER', /\bBROKER_ISSUER\b/, /BROKER_ISUER/, SET),
    { named: 'issue' },
  ),
  settingMistake(
    'misspelt option',
    'BROKER_EXPLAIN is written BROKER_EXPLIAN',
    { BROKER_EXPLIAN: 'on' },
    mark('BROKER_EXPLIAN', /\bBROKER_EXPLAIN\b/, /BROKER_EXPLIAN/, SET),
    { named: 'issue', isOnlyLogged: true },
  ),
  settingMistake(
    'misspelt table',
    'BROKER_TENANTS_TABLE is written in the singular',
    { BROKER_TENANT_TABLE: 'tenants' },
    mark('BROKER_TENANT_TABLE', /\bBROKER_TENANTS_TABLE\b/, /BROKER_TENANT_TABLE/, SET),
    { named: 'issue', isOnlyLogged: true },
  ),
  settingMistake(
    'setting of another program',
    'a variable is set that the broker does not have',
    { BROKER_LOG_LEVEL: 'debug' },
    mark(
      'BROKER_LOG_LEVEL',
      /known|no such|not a setting|settings/i,
      /BROKER_LOG_LEVEL/,
      /remove/i,
    ),
    { named: 'issue', isOnlyLogged: true },
  ),
  settingMistake(
    'no signing key',
    'there is no key with which tokens are signed',
    { BROKER_SIGNING_KEY: undefined },
    mark(/BROKER_(?:KMS_)?SIGNING_KEY/, /key|KMS/, /not set|missing|no /i, SET),
    { named: 'issue' },
  ),
  settingMistake(
    'signing key that is none',
    'the signing key is some text',
    { BROKER_SIGNING_KEY: SECRET_SETTING },
    mark('BROKER_SIGNING_KEY', /PEM|JWK|PKCS/, /not a |neither|invalid|no /, SET),
  ),
  settingMistake(
    'public signing key',
    'the signing key is a public key',
    {
      BROKER_SIGNING_KEY: JSON.stringify(SAMPLE_KEY),
    },
    mark('BROKER_SIGNING_KEY', /private/, /public|without its private/, SET),
  ),
  settingMistake(
    'file of the signing key',
    'the file of the signing key does not exist',
    { BROKER_SIGNING_KEY: undefined, BROKER_SIGNING_KEY_FILE: '/run/secrets/signing.pem' },
    mark(
      'BROKER_SIGNING_KEY_FILE',
      /exist|read|PEM|file/i,
      /\/run\/secrets\/signing\.pem.*ENOENT|ENOENT.*\/run\/secrets\/signing\.pem/,
      SET,
    ),
    { named: 'issue' },
  ),
  settingMistake(
    'folder for a file',
    'the file of the session name key is a folder',
    { BROKER_SESSION_NAME_KEY: undefined, BROKER_SESSION_NAME_KEY_FILE: '/tmp' },
    mark('BROKER_SESSION_NAME_KEY_FILE', /file|read/i, /\/tmp\b.*EISDIR|EISDIR.*\/tmp\b/, SET),
    { named: 'issue' },
  ),
  settingMistake(
    'no session name key',
    'the secret of session names is not set',
    { BROKER_SESSION_NAME_KEY: undefined },
    mark('BROKER_SESSION_NAME_KEY', /32|random/, /not set|missing/, SET),
  ),
  settingMistake(
    'short session name key',
    'the secret of session names is short',
    { BROKER_SESSION_NAME_KEY: SECRET_SETTING.slice(0, 10) },
    mark('BROKER_SESSION_NAME_KEY', /32/, /\b10\b|short|fewer/, SET),
  ),
  settingMistake(
    'explain as a boolean',
    'BROKER_EXPLAIN is true',
    { BROKER_EXPLAIN: 'true' },
    mark('BROKER_EXPLAIN', /\bon\b/, /true|invalid/, SET),
  ),
  settingMistake(
    'alias of a key',
    'the KMS key is named by its alias',
    {
      BROKER_SIGNING_KEY: undefined,
      BROKER_KMS_SIGNING_KEY: 'alias/token-broker',
      ...{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET_SETTING },
    },
    mark('BROKER_KMS_SIGNING_KEY', /arn:aws:kms/, /alias/, SET),
  ),
  settingMistake(
    'two signing keys',
    'a KMS key and a key of its own are set',
    {
      BROKER_KMS_SIGNING_KEY:
        'arn:aws:kms:eu-west-1:111122223333:key/00000000-1111-4222-8333-444455556666',
    },
    mark('BROKER_SIGNING_KEY', /one/, /BROKER_KMS_SIGNING_KEY/, /remove/),
  ),
  settingMistake(
    'table without credentials',
    'there is a table, and there are no credentials for it',
    { BROKER_TENANTS_TABLE: 'tenants' },
    mark('BROKER_TENANTS_TABLE', /AWS_ACCESS_KEY_ID/, /needs|missing|not set|without/, SET),
  ),
  settingMistake(
    'STS by http',
    'the endpoint of STS is an http URL',
    { BROKER_STS_ENDPOINT: 'http://sts.orchard.example' },
    mark('BROKER_STS_ENDPOINT', /https/, /http:|not an https/, SET),
  ),
  settingMistake(
    'host with a scheme',
    'a host in a private network is written as a URL',
    { BROKER_PRIVATE_ISSUER_HOSTS: 'https://id.corp.example' },
    mark('BROKER_PRIVATE_ISSUER_HOSTS', /id\.corp\.example|host/, /scheme|not a host|https:/, SET),
  ),
  settingMistake(
    'secret service',
    'the secret service is misspelt',
    { BROKER_SECRETS_FROM: 'secret-manager', BROKER_SECRETS_PREFIX: 'token-broker/production/' },
    mark('BROKER_SECRETS_FROM', /secrets-manager/, /secret-manager|invalid/, SET),
  ),
  settingMistake(
    'prefix without a slash',
    'the prefix of secrets has no slash at its end',
    {
      BROKER_SECRETS_FROM: 'secrets-manager',
      BROKER_SECRETS_PREFIX: 'token-broker/production',
      ...{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET_SETTING },
    },
    mark('BROKER_SECRETS_PREFIX', /slash|\/$/, /invalid|token-broker\/production|no slash/, SET),
  ),
  settingMistake(
    'no tenants',
    'the deployment has no tenant document, and no table',
    {},
    mark(
      /tenants?/i,
      /stacks\/tenants|document|BROKER_TENANTS/i,
      /no tenant|0 tenants|empty|nothing|without|contains none/i,
      SET,
    ),
    { named: 'issue', tenantsFile: '' },
  ),
  settingMistake(
    'file of tenants missing',
    'the file of the compiled documents does not exist',
    { BROKER_TENANTS_FILE: '/var/task/tenants.jsonl' },
    mark(
      'BROKER_TENANTS_FILE',
      /file|build|compiled/i,
      /\/var\/task\/tenants\.jsonl.*ENOENT|ENOENT.*\/var\/task\/tenants\.jsonl/,
      /set|build|deploy|check/i,
    ),
    { named: 'issue' },
  ),
  settingMistake(
    'file of tenants corrupt',
    'the file of the compiled documents is a tenant document',
    {},
    mark(
      /BROKER_TENANTS_FILE|tenants file|tenants\.jsonl/i,
      /compiled|build/i,
      /not |damaged|corrupt|YAML|JSON/i,
      /build|deploy/i,
    ),
    { tenantsFile: 'tenant: orchard\nissuers: []\n' },
  ),
  settingMistake(
    'region of callers',
    'a region of GetCallerIdentity is not one',
    {
      BROKER_SESSIONS_TABLE: 'sessions',
      BROKER_SESSIONS_REGIONS: 'eu west 1',
      ...{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET_SETTING },
    },
    mark('BROKER_SESSIONS_REGIONS', /eu-west-1/, /eu west 1|invalid/, SET),
  ),
]
