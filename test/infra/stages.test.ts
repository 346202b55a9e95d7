/** The resources of each stage, as SST's real components create them under Pulumi's mock engine. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readConfiguration } from '../../packages/functions/src/configuration/broker-configuration.ts'
import { readIssuerConfiguration } from '../../packages/functions/src/configuration/kms-configuration.ts'
import { METRIC_NAMES } from '../fixtures/metric-names.ts'
import { EXPECTED, LAMBDA_VARIABLES, ROUTES } from './expected-stages.ts'
import { testPermissions } from './permissions.ts'
import { list, record, resourceNamed, resourcesOf } from './read-stage.ts'
import { readZip } from './read-zip.ts'
import { isPlatformInstalled, ROOT } from './sst-platform.ts'
import { SUMMARY_STAGES, summarize, summaryFile } from './summarize.ts'
import { type SynthesizedStage, synthesize } from './synthesize.ts'
import { testTenantRoles } from './synthesized-roles.ts'

const POOL_METRICS = ['NewGuests', 'IdentityConflicts']
const skip = !isPlatformInstalled() && !process.env.CI
if (skip) console.warn('Skipped: the platform of SST is not installed; run npm run stacks:install.')

describe.skipIf(skip).each(SUMMARY_STAGES)('stage %s', (stageName) => {
  const expected = EXPECTED[stageName]
  const production = stageName === 'production'
  let stage: SynthesizedStage
  beforeAll(async () => {
    stage = await synthesize(stageName)
  }, 120_000)
  const inputsOf = (name: string) => resourceNamed(stage, name).inputs

  // After a change, run `npm run stacks:summary` and review the difference.
  it('is the one in its summary', () => {
    expect(summarize(stage)).toBe(readFileSync(path.join(ROOT, summaryFile(stageName)), 'utf8'))
  })

  describe('permissions', () => testPermissions(() => stage, expected))
  describe('tenants', () => testTenantRoles(() => stage))

  it('has exactly these routes, and POST /v1/explain only outside production', () => {
    const routes = resourcesOf(stage, 'aws:apigatewayv2/route:Route').map(({ name, inputs }) => {
      const uri = String(inputsOf(name.replace(/Route$/, 'Integration')).integrationUri)
      return `${inputs.routeKey} ${uri.split('-').at(-1)}`
    })
    const broker = [
      ...ROUTES.broker,
      ...(production ? [] : ['POST /v1/explain']),
      ...(expected.pools ? ['POST /v1/cognito/{pool}'] : []),
    ]
    expect(routes.sort()).toEqual(
      [
        ...broker.map((route) => `${route} broker`),
        ...ROUTES.issuer.map((route) => `${route} issuer`),
      ].sort(),
    )
    expect(record(record(inputsOf('BrokerFunction').environment).variables).BROKER_EXPLAIN).toBe(
      production ? 'off' : 'on',
    )
  })

  it('throttles, leaves CORS to the broker, and has one address', () => {
    expect(inputsOf('ApiStage').defaultRouteSettings).toEqual({
      throttlingRateLimit: expected.rate,
      throttlingBurstLimit: expected.burst,
    })
    expect(inputsOf('ApiApi').corsConfiguration).toEqual({})
    expect(inputsOf('ApiApi').disableExecuteApiEndpoint).toBe(expected.domain !== undefined)
    const domains = resourcesOf(stage, 'aws:apigatewayv2/domainName:DomainName')
    expect(domains.map(({ inputs }) => inputs.domainName)).toEqual(
      expected.domain ? [expected.domain] : [],
    )
    expect(stage.outputs.issuer).toBe(
      `https://${expected.domain ?? 'api1234567.execute-api.eu-west-1.amazonaws.com'}`,
    )
  })

  it('logs requests without query strings and headers, and sets a retention for every log', () => {
    const { format } = record(inputsOf('ApiStage').accessLogSettings)
    const fields = Object.values(record(JSON.parse(String(format))))
    for (const field of fields) expect(field).toMatch(/^\$context\.[A-Za-z.]+$/)
    expect(fields.join(' ')).not.toMatch(
      /authorizer|query|header|\$context\.identity\.(?!sourceIp|userAgent)/i,
    )
    const groups = resourcesOf(stage, 'aws:cloudwatch/logGroup:LogGroup')
    expect(groups.map(({ inputs }) => inputs.retentionInDays)).toEqual([
      expected.days,
      expected.days,
      expected.days,
    ])
  })

  it('runs the functions as configured', () => {
    for (const [name, seconds] of Object.entries({ BrokerFunction: 10, IssuerFunction: 5 })) {
      expect(inputsOf(name)).toMatchObject({
        architectures: ['arm64'],
        runtime: 'nodejs24.x',
        handler: 'index.handler',
        memorySize: 512,
        timeout: seconds,
        loggingConfig: {
          logFormat: 'JSON',
          logGroup: inputsOf(name.replace('Function', 'LogGroup')).name,
        },
      })
    }
    expect(inputsOf('BrokerFunction').reservedConcurrentExecutions).toBe(expected.reserved)
  })

  it('passes only these variables to the functions, with one secret: the key of names', () => {
    const variables = (name: string) => record(record(inputsOf(name).environment).variables)
    expect(Object.keys(variables('BrokerFunction')).sort()).toEqual([
      'BROKER_EXPLAIN',
      ...(expected.pools ? ['BROKER_IDENTITIES_TABLE'] : []),
      'BROKER_ISSUER',
      'BROKER_KMS_SIGNING_ALGORITHM',
      'BROKER_KMS_SIGNING_KEY',
      ...(expected.limits ? ['BROKER_LIMITS'] : []),
      'BROKER_METRICS_NAMESPACE',
      ...(expected.pools ? ['BROKER_POOL_KEYS_KMS_KEY'] : []),
      'BROKER_SECRETS_FROM',
      'BROKER_SECRETS_PREFIX',
      ...(expected.identifies ? ['BROKER_SESSIONS_REGIONS', 'BROKER_SESSIONS_TABLE'] : []),
      'BROKER_SESSION_NAME_KEY',
      'BROKER_TENANTS_TABLE',
    ])
    const sessionNameKey = inputsOf('SessionNameKey').value
    expect(inputsOf('SessionNameKey').type).toBe('SecureString')
    expect(variables('IssuerFunction')).toEqual({
      BROKER_ISSUER: stage.outputs.issuer,
      BROKER_KMS_PUBLISHED_KEYS: expected.keys
        .map((id) => `arn:aws:kms:eu-west-1:111122223333:key/id-of-SigningKey${id}`)
        .join(','),
    })
    const { issuer } = stage.outputs
    const broker = readConfiguration(
      { ...LAMBDA_VARIABLES, ...toTexts(variables('BrokerFunction')) },
      'tenants.jsonl',
    )
    const signing = { algorithm: 'RS256', key: { keyId: 'id-of-SigningKey1', region: 'eu-west-1' } }
    expect(broker).toMatchObject({
      issuer,
      local: false,
      explain: !production,
      limits: expected.limits,
      signingKey: undefined,
      kmsSigning: signing,
      sessionNameKey,
    })
    const { keys } = readIssuerConfiguration({
      ...LAMBDA_VARIABLES,
      ...toTexts(variables('IssuerFunction')),
    })
    expect(keys.map(({ keyId }) => keyId)).toEqual(
      expected.keys.map((id) => `id-of-SigningKey${id}`),
    )
    const generated = Buffer.alloc(32, 7).toString('base64')
    expect(JSON.stringify([inputsOf('BrokerFunction'), inputsOf('IssuerFunction')])).not.toContain(
      generated,
    )
  })

  it('deploys the built bundles unchanged', () => {
    for (const name of ['Broker', 'Issuer']) {
      const folder = path.join(ROOT, 'dist', name.toLowerCase())
      const built = readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file))])
      expect(built.map(([file]) => file)).toContain('index.mjs')
      expect(readZip(stage.archives[name] ?? Buffer.alloc(0))).toEqual(Object.fromEntries(built))
    }
  })

  it('retains keys and table in production, and removes everything elsewhere', () => {
    const kept = { protect: expected.kept, retainOnDelete: expected.kept }
    const keys = resourcesOf(stage, 'aws:kms/key:Key')
    const signing = expected.keys.map((id) => `SigningKey${id}`)
    expect(keys.map(({ name }) => name)).toEqual(expected.pools ? ['PoolKey', ...signing] : signing)
    for (const { options } of [...keys, resourceNamed(stage, 'TenantsTable')])
      expect(options).toEqual(kept)
    expect(
      stage.resources.filter(({ options }) => options.protect !== options.retainOnDelete),
    ).toEqual([])
    expect(stage.outputs._protect).toBe(expected.kept)
  })

  it('has keys that only sign, and whose deletion can be cancelled for a month', () => {
    const keys = resourcesOf(stage, 'aws:kms/key:Key').filter(({ name }) => name !== 'PoolKey')
    for (const { inputs } of keys)
      expect(inputs).toMatchObject({
        keyUsage: 'SIGN_VERIFY',
        customerMasterKeySpec: 'RSA_2048',
        isEnabled: true,
        deletionWindowInDays: 30,
      })
    const aliases = resourcesOf(stage, 'aws:kms/alias:Alias').map(({ inputs }) => [
      inputs.name,
      inputs.targetKeyId,
    ])
    expect(aliases).toEqual(
      ['current', 'next']
        .slice(0, expected.keys.length)
        .map((which, index) => [
          `alias/token-broker-${stageName}-signing-${which}`,
          `id-of-SigningKey${index + 1}`,
        ]),
    )
  })

  it('has an encrypted table, paid per request, with point-in-time recovery', () => {
    expect(inputsOf('TenantsTable')).toMatchObject({
      billingMode: 'PAY_PER_REQUEST',
      hashKey: 'pk',
      rangeKey: 'sk',
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      ttl: { attributeName: 'expiresAt', enabled: true },
      deletionProtectionEnabled: expected.kept,
      globalSecondaryIndexes: [],
    })
  })

  it('has a table of sessions, whose items expire, only for GetCallerIdentity', () => {
    const tables = resourcesOf(stage, 'aws:dynamodb/table:Table').map(({ name }) => name)
    expect(tables).toEqual(
      expected.identifies ? ['SessionsTable', 'TenantsTable'] : ['TenantsTable'],
    )
    if (expected.identifies)
      expect(inputsOf('SessionsTable')).toMatchObject({
        billingMode: 'PAY_PER_REQUEST',
        hashKey: 'pk',
        ttl: { attributeName: 'expiresAt', enabled: true },
        pointInTimeRecovery: { enabled: false },
        serverSideEncryption: { enabled: true },
      })
  })

  it('sends each alarm by email, and shows its metric on the dashboard', () => {
    const alarms = resourcesOf(stage, 'aws:cloudwatch/metricAlarm:MetricAlarm').map(
      ({ inputs }) => inputs,
    )
    expect(alarms).toHaveLength(expected.pools ? 12 : 9)
    for (const { alarmActions, treatMissingData } of alarms)
      expect({ alarmActions, treatMissingData }).toEqual({
        alarmActions: [`arn:aws:sns:eu-west-1:111122223333:token-broker-${stageName}-alarms`],
        treatMissingData: 'notBreaching',
      })
    expect(inputsOf('AlarmsByEmail')).toMatchObject({
      protocol: 'email',
      endpoint: 'broker-alarms@example.com',
    })
    const { widgets } = record(JSON.parse(String(inputsOf('Dashboard').dashboardBody)))
    expect(list(widgets)).toHaveLength(expected.pools ? 12 : 10)
    for (const { namespace, metricName } of alarms)
      if (namespace) expect(JSON.stringify(widgets)).toContain(`"${namespace}","${metricName}"`)
    const shown = (name: string) =>
      new RegExp(`"TokenBroker/[^"]+","${name}"`).test(JSON.stringify(widgets))
    // The utilization says more than the size.
    const elsewhere = [...(expected.pools ? [] : POOL_METRICS), 'SessionTokenSize']
    expect(METRIC_NAMES.filter((name) => !shown(name))).toEqual(elsewhere)
    const own = alarms.filter(({ namespace }) => String(namespace).startsWith('TokenBroker/'))
    expect(own.filter(({ metricName }) => !METRIC_NAMES.includes(String(metricName)))).toEqual([])
  })
})

function toTexts(variables: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]))
}

it.skipIf(skip)('a stage without settings is refused before any resource is created', async () => {
  await expect(synthesize('produciton')).rejects.toThrow(
    'Stage produciton has no settings in stacks/stages.ts',
  )
})
