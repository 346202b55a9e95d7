/** Whether a broker can issue credentials: what `/healthz?ready` says, and when it is an issuer. */
import { generateKeyPairSync } from 'node:crypto'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import {
  composeUnconfiguredBroker,
  startFailureOf,
} from '../../packages/functions/src/compose-broker.ts'
import { invalidSetting } from '../../packages/functions/src/configuration/settings.ts'
import {
  clientOf,
  closeAfterTests,
  startTestBroker,
  type TestBroker,
  tenantDocument,
} from '../fixtures/index.ts'
import { startKmsServer } from '../fixtures/kms-server.ts'
import { WELL_FORMED_TOKEN } from '../fixtures/refusing-broker.ts'
import { startTenantsTable } from '../fixtures/tenants-table.ts'

const DISCOVERY = '/.well-known/openid-configuration'
const KEYS = '/.well-known/jwks.json'
const passThrough = (url: string) => [
  tenantDocument('acme', url, { webIdentity: 'pass-through' }).replace(
    'maxDuration: 2h',
    'webIdentity: pass-through',
  ),
]

it('is ready with a key and a tenant, signs nothing else, and is alive', async () => {
  const broker = await startTestBroker()
  expect(await readinessOf(broker)).toEqual([200, { ready: true }])
  expect(await broker.get('/healthz')).toMatchObject({ status: 200, body: 'ok' })
  expect(broker.auditText).toEqual([])
  expect((await broker.get(DISCOVERY)).status).toBe(200)
})

it.each(['ready', 'ready=', 'ready=1', 'x=1&ready'])('is asked with ?%s', async (query) => {
  const { send } = await startTestBroker()
  const { headers } = await send({ method: 'GET', path: '/healthz', query })
  expect(headers['content-type']).toBe('application/json')
})

it.each(['', 'x', 'already', 'not=ready'])('is not asked with ?%s', async (query) => {
  const { send } = await startTestBroker()
  expect((await send({ method: 'GET', path: '/healthz', query })).body).toBe('ok')
})

describe('without a signing key', () => {
  it('is not ready where grants are minted, and says so in the first line of the log', async () => {
    const broker = await startTestBroker({ environment: { BROKER_SIGNING_KEY: undefined } })
    const problem = {
      code: 'signing_key_missing',
      problem: 'Grants need a token of the broker, and it has no key to sign one.',
      fix: 'Set BROKER_KMS_SIGNING_KEY or BROKER_SIGNING_KEY.',
    }
    expect(await readinessOf(broker)).toEqual([503, { ready: false, problems: [problem] }])
    expect(broker.audit[0]).toMatchObject({
      event: 'start',
      outcome: 'error',
      code: 'signing_key_missing',
      reason: `${problem.problem} ${problem.fix}`,
    })
  })

  it('is ready where all grants pass tokens through, and never an issuer', async () => {
    const environment = { BROKER_SIGNING_KEY: undefined }
    const broker = await startTestBroker({ documents: passThrough, environment })
    expect(await readinessOf(broker)).toEqual([200, { ready: true }])
    for (const path of [DISCOVERY, KEYS]) {
      const { status, body } = await broker.get(path)
      expect([status, JSON.parse(body).detail]).toEqual([
        404,
        'The broker has no signing key, so it is no issuer: there are only pass-through grants.',
      ])
    }
  })
})

it('is not ready with a key that cannot sign, and logs the reason', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const broker = await startTestBroker({ environment: { BROKER_SIGNING_KEY: pem } })
  const [status, { problems }] = await readinessOf(broker)
  expect([status, problems.map(({ code }) => code)]).toEqual([503, ['signing_failed']])
  expect(broker.audit[0]).toMatchObject({
    event: 'readiness',
    code: 'signing_failed',
    reason: expect.stringContaining('use RSA of at least 2048 bits or EC on P-256'),
  })
  expect((await broker.get(DISCOVERY)).status).toBe(500)
})

describe('with AWS services', () => {
  it('is not ready while KMS refuses to sign, asks at most every 30 s, and recovers', async () => {
    const kms = await closeAfterTests(startKmsServer())
    const key = kms.createKey('RSA_2048')
    let ns = 0n
    const broker = await startTestBroker({
      monotonicNs: () => ns,
      environment: {
        ...kms.environment,
        BROKER_KMS_ENDPOINT: kms.url,
        BROKER_SIGNING_KEY: undefined,
        BROKER_KMS_SIGNING_KEY: key,
      },
    })
    let calls = 0
    kms.respondWith((response) => {
      calls++
      response.writeHead(400).end('{"__type":"AccessDeniedException","message":"CANARY"}')
    })
    for (let request = 0; request < 5; request++) {
      const [status, { problems }] = await readinessOf(broker)
      expect([status, problems.map(({ code }) => code)]).toEqual([503, ['signing_failed']])
      expect(JSON.stringify(problems)).toContain('kms:Sign')
      for (const secret of ['CANARY', key, key.split('/')[1] ?? ''])
        expect(JSON.stringify(problems)).not.toContain(secret)
    }
    expect(calls).toBe(1)
    expect(broker.audit).toHaveLength(1)
    expect(broker.audit[0]).toMatchObject({ reason: expect.stringContaining('AccessDenied') })
    kms.respondWith(undefined)
    ns += 29_000_000_000n
    expect((await readinessOf(broker))[0]).toBe(503)
    ns += 1_000_000_000n
    expect(await readinessOf(broker)).toEqual([200, { ready: true }])
  })

  it('is not ready while the table of tenants cannot be read', async () => {
    const table = await closeAfterTests(startTenantsTable())
    const ready = await startTestBroker({ environment: table.environment })
    expect(await readinessOf(ready)).toEqual([200, { ready: true }])
    const environment = { ...table.environment, BROKER_TENANTS_TABLE: 'CANARY' }
    const broker = await startTestBroker({ environment })
    const [status, { problems }] = await readinessOf(broker)
    expect([status, problems.map(({ code }) => code)]).toEqual([503, ['tenants_unreadable']])
    expect(JSON.stringify(problems)).not.toContain('CANARY')
    expect(broker.audit[0]).toMatchObject({ event: 'readiness', code: 'tenants_unreadable' })
  })
})

it('does not start without tenants, unless there is a table', async () => {
  await expect(startTestBroker({ documents: [] })).rejects.toThrow(
    /^The file of tenants contains none, .*set BROKER_TENANTS_TABLE\. The file is \/.*\.jsonl\.$/,
  )
})

describe('a broker that could not start', () => {
  it('says which setting is wrong, without its detail, and publishes nothing', async () => {
    const failure = invalidSetting('BROKER_ISSUER', 'is not set', 'set it', ': /CANARY')
    const { client, lines } = startUnconfigured(failure)
    expect(await readinessOf(client)).toEqual([
      503,
      {
        ready: false,
        problems: [
          {
            code: 'setting_invalid',
            problem: 'Environment variable BROKER_ISSUER is not set.',
            fix: 'set it.',
          },
        ],
      },
    ])
    expect((await client.get('/healthz')).status).toBe(200)
    for (const path of [DISCOVERY, KEYS]) {
      const { status, body } = await client.get(path)
      expect([status, JSON.parse(body)]).toMatchObject([
        503,
        { code: 'config_invalid', detail: expect.stringContaining('/healthz?ready says why') },
      ])
      expect(body).not.toContain('CANARY')
      expect(lines.at(-1)).toContain('CANARY')
    }
    const refused = await client.post('/v1/credentials', WELL_FORMED_TOKEN)
    expect([refused.status, JSON.parse(refused.body).code]).toEqual([500, 'config_invalid'])
  })

  it('says nothing of an unexpected error but where to read it', async () => {
    const { client } = startUnconfigured(new Error('CANARY'))
    const [status, body] = await readinessOf(client)
    expect([status, body.problems.map(({ code }) => code)]).toEqual([503, ['start_failed']])
    expect(JSON.stringify(body)).not.toContain('CANARY')
    expect(startFailureOf(new Error('CANARY')).message).not.toContain('CANARY')
  })
})

function startUnconfigured(failure: Error) {
  const lines: string[] = []
  const app = composeUnconfiguredBroker(failure, {
    ...{ now: Date.now, monotonicNs: process.hrtime.bigint, newId: () => 'r' },
    errorStream: process.stderr,
    auditStream: new Writable({
      write(line, _encoding, done) {
        lines.push(String(line))
        done()
      },
    }),
  })
  return { client: clientOf(app), lines }
}

interface Readiness {
  readonly problems: readonly { readonly code: string }[]
}

async function readinessOf(
  broker: Pick<TestBroker, 'send'>,
): Promise<[status: number, body: Readiness]> {
  const { status, body, headers } = await broker.send({
    ...{ method: 'GET', path: '/healthz', query: 'ready' },
  })
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(status === 503 ? { 'retry-after': '30' } : {}),
  })
  return [status, JSON.parse(body)]
}
