/** `token-broker doctor`: a healthy broker, and one that is broken in each part. */
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startBrokerProcess } from '../../fixtures/broker-process.ts'
import { createExpiredCertificate, startTlsServer } from '../../fixtures/certificates.ts'
import { startProxy } from '../../fixtures/connect-proxy.ts'
import {
  closeAfterTests,
  makeTemporaryFolder,
  startIssuer,
  startServedBroker,
  startServer,
  tenantDocument,
} from '../../fixtures/index.ts'
import { startKmsServer } from '../../fixtures/kms-server.ts'
import { startDynamodbLab } from '../../fixtures/local-dynamodb.ts'
import { runCli } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const folder = makeTemporaryFolder()
const broker = await startServedBroker()
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
const SECRETS = ['canary', JSON.parse(broker.environment.BROKER_SIGNING_KEY ?? '{}').d]
const HEALTHY = { ...broker.environment, BROKER_SESSION_NAME_KEY: 'canary'.repeat(10) }
const documents = write('acme.yaml', tenantDocument('acme', broker.issuer.url))

function write(name: string, content: string | object): string {
  const file = path.join(folder, name)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

interface Examined {
  readonly code: number | null
  readonly checks: readonly { check: string; status: string; message: string; fix?: string }[]
  /** The results of one check, as `status: message`. */
  of(check: string): readonly string[]
}

async function examine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Examined> {
  const { code, stdout, stderr } = await runCli(['doctor', '--format', 'json', ...args], '', {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...env,
  })
  expect(stderr).toBe('')
  for (const secret of SECRETS) expect(stdout).not.toContain(secret)
  const { checks } = JSON.parse(stdout)
  for (const { status, fix } of checks)
    expect(fix === undefined).toBe(status === 'ok' || status === 'skipped')
  const of = (name: string) =>
    checks
      .filter(({ check }: Examined['checks'][number]) => check === name)
      .map(({ status, message }: Examined['checks'][number]) => `${status}: ${message}`)
  return { code, checks, of }
}

const withSettings = (changed: object, env?: Readonly<Record<string, string | undefined>>) =>
  examine(['--env', write('env.json', { ...HEALTHY, ...changed })], env)

describe('a healthy broker', () => {
  it('has no failed check', async () => {
    const { code, checks, of } = await examine([
      ...['--env', write('env.json', HEALTHY), '--endpoint', broker.url],
      ...['--tenants', documents],
    ])
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([
      { check: 'tables', status: 'skipped', message: 'the settings name none' },
    ])
    expect(code).toBe(0)
    expect(of('settings')[0]).toContain(`the issuer is ${broker.url}`)
    expect(of('signing key')[0]).toMatch(/^ok: ES256, kid [\w-]{43}$/)
    expect(of('published key')[0]).toMatch(/^ok: [\w-]{43} is published$/)
    expect(of('own issuer')).toEqual([`ok: ${broker.url}: 1 key`])
    expect(of(`issuer ${broker.issuer.url}`)).toEqual([`ok: ${broker.issuer.url}: 1 key`])
    expect(of('readiness')).toEqual(['ok: the broker can issue credentials'])
    expect(of('clock')[0]).toMatch(/^ok: the same as/)
  })

  it('is the local runtime, of which only the URL is known', async () => {
    const runtime = await startBrokerProcess({
      documents: [tenantDocument('acme', broker.issuer.url)],
      stsEndpoint: 'http://127.0.0.1:9',
    })
    closeAfterTests(runtime)
    const { code, stdout } = await runCli([
      ...['doctor', '--endpoint', runtime.url, '--allow-loopback-http'],
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ok {7}endpoint +http:\S+ responds in \d+ ms$/m)
    expect(stdout).toMatch(/^ok {7}own issuer +http:\S+: 1 key$/m)
    expect(stdout).toMatch(/^skipped {2}settings +there is no BROKER_ISSUER here/m)
    expect(stdout).toMatch(/\d+ ok, 0 warning, 0 failed, \d+ skipped\n$/)
  })

  it('has settings in several forms', async () => {
    const lines = Object.entries(HEALTHY).map(([name, value]) => `${name}='${value}'`)
    const asLines = await examine(['--env', write('env', `# broker\n${lines.join('\n')}\n`)])
    expect(asLines.of('settings')).toHaveLength(1)
    expect(asLines.of('settings')[0]).toMatch(/^ok/)
    const lambda = {
      FunctionArn: 'arn:aws:lambda:eu-west-3:111122223333:function:broker',
      Environment: { Variables: HEALTHY },
    }
    const ofLambda = await examine(['--env', write('lambda.json', lambda)])
    expect(ofLambda.of('settings')).toEqual(asLines.of('settings'))
    const ofProcess = await examine([], HEALTHY)
    expect(ofProcess.of('settings')[0]).toMatch(/^ok/)
  })
})

describe('settings', () => {
  it.each<[string, object, string, string]>([
    ['no issuer', { BROKER_ISSUER: '' }, 'settings', 'failed: Environment variable BROKER_ISSUER'],
    [
      'a short session name key',
      { BROKER_SESSION_NAME_KEY: 'canary' },
      'settings',
      'failed: Environment variable BROKER_SESSION_NAME_KEY has',
    ],
    [
      'a misspelt variable',
      { BROKER_EXPLIAN: 'canary' },
      'settings',
      'warning: Environment variable BROKER_EXPLIAN is not a setting and has no effect',
    ],
    ['no key', { BROKER_SIGNING_KEY: '' }, 'signing key', 'warning: none is set: only grants'],
    [
      'a broken key',
      { BROKER_SIGNING_KEY: 'canary' },
      'settings',
      'failed: Environment variable BROKER_SIGNING_KEY',
    ],
    [
      'a key that AWS does not accept',
      {
        BROKER_SIGNING_KEY: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({
          format: 'pem',
          type: 'pkcs8',
        }),
      },
      'signing key',
      'failed: The signing key is not supported',
    ],
    [
      'another key than the published one',
      {
        BROKER_SIGNING_KEY: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
          format: 'pem',
          type: 'pkcs8',
        }),
      },
      'published key',
      'failed: the broker signs with',
    ],
  ])('%s', async (_, changed, check, message) => {
    const { code, of } = await withSettings(changed)
    expect(of(check).join('\n')).toContain(message)
    expect(code).toBe(message.startsWith('failed') ? 3 : 0)
  })

  it.each<[string, string, string]>([
    ['neither JSON nor lines', 'canary secret', 'expected NAME=value'],
    ['broken JSON', '{"BROKER_SIGNING_KEY": "canary', 'expected a JSON object'],
    ['other JSON', '{"Environment":{"Variables":["canary"]}}', 'expected environment variables'],
  ])('in a file that is %s', async (_, text, message) => {
    const { code, stderr } = await runCli(['doctor', '--env', write('bad', text)])
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
    expect(stderr).not.toContain('canary')
  })
})

describe('endpoint', () => {
  it.each([
    'broker.example',
    'http://broker.example',
    'https://broker.example/v1',
    'https://u@b.c',
  ])('%s is refused', async (url) => {
    const { code, stderr } = await runCli(['doctor', '--endpoint', url])
    expect([code, stderr]).toEqual([1, expect.stringContaining('--endpoint: expected the URL')])
  })

  it('does not respond', async () => {
    const { code, of } = await examine([
      '--endpoint',
      'http://127.0.0.1:9',
      '--allow-loopback-http',
    ])
    expect(code).toBe(3)
    expect(of('endpoint')[0]).toContain('cannot be reached (ECONNREFUSED)')
    expect(of('readiness')).toEqual(['skipped: the broker does not respond'])
  })

  it('is no broker, with a clock of its own', async () => {
    const server = await startServer((_, response) => {
      response.setHeader('date', new Date(Date.now() - 600_000).toUTCString())
      response.end('<html>')
    })
    closeAfterTests(server)
    const { of } = await examine(['--endpoint', server.url, '--allow-loopback-http'])
    expect(of('endpoint')[0]).toContain('responds with status 200, and not as a broker does')
    expect(of('clock')[0]).toMatch(/^failed: that of 127\S+ is (599|600|601) s behind/)
    expect(of('own issuer: discovery')[0]).toContain('is not a JSON object')
  })

  it('has an expired certificate', async () => {
    const server = await startTlsServer(createExpiredCertificate(), (_, response) =>
      response.end('ok'),
    )
    closeAfterTests(server)
    const { code, of } = await examine(['--endpoint', server.url, '--allow-loopback-http'])
    expect(code).toBe(3)
    expect(of('endpoint: TLS')[0]).toMatch(/^failed: expired 2[45] h ago/)
    expect(of('own issuer: TLS certificate')[0]).toMatch(/^failed: expired/)
  })

  it('belongs to a broker that cannot issue credentials', async () => {
    const { BROKER_SIGNING_KEY: _, ...environment } = broker.environment
    const unready = await startServedBroker({
      issuer: broker.issuer,
      environment: { ...environment, BROKER_SIGNING_KEY: undefined },
    })
    const { code, of, checks } = await examine([
      ...['--endpoint', unready.url, '--allow-loopback-http'],
    ])
    expect(code).toBe(3)
    expect(of('readiness')[0]).toMatch(/^failed: .*\(signing_key_missing\)$/)
    expect(checks.find(({ check }) => check === 'readiness')?.fix?.length).toBeGreaterThan(10)
  })
})

describe('issuers', () => {
  it('whose discovery names another', async () => {
    const server = await startServer((_, response) =>
      response.end(JSON.stringify({ issuer: 'https://other.example', jwks_uri: 'https://o/k' })),
    )
    closeAfterTests(server)
    const { code, of } = await withSettings({ BROKER_ISSUER: server.url })
    expect(code).toBe(3)
    expect(of('own issuer: issuer name')).toEqual([
      `failed: expected ${server.url}, found https://other.example`,
    ])
  })

  it('of the broker must be public', async () => {
    const { of } = await withSettings({
      BROKER_ISSUER: 'https://10.0.0.1',
      BROKER_PRIVATE_ISSUER_HOSTS: '10.0.0.1',
    })
    expect(of('own issuer: address')[0]).toContain('private address 10.0.0.1')
  })

  it('of tenants that cannot be reached, or need no call', async () => {
    const down = await startIssuer()
    await down.close()
    const { directory, write: put } = await createTenantFolder()
    await put('beta.yaml', tenantDocument('beta', down.url))
    const { code, of } = await examine(['--tenants', directory, '--allow-loopback-http'])
    expect(code).toBe(3)
    expect(of('tenant documents')).toEqual(['ok: 2 tenants, 2 issuers'])
    expect(of('issuer https://idp.example.com')).toEqual(['skipped: its keys are in the document'])
    expect(of(`issuer ${down.url}: discovery`)[0]).toContain('cannot be reached (ECONNREFUSED)')
  })

  it('of documents that are invalid', async () => {
    const { of } = await examine(['--tenants', write('invalid.yaml', 'tenant: A')])
    expect(of('tenant documents')[0]).toMatch(/^failed: \d+ errors$/)
  })
})

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

describe('this machine', () => {
  const cacheIn = (home: string) => {
    mkdirSync(path.join(folder, home, '.cache'), { recursive: true })
    return path.join(folder, home, '.cache/token-broker')
  }
  const cacheOf = async (home: string) =>
    (await examine([], { HOME: path.join(folder, home) })).of('cache')[0]

  it('has a cache for its user alone', async () => {
    expect(await cacheOf('unused')).toMatch(/^ok: .* does not exist yet$/)
    const directory = cacheIn('used')
    mkdirSync(directory, { mode: 0o700 })
    writeFileSync(path.join(directory, 'a.json'), '')
    expect(await cacheOf('used')).toMatch(/^ok: .*token-broker, 1 session$/)
    chmodSync(directory, 0o755)
    expect(await cacheOf('used')).toMatch(/^warning: others can read/)
    symlinkSync('/tmp', cacheIn('linked'))
    expect(await cacheOf('linked')).toMatch(/^failed: .* is not a directory$/)
  })

  it('has a proxy for some of the calls', async () => {
    const proxy = await startProxy({})
    closeAfterTests(proxy)
    const { of } = await examine(['--endpoint', 'https://broker.invalid'], {
      HTTPS_PROXY: proxy.url.replace('://', '://user:canary@'),
    })
    expect(of('proxy')).toEqual([`ok: ${proxy.url} for broker.invalid`])
    expect(proxy.used).toContain('CONNECT broker.invalid:443')
    const direct = await examine(['--endpoint', 'https://broker.invalid'], {
      HTTPS_PROXY: proxy.url,
      NO_PROXY: '.invalid',
    })
    expect(direct.of('proxy')).toEqual([
      'ok: direct: broker.invalid',
      'ok: it is set, and none of the URLs goes through it',
    ])
  })

  it('has a proxy that cannot be reached, or none', async () => {
    const args = ['--endpoint', 'https://broker.invalid']
    const down = await examine(args, { HTTPS_PROXY: 'http://127.0.0.1:9' })
    expect(down.of('proxy')[0]).toContain('cannot be reached (ECONNREFUSED)')
    const wrong = await examine(args, { HTTPS_PROXY: 'proxy.example' })
    expect(wrong.of('proxy')[0]).toContain('HTTPS_PROXY or HTTP_PROXY is not a URL')
    expect((await examine(args)).of('proxy')).toEqual(['ok: none is set: all calls are direct'])
  })
})
