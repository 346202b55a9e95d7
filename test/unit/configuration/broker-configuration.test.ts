/** The broker's settings: which let KMS sign, which issuer URLs are valid, and how others fail. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { BrokerError } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import {
  type Configuration,
  readConfiguration,
} from '../../../packages/functions/src/configuration/broker-configuration.ts'
import { readIssuerConfiguration } from '../../../packages/functions/src/configuration/kms-configuration.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'

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
        BROKER_LOCAL: '1',
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
      'BROKER_POOL_KEYS_KMS_KEY',
      { BROKER_IDENTITIES_TABLE: 'broker', BROKER_POOL_KEYS_KMS_KEY: `${ARN}CANARY/` },
    ],
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
    ['CANARY', '1', 'is not an https URL (found no URL); set it to'],
    ['https://broker.example/?CANARY', '', 'has a user, a query or a fragment; set it to'],
    ['https://CANARY@broker.example', '', 'has a user, a query or a fragment; set it to'],
    ['https://broker.example#CANARY', '', 'has a user, a query or a fragment; set it to'],
    ['http://127.0.0.1:8787', '', 'is not an https URL (found the scheme http); set it to'],
    ['http://CANARY.example', '1', 'is not an https URL (found the scheme http); set it to'],
    ['http://127.0.0.1.CANARY.example', '1', 'is not an https URL (found the scheme http); set'],
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

describe('an endpoint in place of AWS’s', () => {
  const NAMES = ['BROKER_STS_ENDPOINT', 'BROKER_DYNAMODB_ENDPOINT', 'BROKER_KMS_ENDPOINT']
  const NEEDED = { BROKER_TENANTS_TABLE: 'tenants', BROKER_KMS_SIGNING_KEY: ARN }
  const endpointsOf = ({ stsEndpoint, tenantsTable, kmsSigning }: Configuration) => ({
    BROKER_STS_ENDPOINT: stsEndpoint,
    BROKER_DYNAMODB_ENDPOINT: tenantsTable?.endpoint,
    BROKER_KMS_ENDPOINT: kmsSigning?.endpoint,
  })

  it.each(NAMES)('%s may use https anywhere, and is optional', (name) => {
    const none = endpointsOf(read(NEEDED))
    expect(none).toEqual(Object.fromEntries(NAMES.map((one) => [one, undefined])))
    const url = 'https://ceph.corp.example:8443/sts'
    expect(endpointsOf(read({ ...NEEDED, [name]: url }))).toEqual({ ...none, [name]: url })
  })

  const LOCAL = [
    'http://127.0.0.1:8789',
    'http://localhost:1',
    'http://[::1]:1',
    'http://127.9.9.9',
  ]
  it.each(NAMES)('%s may use http on the loopback interface of the local runtime only', (name) => {
    for (const url of LOCAL) {
      expect(endpointsOf(read({ ...NEEDED, [name]: url, BROKER_LOCAL: '1' }))).toMatchObject({
        [name]: url,
      })
      for (const local of ['', '0', 'true'])
        expect(refusalFor({ ...NEEDED, [name]: url, BROKER_LOCAL: local }).message).toContain(
          `Environment variable ${name} is not an https URL (found the scheme http); set it to one`,
        )
    }
  })

  it.each([
    'http://sts.CANARY.example',
    'http://10.0.0.1:CANARY',
    'http://10.0.0.1',
    'http://127.0.0.1.CANARY.example',
    'http://localhost@CANARY.example',
    'http://0.0.0.0',
    'ftp://127.0.0.1/CANARY',
    'CANARY',
  ])('is refused as %s, also in the local runtime', (url) => {
    for (const name of NAMES) {
      const { code, message } = refusalFor({ ...NEEDED, [name]: url, BROKER_LOCAL: '1' })
      expect(code).toBe('config_invalid')
      expect(message).toContain(`Environment variable ${name} `)
      expect(message).not.toContain('CANARY')
    }
  })

  it('is refused by the issuer function as well', () => {
    const environment = { ...BASE, BROKER_KMS_PUBLISHED_KEYS: ARN }
    const at = (BROKER_KMS_ENDPOINT: string, BROKER_LOCAL = '') =>
      readIssuerConfiguration({ ...environment, BROKER_KMS_ENDPOINT, BROKER_LOCAL }).endpoint
    expect(() => at('http://127.0.0.1:1')).toThrow('BROKER_KMS_ENDPOINT is not an https URL')
    expect(at('http://127.0.0.1:1', '1')).toBe('http://127.0.0.1:1')
  })
})

describe('hosts of issuers in private networks', () => {
  const hostsOf = (hosts: string) => [
    ...read({ BROKER_PRIVATE_ISSUER_HOSTS: hosts }).privateIssuerHosts,
  ]

  it.each([
    ['', []],
    [' , ', []],
    ['id.corp.example', ['id.corp.example']],
    ['ID.Corp.example, 10.0.0.5,', ['id.corp.example', '10.0.0.5']],
    ['[FD12:0::5],keycloak', ['[fd12::5]', 'keycloak']],
    ['0x0a000005', ['10.0.0.5']],
  ])('%j is read as a URL has them: %j', (hosts, expected) => {
    expect(hostsOf(hosts)).toEqual(expected)
  })

  it.each([
    'https://CANARY.example',
    'CANARY.example:8443',
    'CANARY.example/path',
    'user@CANARY.example',
    '*.CANARY.example',
    '10.0.0.0/8',
    '999.1.1.1',
    '[::1',
    'fd12::5',
    'a b',
  ])('%s is refused', (host) => {
    const { code, message } = refusalFor({ BROKER_PRIVATE_ISSUER_HOSTS: `id.example,${host}` })
    expect(code).toBe('config_invalid')
    expect(message).toBe(
      'Environment variable BROKER_PRIVATE_ISSUER_HOSTS contains an entry that is not a host; ' +
        'write host names or addresses without scheme, port and path, such as id.corp.example.',
    )
  })
})

describe('the key of session names', () => {
  it('is read from the variable, or from a file without its final line break', () => {
    expect(read({}).sessionNameKey).toBe(SESSION_NAME_KEY)
    const file = path.join(makeTemporaryFolder(), 'key')
    writeFileSync(file, `${SESSION_NAME_KEY}\n`)
    const fromFile = { BROKER_SESSION_NAME_KEY: '', BROKER_SESSION_NAME_KEY_FILE: file }
    expect(read(fromFile).sessionNameKey).toBe(SESSION_NAME_KEY)
    expect(read({ BROKER_SESSION_NAME_KEY: 'k'.repeat(32) }).sessionNameKey).toHaveLength(32)
  })

  it.each([
    ['', 'is not set; set it to'],
    ['CANARY'.repeat(5), 'has fewer than 32 characters; set it to'],
    [`${'k'.repeat(31)} `, 'has fewer than 32 characters; set it to'],
  ])('is required, with 32 characters or more: %j', (BROKER_SESSION_NAME_KEY, problem) => {
    const { code, message } = refusalFor({ BROKER_SESSION_NAME_KEY })
    expect(code).toBe('config_invalid')
    expect(message).toContain(`Environment variable BROKER_SESSION_NAME_KEY ${problem}`)
    expect(message).not.toContain('CANARY')
  })
})

const CREDENTIALS = {
  accessKeyId: 'ASIACANARY',
  secretAccessKey: 'secretCANARY',
  sessionToken: 'tokenCANARY',
}
const SESSION_NAME_KEY = 'CANARY'.repeat(6)
const BASE = {
  BROKER_ISSUER: 'https://broker.example/',
  BROKER_SESSION_NAME_KEY: SESSION_NAME_KEY,
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
