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
    [{ limits: { tenant: { requestsPerSecond: 0 } } }, 'limits is not valid'],
    [{ limits: { tenant: { rate: 1 } } }, 'limits is not valid'],
    [{ limits: { tenant: { requestsPerSecond: '1' } } }, 'limits is not valid'],
    [{ limits: { tenants: { requestsPerSecond: 1 } } }, 'limits is not valid'],
    [{ limits: [] }, 'limits is not valid: expected { clientAddress, refused, tenant, subject }'],
    [{ reservedConcurrency: { broker: 10 } }, 'reservedConcurrency is not valid'],
    [{ removal: 'retain-all' }, 'removal is not valid'],
    [{ signingKeys: [] }, 'signingKeys: 0 keys sign'],
  ])('%j is refused', (change, message) => {
    expect(problemsWith(change)).toContain(message)
  })
})

it.each([
  [{ acount: '1' }, 'acount is not a setting; did you mean account?'],
  [{ Domain: 'x.io' }, 'Domain is not a setting; did you mean domain?'],
  [{ colour: 'red' }, 'colour is not a setting; expected one of account, region, domain'],
  [
    { throttle: { requestPerSecond: 1, requestsPerSecond: 1, burst: 1 } },
    'throttle.requestPerSecond is not a setting; did you mean requestsPerSecond?',
  ],
  [
    { identityPools: { ...POOLS, newGuestAlarm: 1 } },
    'identityPools.newGuestAlarm is not a setting; did you mean newGuestsAlarm?',
  ],
  [
    { mutualTls: { ...MUTUAL_TLS, truststoreversion: '1' } },
    'mutualTls.truststoreversion is not a setting; did you mean truststoreVersion?',
  ],
  [
    { reservedConcurrency: { broker: 1, issuer: 1, brokers: 2 } },
    'reservedConcurrency.brokers is not a setting; did you mean broker?',
  ],
  [
    { signingKeys: [{ id: 1, algorithm: 'RS256', signSince: '2026-11-01T09:00:00Z' }] },
    'signingKeys[0].signSince is not a setting; did you mean signsSince?',
  ],
])('%j is refused with a suggestion', (change, message) => {
  expect(problemsWith(change)).toContain(`\n  ${message}`)
})

it('shows what it found, shortened', () => {
  expect(problemsWith({ account: '1234' })).toContain(
    'account is not valid: expected the AWS account\'s 12 digits, found "1234"',
  )
  expect(problemsWith({ alarmEmail: 'x'.repeat(500) })).toMatch(/found "x{79}…$/)
})

it('refuses a production stage without a domain, by its name or because it is protected', () => {
  const message = 'domain is missing: a stage named production or with protect: true needs'
  const withoutDomain = { ...STAGES.production, domain: undefined }
  const problemsOf = (stage: string, change: object) => () =>
    settingsOf(stage, { [stage]: { ...withoutDomain, ...change } } as never)
  expect(problemsOf('production', { protect: false })).toThrow(message)
  expect(problemsOf('production-us', { protect: false })).toThrow(message)
  expect(problemsOf('live', { protect: true })).toThrow(message)
  expect(problemsOf('productionlike', { protect: false })).not.toThrow()
  expect(problemsOf('staging', { protect: false })).not.toThrow()
})

it('accepts a stage whose tenants are all in the table', () => {
  expect(problemsWith({ tenants: undefined })).toBe('')
})

it.each([
  ['prodution', '; did you mean production?'],
  ['stagin', '; did you mean staging?'],
])('suggests a stage for %s', (stage, hint) => {
  expect(() => settingsOf(stage)).toThrow(hint)
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
