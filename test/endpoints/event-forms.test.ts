/** Every form in which API Gateway and function URLs invoke the functions, and events of others. */
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeUnconfiguredBroker } from '../../packages/functions/src/compose-broker.ts'
import { composeIssuer } from '../../packages/functions/src/compose-issuer.ts'
import type { App } from '../../packages/functions/src/http.ts'
import { serveApiGateway } from '../../packages/functions/src/lambda/api-gateway.ts'
import TEST_CONSOLE from '../fixtures/events/rest-api-test-console.json' with { type: 'json' }
import {
  gatewayEvent,
  HTTP_EVENT_FORMS,
  MAPPED_URL,
  OTHER_EVENTS,
} from '../fixtures/gateway-events.ts'
import { closeAfterTests, startTestBroker } from '../fixtures/index.ts'
import { startKmsServer } from '../fixtures/kms-server.ts'

const MAPPED = 'HTTP API, mapping below a path'
const broker = await startTestBroker({ environment: { BROKER_ISSUER: MAPPED_URL } })

describe.each(HTTP_EVENT_FORMS)('an event of the form %s', (form) => {
  it('issues credentials, and records the address of the connection', async () => {
    const before = broker.audit.length
    const event = gatewayEvent(form, { token: await broker.token() })
    const { statusCode, headers, body } = await invoke(broker.app, event)
    expect([statusCode, JSON.parse(body).grant]).toEqual([200, 'read'])
    expect(headers).toMatchObject({ 'cache-control': 'no-store' })
    expect(broker.audit.slice(before)).toEqual([
      expect.objectContaining({
        ...{ outcome: 'issued', endpoint: 'native' },
        ...{ clientIp: '203.0.113.7', userAgent: 'curl/8.5.0' },
      }),
    ])
  })

  it.each([
    ['GET', '/.well-known/openid-configuration', 200],
    ['GET', '/.well-known/jwks.json', 200],
    ['GET', '/healthz', 200],
    ['GET', '/saml', 200],
    ['POST', '/v1/saml/acs', 400],
    ['GET', '/v1/tenants/acme/grants/read/credentials', 200],
    ['OPTIONS', '/v1/credentials', 204],
    ['POST', '/v1/token', 400],
    ['POST', '/sts', 400],
    ['POST', '/sts/', 400],
    ['POST', '/', 400],
    ['POST', '/cognito/eu-west-1:0-0', 400],
    ['POST', '/cognito/eu-west-1:0-0/', 400],
    ['POST', '/v1/cognito/eu-west-1:0-0', 400],
    ['POST', '/v2/cognito/eu-west-1:0-0', 404],
    ['GET', '/v1/credentials', 405],
    ['POST', '/v1/credentials/', 404],
  ])('%s %s is served by its route', async (method, path, status) => {
    const event = gatewayEvent(form, { token: await broker.token(), method, path })
    expect((await invoke(broker.app, event)).statusCode).toBe(status)
  })

  it('with two Authorization headers is refused', async () => {
    const text = JSON.stringify(gatewayEvent(form, { token: await broker.token() }))
    // API Gateway itself joins them in format 2.0. Format 1.0 has a list, and the last one.
    const twice = text
      .replace(/"authorization":\["(.*?)"\]/i, '"authorization":["$1","$1"]')
      .replace(/("version":"2.0".*"authorization":)"(.*?)"/, '$1"$2,$2"')
    expect(twice).not.toBe(text)
    const { statusCode, body } = await invoke(broker.app, JSON.parse(twice))
    expect([statusCode, JSON.parse(body).code]).toEqual([400, 'invalid_request'])
  })
})

it('an API mapping serves the issuer’s documents below the path of its URL', async () => {
  for (const form of [MAPPED, 'REST API, mapping below a path'] as const) {
    const get = async (name: string) => {
      const event = gatewayEvent(form, { method: 'GET', path: `/.well-known/${name}` })
      return JSON.parse((await invoke(broker.app, event)).body)
    }
    expect(await get('openid-configuration')).toMatchObject({
      issuer: MAPPED_URL,
      jwks_uri: `${MAPPED_URL}/.well-known/jwks.json`,
    })
    expect((await get('jwks.json')).keys).toHaveLength(1)
  }
})

it('an API mapping serves AWS SDKs that are given its URL as endpoint', async () => {
  for (const path of ['/broker', '/broker/', '/broker/sts']) {
    const { status, body } = await broker.send({ method: 'POST', path })
    expect([status, body]).toEqual([400, expect.stringContaining('<ErrorResponse')])
  }
})

it.each(['/brokerv1/credentials', '/broker2/v1/credentials', '/x/broker/v1/credentials'])(
  'the path %s is not below the mapping',
  async (path) => {
    const { status } = await broker.send({ method: 'POST', path })
    expect(status).toBe(404)
  },
)

it('the test console of a REST API, whose events have no headers, gets a response', async () => {
  expect((await invoke(broker.app, TEST_CONSOLE)).statusCode).toBe(200)
})

it.each(OTHER_EVENTS)('for %s there is one record, and a response 500', async (kind, event) => {
  const before = broker.auditText.length
  const { statusCode, body } = await invoke(broker.app, event)
  expect([statusCode, JSON.parse(body).code]).toEqual([500, 'config_invalid'])
  const written = broker.auditText.slice(before)
  expect(written.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      ...{ outcome: 'error', code: 'config_invalid', endpoint: 'none' },
      requestId: JSON.parse(body).requestId,
      reason:
        'The event is not an HTTP request: expected one of an HTTP API, a REST API or a function ' +
        `URL, found ${kind}; remove what invokes the function with it.`,
    }),
  ])
  expect(`${written}${body}`).not.toContain('TOKEN')
})

it.each(OTHER_EVENTS)(
  'for %s the issuer writes one line, and responds 500',
  async (kind, event) => {
    const { app, log } = startIssuerFunction({ BROKER_ISSUER: MAPPED_URL })
    const { statusCode, body } = await invoke(app, event)
    expect([statusCode, JSON.parse(body).code]).toEqual([500, 'config_invalid'])
    expect(log.map((line) => JSON.parse(line))).toEqual([
      {
        time: expect.any(String),
        requestId: JSON.parse(body).requestId,
        endpoint: 'issuer',
        code: 'config_invalid',
        reason: expect.stringContaining(`found ${kind};`),
      },
    ])
  },
)

it('the issuer function serves discovery in every form', async () => {
  const kms = await closeAfterTests(startKmsServer())
  const { app, log } = startIssuerFunction({
    BROKER_ISSUER: MAPPED_URL,
    ...kms.environment,
    BROKER_LOCAL: '1',
    BROKER_KMS_ENDPOINT: kms.url,
    BROKER_KMS_PUBLISHED_KEYS: kms.createKey('ECC_NIST_P256'),
  })
  for (const form of HTTP_EVENT_FORMS) {
    const event = gatewayEvent(form, { method: 'GET', path: '/.well-known/openid-configuration' })
    const { statusCode, body } = await invoke(app, event)
    expect([statusCode, JSON.parse(body).issuer]).toEqual([200, MAPPED_URL])
  }
  expect(log).toEqual([])
})

it('without a valid setting, both functions say so below a mapping too', async () => {
  const event = gatewayEvent(MAPPED, { method: 'GET', path: '/.well-known/jwks.json' })
  const { app, log } = startIssuerFunction({ BROKER_ISSUER: 'broker' })
  expect(JSON.parse((await invoke(app, event)).body).code).toBe('config_invalid')
  expect(log.join()).toContain('BROKER_ISSUER')
  const { app: unconfigured, lines } = startUnconfiguredBroker()
  expect(JSON.parse((await invoke(unconfigured, event)).body).code).toBe('config_invalid')
  expect(JSON.parse(lines.join())).toMatchObject({ code: 'config_invalid', outcome: 'error' })
})

it('no JSON makes the function fail', async () => {
  const members = fc.constantFrom(
    ...['requestContext', 'http', 'identity', 'httpMethod', 'path', 'rawPath', 'headers', 'method'],
    ...['multiValueHeaders', 'body', 'sourceIp', 'Records', 'type', 'detail-type', '__proto__'],
  )
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(null, true, 5, '', 'GET', '/healthz', '\ud800'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(members, tie('tree'), { maxKeys: 6 }),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(tree, async (event) => {
      const before = broker.audit.length
      const { statusCode } = await invoke(broker.app, event)
      expect(broker.audit.length).toBe(before + (statusCode < 300 ? 0 : 1))
    }),
  )
})

function invoke(app: App, event: unknown) {
  return serveApiGateway(app)(event, { getRemainingTimeInMillis: () => 10_000 })
}

function startIssuerFunction(environment: Readonly<Record<string, string>>) {
  const log: string[] = []
  const app = composeIssuer(
    {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      BROKER_KMS_PUBLISHED_KEYS: 'arn:aws:kms:eu-west-1:111122223333:key/current',
      ...environment,
    },
    { now: Date.now, newId: () => 'r', log: (line) => void log.push(line) },
  )
  return { app, log }
}

function startUnconfiguredBroker() {
  const lines: string[] = []
  const app = composeUnconfiguredBroker(new Error('BROKER_ISSUER'), {
    ...{ now: Date.now, monotonicNs: process.hrtime.bigint, newId: () => 'r' },
    errorStream: process.stderr,
    auditStream: new Writable({
      write: (line, _encoding, done) => {
        lines.push(String(line))
        done()
      },
    }),
  })
  return { app, lines }
}
