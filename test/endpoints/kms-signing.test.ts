/** The broker with a key in KMS, and the issuer function that publishes it. */
import { afterEach, describe, expect, it } from 'vitest'
import { invokeBundle } from '../fixtures/invoke-bundle.ts'
import { lambdaEvent } from '../fixtures/lambda-event.ts'
import { startKmsDeployment } from './kms-deployment.ts'

const { broker, createIssuerFunction, issuerEnvironment, kms, nextKey, signingKey } =
  await startKmsDeployment()
afterEach(() => kms.respondWith(undefined))

describe('the broker', () => {
  it('gets credentials from STS with a token that KMS signed', async () => {
    const response = await broker.post('/v1/credentials', await broker.token())
    expect([response.status, JSON.parse(response.body).grant]).toEqual([200, 'read'])
    expect(kms.calls).toContain(`Sign ${signingKey.split('/')[1]}`)
    expect(broker.auditText.join()).not.toContain('CANARY')
  })

  it.each([
    [400, 'ThrottlingException', 429, 'throttled', 'refused'],
    [500, 'KMSInternalException', 503, 'upstream_unavailable', 'refused'],
    [400, 'DisabledException', 500, 'config_invalid', 'error'],
    [400, 'AccessDeniedException', 500, 'config_invalid', 'error'],
  ])(
    'KMS responds %i %s: the caller gets %i, and the record the reason',
    async (kmsStatus, type, expectedStatus, code, outcome) => {
      makeKmsFail(kmsStatus, type)
      const { status, body, headers } = await broker.post('/v1/credentials', await broker.token())
      expect([status, JSON.parse(body).code]).toEqual([expectedStatus, code])
      expect(headers['retry-after']).toBe(expectedStatus === 500 ? undefined : '1')
      expect(body).not.toContain('KMS')
      expect(broker.audit.at(-1)).toMatchObject({
        outcome,
        code,
        reason: expect.stringContaining(`${type}: KMS words`),
      })
    },
  )

  it('does not serve the issuer’s documents, which the issuer function serves', async () => {
    for (const document of ['openid-configuration', 'jwks.json']) {
      expect((await broker.get(`/.well-known/${document}`)).status).toBe(404)
    }
  })
})

describe('the issuer function', () => {
  it('serves discovery and the keys in order, which may be cached for five minutes', async () => {
    const { send } = createIssuerFunction()
    const discovery = await send('/.well-known/openid-configuration')
    const jwks = await send('/.well-known/jwks.json')
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

  it.each([
    ['GET', '/', 404],
    ['GET', '/healthz', 404],
    ['POST', '/v1/credentials', 404],
    ['GET', '/.well-known/jwks.json/', 404],
    ['GET', '__proto__', 404],
    ['POST', '/.well-known/jwks.json', 405],
    ['OPTIONS', '/.well-known/openid-configuration', 405],
  ])('responds to %s %s with %i', async (method, path, status) => {
    const { send, log } = createIssuerFunction()
    const response = await send(path, method)
    expect([response.status, response.headers['cache-control']]).toEqual([status, 'no-store'])
    expect(response.headers.allow).toBe(status === 405 ? 'GET' : undefined)
    expect(log).toEqual([])
  })

  it('responds 503 while KMS fails, logs why, and later serves the keys without KMS', async () => {
    const { send, log } = createIssuerFunction()
    makeKmsFail(503, 'KMSInternalException')
    const failed = await send('/.well-known/jwks.json')
    expect([failed.status, failed.headers['retry-after'], failed.headers['cache-control']]).toEqual(
      [503, '1', 'no-store'],
    )
    expect(failed.body).not.toContain('KMS')
    expect(log.map((line) => JSON.parse(line))).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        requestId: JSON.parse(failed.body).requestId,
        endpoint: 'issuer',
        code: 'upstream_unavailable',
        reason: expect.stringContaining('KMSInternalException: KMS words'),
      },
    ])
    // A role that trusted the issuer without its keys would look correct.
    expect((await send('/.well-known/openid-configuration')).status).toBe(503)
    kms.respondWith(undefined)
    const restored = await send('/.well-known/jwks.json')
    makeKmsFail(503, 'KMSInternalException')
    expect(await send('/.well-known/jwks.json')).toEqual(restored)
    expect(restored.status).toBe(200)
  })

  it.each([
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
  ])('with %s it refuses every request and logs the setting', async (_, wrong, name) => {
    const { send, log } = createIssuerFunction(wrong)
    for (const document of ['openid-configuration', 'jwks.json']) {
      const { status, body } = await send(`/.well-known/${document}`)
      expect([status, JSON.parse(body).code]).toEqual([503, 'config_invalid'])
      expect(body).not.toContain(name)
    }
    // One at the start, and one for each request.
    expect(log).toHaveLength(3)
    expect(log[0]).toContain(name)
    expect(log.join()).not.toContain('CANARY')
  })
})

describe('the bundles', () => {
  it('sign with KMS, and publish its keys', async () => {
    const issued = await invokeBundle(
      'broker',
      lambdaEvent({ token: await broker.token() }),
      broker.environment,
    )
    expect([issued.statusCode, issued.json.grant]).toEqual([200, 'read'])
    const path = '/.well-known/jwks.json'
    const get = lambdaEvent({ method: 'GET', path })
    const jwks = await invokeBundle('issuer', get, issuerEnvironment)
    const { body } = await createIssuerFunction().send(path)
    expect([jwks.statusCode, jwks.json, jwks.log]).toEqual([200, JSON.parse(body), ''])
  })

  it('respond before the deadline if KMS does not', async () => {
    kms.respondWith(() => {})
    const event = lambdaEvent({ token: await broker.token() })
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

function makeKmsFail(status: number, type: string): void {
  kms.respondWith((response) =>
    response.writeHead(status).end(JSON.stringify({ __type: type, message: 'KMS words' })),
  )
}
