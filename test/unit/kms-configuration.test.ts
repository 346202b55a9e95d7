/** Which settings make KMS sign, and what is said of those that do not fit together. */
import { BrokerError } from '@token-broker/core'
import { expect, test } from 'vitest'
import { readConfiguration } from '../../packages/functions/src/configuration/broker-configuration.ts'
import { readIssuerConfiguration } from '../../packages/functions/src/configuration/kms-configuration.ts'

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234-abcd'
const ROLE = {
  AWS_ACCESS_KEY_ID: 'ASIACANARY',
  AWS_SECRET_ACCESS_KEY: 'secretCANARY',
  AWS_SESSION_TOKEN: 'tokenCANARY',
}
const BASE = { BROKER_ISSUER: 'https://broker.example/', ...ROLE }
const read = (environment: Record<string, string>) =>
  readConfiguration({ ...BASE, ...environment }, 'tenants.jsonl')
const credentials = {
  accessKeyId: 'ASIACANARY',
  secretAccessKey: 'secretCANARY',
  sessionToken: 'tokenCANARY',
}
const key = { arn: ARN, keyId: '1234-abcd', region: 'eu-west-1' }

test('no KMS key: no KMS, and no credentials are wanted', () => {
  expect(
    read({ AWS_ACCESS_KEY_ID: '', BROKER_KMS_SIGNING_ALGORITHM: 'ES256' }).kmsSigning,
  ).toBeUndefined()
})

test('an ARN is enough; the algorithm and the endpoint may be told', () => {
  const signing = { key, credentials }
  expect(read({ BROKER_KMS_SIGNING_KEY: ARN }).kmsSigning).toEqual({
    ...signing,
    algorithm: 'RS256',
    endpoint: undefined,
  })
  const more = { BROKER_KMS_SIGNING_ALGORITHM: 'ES256', BROKER_KMS_ENDPOINT: 'http://127.0.0.1:1' }
  expect(read({ BROKER_KMS_SIGNING_KEY: ARN, ...more }).kmsSigning).toEqual({
    ...signing,
    algorithm: 'ES256',
    endpoint: 'http://127.0.0.1:1',
  })
})

test('the published keys keep their order, each once', () => {
  const other = ARN.replace('1234', '5678')
  const BROKER_KMS_PUBLISHED_KEYS = `${other}, ${ARN},${other}`
  const { issuer, keys } = readIssuerConfiguration({ ...BASE, BROKER_KMS_PUBLISHED_KEYS })
  expect([issuer, keys.map(({ arn }) => arn)]).toEqual(['https://broker.example', [other, ARN]])
})

test.each([
  ['BROKER_KMS_SIGNING_KEY', { BROKER_KMS_SIGNING_KEY: `${ARN}CANARY/` }],
  ['BROKER_KMS_SIGNING_KEY', { BROKER_KMS_SIGNING_KEY: ARN, AWS_SECRET_ACCESS_KEY: '' }],
  [
    'BROKER_KMS_SIGNING_ALGORITHM',
    { BROKER_KMS_SIGNING_KEY: ARN, BROKER_KMS_SIGNING_ALGORITHM: 'CANARY' },
  ],
  ['BROKER_KMS_ENDPOINT', { BROKER_KMS_SIGNING_KEY: ARN, BROKER_KMS_ENDPOINT: 'ftp://CANARY' }],
  ['BROKER_SIGNING_KEY', { BROKER_KMS_SIGNING_KEY: ARN, BROKER_SIGNING_KEY: 'CANARY' }],
  [
    'BROKER_NEXT_SIGNING_KEY',
    { BROKER_KMS_SIGNING_KEY: ARN, BROKER_NEXT_SIGNING_KEY_FILE: import.meta.filename },
  ],
])('%s is named, and no value is told: %o', (name, environment) => {
  let refusal: unknown
  try {
    read(environment)
  } catch (error) {
    refusal = error
  }
  if (!(refusal instanceof BrokerError)) throw new Error('was not refused')
  expect(refusal.code).toBe('config_invalid')
  expect(refusal.message).toContain(`Environment variable ${name} `)
  expect(refusal.message).not.toContain('CANARY')
})
