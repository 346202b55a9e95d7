/** The broker's settings: which let KMS sign, which issuer URLs are valid, and how others fail. */
import { BrokerError } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../../packages/functions/src/configuration/broker-configuration.ts'
import { readIssuerConfiguration } from '../../../packages/functions/src/configuration/kms-configuration.ts'

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234-abcd'

describe('settings of KMS', () => {
  it('are not needed, nor are credentials, if no KMS key is set', () => {
    expect(
      read({ AWS_ACCESS_KEY_ID: '', BROKER_KMS_SIGNING_ALGORITHM: 'ES256' }).kmsSigning,
    ).toBeUndefined()
  })

  it('need only the ARN; algorithm and endpoint are optional', () => {
    const key = { arn: ARN, keyId: '1234-abcd', region: 'eu-west-1' }
    const signing = { key, credentials: CREDENTIALS }
    expect(read({ BROKER_KMS_SIGNING_KEY: ARN }).kmsSigning).toEqual({
      ...signing,
      algorithm: 'RS256',
      endpoint: undefined,
    })
    expect(
      read({
        BROKER_KMS_SIGNING_KEY: ARN,
        BROKER_KMS_SIGNING_ALGORITHM: 'ES256',
        BROKER_KMS_ENDPOINT: 'http://127.0.0.1:1',
      }).kmsSigning,
    ).toEqual({ ...signing, algorithm: 'ES256', endpoint: 'http://127.0.0.1:1' })
  })

  it('publish the keys in their order, and none twice', () => {
    const other = ARN.replace('1234', '5678')
    const BROKER_KMS_PUBLISHED_KEYS = `${other}, ${ARN},${other}`
    const { issuer, keys } = readIssuerConfiguration({ ...BASE, BROKER_KMS_PUBLISHED_KEYS })
    expect([issuer, keys.map(({ arn }) => arn)]).toEqual(['https://broker.example', [other, ARN]])
  })

  it.each([
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
  ])('are refused with the name %s and without a value: %o', (name, environment) => {
    const { code, message } = refusalFor(environment)
    expect(code).toBe('config_invalid')
    expect(message).toContain(`Environment variable ${name} `)
    expect(message).not.toContain('CANARY')
  })
})

describe('the issuer URL', () => {
  it.each([
    ['', '1', 'is not set; set it to'],
    ['CANARY', '1', 'is not an https URL; set it to'],
    ['http://127.0.0.1:8787', '', 'is not an https URL; set it to'],
    ['http://CANARY.example', '1', 'is not an https URL; set it to'],
    ['http://127.0.0.1.CANARY.example', '1', 'is not an https URL; set it to'],
  ])('refuses %j with BROKER_LOCAL=%s', (BROKER_ISSUER, BROKER_LOCAL, problem) => {
    const { code, message } = refusalFor({ BROKER_ISSUER, BROKER_LOCAL })
    expect(code).toBe('config_invalid')
    expect(message).toContain(`Environment variable BROKER_ISSUER ${problem}`)
    expect(message).not.toContain('CANARY')
  })

  it.each([
    ['https://broker.example/', ''],
    ['http://127.0.0.1:8787/', '1'],
    ['http://localhost:8787/', '1'],
  ])('accepts %s with BROKER_LOCAL=%s, without its trailing slash', (BROKER_ISSUER, local) => {
    const { issuer } = read({ BROKER_ISSUER, BROKER_LOCAL: local })
    expect(`${issuer}/`).toBe(BROKER_ISSUER)
  })
})

const CREDENTIALS = {
  accessKeyId: 'ASIACANARY',
  secretAccessKey: 'secretCANARY',
  sessionToken: 'tokenCANARY',
}
const BASE = {
  BROKER_ISSUER: 'https://broker.example/',
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
}

function read(environment: Readonly<Record<string, string>>) {
  return readConfiguration({ ...BASE, ...environment }, 'tenants.jsonl')
}

function refusalFor(environment: Readonly<Record<string, string>>): BrokerError {
  try {
    read(environment)
  } catch (error) {
    if (error instanceof BrokerError) return error
  }
  throw new Error('was not refused')
}
