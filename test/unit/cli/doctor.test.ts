/** `token-broker doctor`: a healthy broker, wrong settings, and the machine that it runs on. */
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { startBrokerProcess } from '../../fixtures/broker-process.ts'
import { startProxy } from '../../fixtures/connect-proxy.ts'
import { closeAfterTests, tenantDocument } from '../../fixtures/index.ts'
import { startDoctorBench } from './doctor-bench.ts'
import { runCli } from './run-cli.ts'

const { broker, folder, healthy, write, examine, withSettings } = await startDoctorBench()
const documents = write('acme.yaml', tenantDocument('acme', broker.issuer.url))

describe('a healthy broker', () => {
  it('has no failed check', async () => {
    const { code, checks, of } = await examine([
      ...['--env', write('env.json', healthy), '--endpoint', broker.url],
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
    const lines = Object.entries(healthy).map(([name, value]) => `${name}='${value}'`)
    const asLines = await examine(['--env', write('env', `# broker\n${lines.join('\n')}\n`)])
    expect(asLines.of('settings')).toHaveLength(1)
    expect(asLines.of('settings')[0]).toMatch(/^ok/)
    const lambda = {
      FunctionArn: 'arn:aws:lambda:eu-west-3:111122223333:function:broker',
      Environment: { Variables: healthy },
    }
    const ofLambda = await examine(['--env', write('lambda.json', lambda)])
    expect(ofLambda.of('settings')).toEqual(asLines.of('settings'))
    const ofProcess = await examine([], healthy)
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
