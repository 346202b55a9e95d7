/** Settings of stages: the committed ones are valid, and errors name the field. */
import { describe, expect, it } from 'vitest'
import { selectStageSettings } from '../../../stacks/stage-settings.ts'
import { STAGES } from '../../../stacks/stages.ts'

it.each(['production', 'staging', 'pr-7', 'pr-1234'])('%s has settings', (stage) => {
  expect(settingsOf(stage).account).toMatch(/^\d{12}$/)
})

it('retains and protects only production, and explains everywhere else', () => {
  const { removal, protect, explain } = settingsOf('production')
  expect({ removal, protect, explain }).toEqual({
    removal: 'retain',
    protect: true,
    explain: false,
  })
  expect(settingsOf('pr-7')).toMatchObject({
    removal: 'remove',
    protect: false,
    domain: undefined,
  })
})

it.each([
  'prod',
  'pr-',
  'pr-x',
  'pr-*',
  '',
  'Production',
  '../production',
  'constructor',
  '__proto__',
])('refuses the stage "%s" and names the known ones', (stage) => {
  expect(() => settingsOf(stage)).toThrow(
    /has no settings in stacks\/stages.ts; it defines production, staging, pr-\*/,
  )
})

const POOLS = {
  throttle: { requestsPerSecond: 1, burst: 1 },
  linking: true,
  backends: true,
  newGuestsAlarm: 1,
}
const MUTUAL_TLS = {
  domain: 'mtls.example.com',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/0f0f',
  truststore: 's3://bucket/truststore.pem',
}

describe('a setting', () => {
  it.each([
    'account',
    'region',
    'alarmEmail',
    'tenants',
    'permissionsBoundaries',
    'privateIssuerHosts',
    'secretStore',
    'callerIdentityRegions',
    'explain',
    'logRetention',
    'memoryMb',
    'throttle',
    'removal',
    'protect',
    'signingKeys',
  ])('%s is required', (field) => {
    expect(problemsWith({ [field]: undefined })).toMatch(
      new RegExp(
        `settings of stage production in .* not valid:\\n  ${field} is missing: expected `,
      ),
    )
  })

  it.each([
    [{ account: '1234' }, 'account is not valid'],
    [{ account: 111122223333 }, 'account is not valid'],
    [{ region: 'europe' }, 'region is not valid'],
    [{ domain: 'https://broker.example.com' }, 'domain is not valid'],
    [{ domain: '' }, 'domain is not valid'],
    [{ identityPools: true }, 'identityPools is not valid'],
    [{ identityPools: { linking: false } }, 'identityPools is not valid'],
    [{ identityPools: { ...POOLS, linking: 'yes' } }, 'identityPools is not valid'],
    [{ identityPools: { ...POOLS, newGuestsAlarm: 0 } }, 'identityPools is not valid'],
    [{ identityPools: { ...POOLS, throttle: { burst: 1 } } }, 'identityPools is not valid'],
    [{ mutualTls: true }, 'mutualTls is not valid'],
    [{ mutualTls: { ...MUTUAL_TLS, truststore: 'truststore.pem' } }, 'mutualTls is not valid'],
    [{ mutualTls: { ...MUTUAL_TLS, certificateArn: 'arn' } }, 'mutualTls is not valid'],
    [{ mutualTls: { ...MUTUAL_TLS, domain: 'a/b' } }, 'mutualTls is not valid'],
    [{ mutualTls: MUTUAL_TLS, domain: undefined }, 'mutualTls needs a domain of its own'],
    [{ mutualTls: MUTUAL_TLS, domain: MUTUAL_TLS.domain }, 'mutualTls needs a domain of its own'],
    [{ alarmEmail: 'nobody' }, 'alarmEmail is not valid'],
    [
      { permissionsBoundaries: 'arn:aws:iam::111122223333:policy/b' },
      'permissionsBoundaries is not valid: expected a list of policy ARNs',
    ],
    [{ permissionsBoundaries: ['tenant-boundary'] }, 'permissionsBoundaries is not valid'],
    [
      { permissionsBoundaries: ['arn:aws:iam::111122223333:role/b'] },
      'permissionsBoundaries is not valid',
    ],
    [{ permissionsBoundaries: ['arn:aws:iam::*:policy/b'] }, 'permissionsBoundaries is not valid'],
    [{ callerIdentityRegions: 'eu-west-1' }, 'callerIdentityRegions is not valid'],
    [{ callerIdentityRegions: ['europe'] }, 'callerIdentityRegions is not valid'],
    [
      { callerIdentityRegions: Array.from({ length: 11 }, () => 'eu-west-1') },
      'callerIdentityRegions is not valid',
    ],
    [{ privateIssuerHosts: 'id.corp.example' }, 'privateIssuerHosts is not valid'],
    [{ privateIssuerHosts: ['https://id.corp.example'] }, 'privateIssuerHosts is not valid'],
    [{ privateIssuerHosts: ['id.corp.example:8443'] }, 'privateIssuerHosts is not valid'],
    [{ secretStore: 'SecretsManager' }, 'secretStore is not valid'],
    [{ privateIssuerHosts: ['a,b'] }, 'privateIssuerHosts is not valid'],
    [{ region: 'abc-west-1' }, 'region is not valid'],
    [{ logRetention: 'forever' }, 'logRetention is not valid: expected one of 1 week'],
    [{ memoryMb: 64 }, 'memoryMb is not valid'],
    [{ throttle: { requestsPerSecond: 0, burst: 1 } }, 'throttle is not valid'],
    [{ throttle: { requestsPerSecond: 1 } }, 'throttle is not valid'],
    [{ reservedConcurrency: { broker: 10 } }, 'reservedConcurrency is not valid'],
    [{ removal: 'retain-all' }, 'removal is not valid'],
    [{ signingKeys: [] }, 'signingKeys: 0 keys sign'],
  ])('%j is refused', (change, message) => {
    expect(problemsWith(change)).toContain(message)
  })
})

it('accepts mutual TLS at a domain of its own', () => {
  expect(problemsWith({ mutualTls: MUTUAL_TLS })).toBe('')
})

it('accepts issuers in private networks, and every partition of AWS', () => {
  expect(problemsWith({ privateIssuerHosts: ['id.corp.example', '10.0.0.5', '[fd12::5]'] })).toBe(
    '',
  )
  for (const region of ['eu-west-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'])
    expect(problemsWith({ region })).toBe('')
})

function settingsOf(stage: string, stages = STAGES) {
  return selectStageSettings(stages, stage, Date.parse('2026-12-01T00:00:00Z'))
}

/** The error message if the settings of production are changed like this. */
function problemsWith(change: object): string {
  try {
    settingsOf('production', { production: { ...STAGES.production, ...change } as never })
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}
