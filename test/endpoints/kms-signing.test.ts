/** The broker with a key in KMS, and the issuer function beside it: from a POST to a session of the local STS. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { compileTenants } from '@token-broker/core/document'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { composeIssuer } from '../../packages/functions/src/compose-issuer.ts'
import type { App } from '../../packages/functions/src/http.ts'
import { rolesForTenants } from '../../packages/local/src/local-sts/roles.ts'
import { type LocalSts, startLocalSts } from '../../packages/local/src/local-sts/server.ts'
import { nodeListener } from '../../packages/local/src/node-http.ts'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { invokeBundle } from '../fixtures/invoke-bundle.ts'
import { closeServer, listen, startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { type KmsServer, startKmsServer } from '../fixtures/kms-server.ts'

const EVENT = readFileSync(
  path.join(import.meta.dirname, '../fixtures/events/post-credentials.json'),
  'utf8',
)
const NO_LOCAL_KEY = { BROKER_SIGNING_KEY: undefined }

let kms: KmsServer
let idp: TestIssuer
let sts: LocalSts
let broker: TestBroker
let issuerApp: App
let issuerEnvironment: Record<string, string>
let signingKey: string
let nextKey: string
const log: string[] = []
const issuerServer = createServer((request, response) => nodeListener(issuerApp)(request, response))

beforeAll(async () => {
  ;[kms, idp] = await Promise.all([startKmsServer(), startIssuer()])
  signingKey = kms.createKey('RSA_2048')
  nextKey = kms.createKey('ECC_NIST_P256')
  const issuer = await listen(issuerServer)
  const environment = {
    BROKER_LOCAL: '1',
    BROKER_ISSUER: issuer,
    BROKER_KMS_ENDPOINT: kms.url,
    ...kms.environment,
  }
  issuerEnvironment = { ...environment, BROKER_KMS_PUBLISHED_KEYS: `${signingKey}, ${nextKey}` }
  issuerApp = newIssuer()
  const document = tenantDocument('acme', idp.url)
  const { tenants } = compileTenants([{ file: 'acme.yaml', text: document }])
  sts = await startLocalSts({ port: 0, roles: rolesForTenants(tenants, issuer) })
  broker = await startBroker({
    documents: [document],
    stsEndpoint: sts.url,
    environment: { ...environment, ...NO_LOCAL_KEY, BROKER_KMS_SIGNING_KEY: signingKey },
  })
})
afterAll(async () => {
  broker.close()
  await Promise.all([closeServer(issuerServer), sts.close(), idp.close(), kms.close()])
})
afterEach(() => {
  kms.respondWith(undefined)
  log.length = 0
})

const newIssuer = (environment = issuerEnvironment) =>
  composeIssuer(environment, {
    now: Date.now,
    newId: () => 'request-1',
    log: (line) => log.push(line),
  })
const ask = (app: App, path: string, method = 'GET') =>
  app({
    method,
    path,
    headers: {},
    body: undefined,
    clientIp: '203.0.113.7',
    signal: new AbortController().signal,
  })
const refuse = (status: number, type: string) =>
  kms.respondWith((response) =>
    response.writeHead(status).end(JSON.stringify({ __type: type, message: 'KMS words' })),
  )
async function token(): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return idp.sign({ iss: idp.url, sub: 'alice', aud: 'acme-app', iat: now, exp: now + 600 })
}

describe('the broker', () => {
  test('issues what STS gives for a token that KMS has signed', async () => {
    const response = await broker.post('/v1/credentials', await token())
    expect([response.status, JSON.parse(response.body).grant]).toEqual([200, 'read'])
    expect(kms.calls).toContain(`Sign ${signingKey.split('/')[1]}`)
    expect(broker.auditText.join()).not.toContain('CANARY')
  })

  test.each([
    [400, 'ThrottlingException', 429, 'throttled', 'refused'],
    [500, 'KMSInternalException', 503, 'upstream_unavailable', 'refused'],
    [400, 'DisabledException', 500, 'config_invalid', 'error'],
    [400, 'AccessDeniedException', 500, 'config_invalid', 'error'],
  ])(
    'KMS answers %i %s: the caller gets %i, and the record the reason',
    async (status, type, answered, code, outcome) => {
      refuse(status, type)
      const { status: got, body, headers } = await broker.post('/v1/credentials', await token())
      expect([got, JSON.parse(body).code]).toEqual([answered, code])
      expect(headers['retry-after']).toBe(answered === 500 ? undefined : '1')
      expect(body).not.toContain('KMS')
      expect(broker.audit.at(-1)).toMatchObject({
        outcome,
        code,
        reason: expect.stringContaining(`${type}: KMS words`),
      })
    },
  )

  test('leaves the issuer’s documents to the function that may read the keys', async () => {
    for (const document of ['openid-configuration', 'jwks.json']) {
      expect((await broker.get(`/.well-known/${document}`)).status).toBe(404)
    }
  })
})

describe('the issuer function', () => {
  test('serves discovery and the keys in order, to be kept for five minutes', async () => {
    const discovery = await ask(issuerApp, '/.well-known/openid-configuration')
    const jwks = await ask(issuerApp, '/.well-known/jwks.json')
    expect(JSON.parse(discovery.body)).toMatchObject({
      issuer: issuerEnvironment.BROKER_ISSUER,
      jwks_uri: `${issuerEnvironment.BROKER_ISSUER}/.well-known/jwks.json`,
    })
    const keyIds = [signingKey, nextKey].map((arn) => arn.split('/')[1])
    expect(JSON.parse(jwks.body).keys.map(({ kid }: { kid: string }) => kid)).toEqual(keyIds)
    for (const { status, headers } of [discovery, jwks]) {
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=300'])
    }
  })

  test.each([
    ['GET', '/', 404],
    ['GET', '/healthz', 404],
    ['POST', '/v1/credentials', 404],
    ['GET', '/.well-known/jwks.json/', 404],
    ['GET', '__proto__', 404],
    ['POST', '/.well-known/jwks.json', 405],
    ['OPTIONS', '/.well-known/openid-configuration', 405],
  ])('%s %s is answered with %i', async (method, path, status) => {
    const response = await ask(issuerApp, path, method)
    expect([response.status, response.headers['cache-control']]).toEqual([status, 'no-store'])
    expect(response.headers.allow).toBe(status === 405 ? 'GET' : undefined)
    expect(log).toEqual([])
  })

  test('answers 503 while KMS is away, tells the operator why, and afterwards outlives KMS', async () => {
    const app = newIssuer()
    refuse(503, 'KMSInternalException')
    const away = await ask(app, '/.well-known/jwks.json')
    expect([away.status, away.headers['retry-after'], away.headers['cache-control']]).toEqual([
      503,
      '1',
      'no-store',
    ])
    expect(away.body).not.toContain('KMS')
    expect(log.map((line) => JSON.parse(line))).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        requestId: JSON.parse(away.body).requestId,
        endpoint: 'issuer',
        code: 'upstream_unavailable',
        reason: expect.stringContaining('KMSInternalException: KMS words'),
      },
    ])
    expect((await ask(app, '/.well-known/openid-configuration')).status).toBe(200)
    kms.respondWith(undefined)
    const back = await ask(app, '/.well-known/jwks.json')
    refuse(503, 'KMSInternalException')
    expect(await ask(app, '/.well-known/jwks.json')).toEqual(back)
    expect(back.status).toBe(200)
  })

  test.each([
    ['no keys', { BROKER_KMS_PUBLISHED_KEYS: '' }, 'BROKER_KMS_PUBLISHED_KEYS'],
    [
      'an alias',
      { BROKER_KMS_PUBLISHED_KEYS: 'arn:aws:kms:eu-west-1:111122223333:alias/CANARY' },
      'not an alias',
    ],
    [
      'an issuer without https',
      { BROKER_LOCAL: '', BROKER_ISSUER: 'http://CANARY.example' },
      'BROKER_ISSUER',
    ],
    ['no credentials', { AWS_ACCESS_KEY_ID: '' }, 'AWS_ACCESS_KEY_ID'],
  ])('with %s it refuses everything and names the setting', async (_, wrong, name) => {
    const app = newIssuer({ ...issuerEnvironment, ...wrong })
    for (const document of ['openid-configuration', 'jwks.json']) {
      const { status, body } = await ask(app, `/.well-known/${document}`)
      expect([status, JSON.parse(body).code]).toEqual([500, 'config_invalid'])
      expect(body).not.toContain(name)
    }
    expect(log).toHaveLength(2)
    expect(log[0]).toContain(name)
    expect(log.join()).not.toContain('CANARY')
  })
})

describe('the bundles', () => {
  test('sign with KMS, and publish its keys', async () => {
    const issued = await invokeBundle(
      'broker',
      EVENT.replace('TOKEN', await token()),
      broker.environment,
    )
    expect([issued.statusCode, issued.json.grant]).toEqual([200, 'read'])
    const event = JSON.parse(EVENT)
    event.rawPath = '/.well-known/jwks.json'
    event.requestContext.http.method = 'GET'
    const jwks = await invokeBundle('issuer', JSON.stringify(event), issuerEnvironment)
    expect([jwks.statusCode, jwks.json, jwks.log]).toEqual([
      200,
      JSON.parse((await ask(issuerApp, event.rawPath)).body),
      '',
    ])
  })

  test('answer before the deadline when KMS does not', async () => {
    kms.respondWith(() => {})
    const event = EVENT.replace('TOKEN', await token())
    const { statusCode, json, log } = await invokeBundle('broker', event, {
      ...broker.environment,
      REMAINING_MS: '1500',
    })
    expect([statusCode, json.code]).toEqual([503, 'upstream_unavailable'])
    expect(JSON.parse(log)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('KMS key'),
    })
  })
})
