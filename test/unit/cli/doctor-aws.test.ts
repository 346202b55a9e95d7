/** `token-broker doctor`: tables in DynamoDB and keys in KMS, as they should be and otherwise. */
import { afterAll, describe, expect, it } from 'vitest'
import { startKmsServer } from '../../fixtures/kms-server.ts'
import { startDynamodbLab } from '../../fixtures/local-dynamodb.ts'
import { startDoctorBench } from './doctor-bench.ts'

const { withSettings } = await startDoctorBench()
const kms = await startKmsServer()
const tableOf = (TableName: string, ...names: readonly string[]) => ({
  TableName,
  AttributeDefinitions: names.map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S' as const,
  })),
  KeySchema: names.map((AttributeName, at) => ({
    AttributeName,
    KeyType: at === 0 ? ('HASH' as const) : ('RANGE' as const),
  })),
})
const dynamodb = await startDynamodbLab({
  tables: [tableOf('tenants', 'pk', 'sk'), tableOf('sessions', 'pk')],
})
afterAll(() => Promise.all([kms.close(), dynamodb.close()]))

const { ownerCredentials } = dynamodb
const OWNER = {
  AWS_ACCESS_KEY_ID: ownerCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ownerCredentials.secretAccessKey,
}

describe('AWS', () => {
  const TABLES = {
    BROKER_TENANTS_TABLE: 'tenants',
    BROKER_SESSIONS_TABLE: 'sessions',
    BROKER_DYNAMODB_ENDPOINT: dynamodb.url,
    AWS_REGION: 'eu-central-1',
  }

  it('has the tables', async () => {
    const { of } = await withSettings(TABLES, OWNER)
    expect(of('table tenants')).toEqual(['ok: active in eu-central-1'])
    expect(of('table sessions')).toEqual(['ok: active in eu-central-1'])
  })

  it.each<[string, object, Readonly<Record<string, string>>, string]>([
    ['no such table', { BROKER_TENANTS_TABLE: 'none' }, OWNER, 'failed: there is no such table'],
    [
      'a table of another kind',
      { BROKER_TENANTS_TABLE: 'sessions' },
      OWNER,
      'failed: expected the key pk and sk, found pk',
    ],
    ['no credentials', {}, {}, 'skipped: there are no AWS credentials here'],
    [
      'wrong credentials',
      {},
      { ...OWNER, AWS_SECRET_ACCESS_KEY: 'canary' },
      'failed: DynamoDB refuses your AWS credentials',
    ],
    [
      'no DynamoDB',
      { BROKER_DYNAMODB_ENDPOINT: 'http://127.0.0.1:9' },
      OWNER,
      'failed: DynamoDB cannot be reached',
    ],
  ])('has %s', async (_, changed, env, message) => {
    const { of } = await withSettings({ ...TABLES, ...changed }, env)
    expect([...of('table tenants'), ...of('table none'), ...of('table sessions')].join()).toContain(
      message,
    )
  })

  const kmsSettings = (arn: string, more: object = {}) => ({
    ...{ BROKER_SIGNING_KEY: undefined, BROKER_KMS_SIGNING_KEY: arn },
    ...{ BROKER_KMS_ENDPOINT: kms.url, ...more },
  })

  it('has the key that signs, which the issuer publishes or not', async () => {
    const arn = kms.createKey('RSA_2048')
    const { of } = await withSettings(kmsSettings(arn), kms.environment)
    const keyId = arn.split('/')[1]
    expect(of('signing key')).toEqual([`ok: KMS key ${keyId}, RSA_2048, for RS256`])
    expect(of('published key')[0]).toContain(`failed: the broker signs with ${keyId}`)
  })

  it('has a key that cannot sign', async () => {
    const disabled = kms.createKey('RSA_2048')
    kms.disableKey(disabled)
    const broken = await withSettings(kmsSettings(disabled), kms.environment)
    expect(broken.of('signing key')).toEqual(['failed: the key is disabled'])
    const missing = await withSettings(kmsSettings(`${disabled}9`), kms.environment)
    expect(missing.of('signing key')).toEqual(['failed: there is no such key in eu-west-1'])
    const other = await withSettings(kmsSettings(kms.createKey('ECC_NIST_P256')), kms.environment)
    expect(other.of('signing key')[0]).toContain('is ECC_NIST_P256 for SIGN_VERIFY')
  })

  it('has the key of pools', async () => {
    const arn = kms.createSymmetricKey()
    const settings = {
      ...kmsSettings(kms.createKey('RSA_2048')),
      ...{ ...TABLES, BROKER_IDENTITIES_TABLE: 'tenants', BROKER_POOL_KEYS_KMS_KEY: arn },
    }
    const enabled = await withSettings(settings, kms.environment)
    expect(enabled.of('KMS key of pools')).toEqual(['ok: enabled, SYMMETRIC_DEFAULT'])
    kms.disableKey(arn)
    const disabled = await withSettings(settings, kms.environment)
    expect(disabled.of('KMS key of pools')).toEqual(['failed: its state is Disabled'])
  })
})
