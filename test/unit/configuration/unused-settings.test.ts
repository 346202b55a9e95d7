/** Variables that have no effect are reported: misspelt ones, and those without another one. */
import { expect, it } from 'vitest'
import { readConfiguration } from '../../../packages/functions/src/configuration/broker-configuration.ts'
import { readIssuerConfiguration } from '../../../packages/functions/src/configuration/kms-configuration.ts'
import { recordReads } from '../../../packages/functions/src/configuration/recorded-environment.ts'
import {
  SETTINGS,
  settingsNeededBy,
} from '../../../packages/functions/src/configuration/setting-names.ts'
import { explainUnused } from '../../../packages/functions/src/configuration/unused-settings.ts'

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234-abcd'
const AWS = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' }
const BASE = {
  BROKER_ISSUER: 'https://broker.example',
  BROKER_SESSION_NAME_KEY: 'k'.repeat(32),
  ...AWS,
}

it.each([
  ['BROKER_ISUER', 'did you mean BROKER_ISSUER?'],
  ['BROKER_TENANT_TABLE', 'did you mean BROKER_TENANTS_TABLE?'],
  ['BROKER_EXPLIAN', 'did you mean BROKER_EXPLAIN?'],
  ['broker_explain', 'did you mean BROKER_EXPLAIN?'],
  ['BROKER_SECRETS_FORM', 'did you mean BROKER_SECRETS_FROM?'],
  ['BROKERS_ISSUER', 'did you mean BROKER_ISSUER?'],
  ['BROKER_COLOUR_OF_THE_SKY', 'remove it, or correct its name'],
])('reports %s, and says: %s', (name, hint) => {
  expect(reported({ [name]: 'CANARY' })).toEqual([
    `Environment variable ${name} is not a setting and has no effect; ${hint}`,
  ])
})

it.each([
  [{ BROKER_KMS_SIGNING_ALGORITHM: 'ES256' }, 'without BROKER_KMS_SIGNING_KEY; set that too'],
  [{ BROKER_SECRETS_ENDPOINT: 'https://x.example' }, 'without BROKER_SECRETS_FROM;'],
  [{ BROKER_POOL_KEYS_KMS_KEY: ARN }, 'without BROKER_IDENTITIES_TABLE;'],
  [{ BROKER_SESSIONS_REGIONS: 'eu-west-1' }, 'without BROKER_SESSIONS_TABLE;'],
  [{ BROKER_DYNAMODB_ENDPOINT: 'https://x.example' }, 'without BROKER_TENANTS_TABLE or'],
  [{ BROKER_KMS_PUBLISHED_KEYS: ARN }, 'has no effect here; remove it'],
  [
    {
      BROKER_SECRETS_FROM: 'secrets-manager',
      BROKER_SECRETS_PREFIX: 'token-broker/',
      BROKER_SECRET_IDP: 'CANARY',
    },
    'because BROKER_SECRETS_FROM is set; remove one',
  ],
])('reports that %j has no effect', (environment, why) => {
  const found = reported(environment)
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(why)
  expect(found[0]).not.toContain('CANARY')
})

it.each([
  {},
  { BROKER_KMS_SIGNING_KEY: ARN, BROKER_KMS_SIGNING_ALGORITHM: 'ES256' },
  { BROKER_TENANTS_TABLE: 't', BROKER_DYNAMODB_ENDPOINT: 'https://x.example' },
  { BROKER_SECRET_IDP: 's', BROKER_SECRET_OTHER_FILE: 'f' },
  { BROKER_IDENTITIES_TABLE: 't', BROKER_POOL_KEYS_KMS_KEY: ARN },
  { PATH: '/bin', LAMBDA_TASK_ROOT: '/var/task' },
])('reports nothing of %j', (environment) => {
  expect(reported(environment)).toEqual([])
})

it('reports only unknown names where the first invalid setting has ended the reading', () => {
  expect(explainUnused(['BROKER_EXPLAIN', 'BROKER_EXPLIAN'], { started: false })).toEqual([
    'Environment variable BROKER_EXPLIAN is not a setting and has no effect; ' +
      'did you mean BROKER_EXPLAIN?',
  ])
})

it('declares only settings that one of the two functions reads', () => {
  const everything = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, undefined]))
  const read = new Set<string>()
  const environment = new Proxy<Record<string, string | undefined>>(
    { ...everything, ...BASE },
    {
      get(target, name) {
        read.add(String(name))
        return target[String(name)]
      },
    },
  )
  readConfiguration(environment, 'no-file')
  expect(() => readIssuerConfiguration(environment)).toThrow('BROKER_KMS_PUBLISHED_KEYS')
  // Settings that another one needs are read where that one is set.
  const alone = Object.keys(SETTINGS).filter((name) => settingsNeededBy(name) === undefined)
  expect(alone.filter((name) => !read.has(name))).toEqual([])
})

it('names only declared settings as needed', () => {
  for (const name of Object.keys(SETTINGS))
    for (const needed of settingsNeededBy(name) ?? []) expect(SETTINGS).toHaveProperty(needed)
})

function reported(environment: Readonly<Record<string, string>>): readonly string[] {
  const recorded = recordReads({ ...BASE, ...environment })
  readConfiguration(recorded.environment, 'no-file')
  return explainUnused(recorded.findUnread(), { started: true })
}
