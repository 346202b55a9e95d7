/** The native door: what it answers, every code it refuses with, and what never leaves it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import {
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  type StsServer,
  startStsServer,
} from '../fixtures/sts-server.ts'

let issuer: TestIssuer
let deadIssuer: TestIssuer
let sts: StsServer
let broker: TestBroker
const seen: string[] = []

const seconds = () => Math.floor(Date.now() / 1000)
const claims = (more: object = {}) => ({
  iss: issuer.url,
  sub: 'alice',
  aud: 'acme-app',
  iat: seconds(),
  exp: seconds() + 600,
  ...more,
})
const token = (more: object = {}) => issuer.sign(claims(more))

beforeAll(async () => {
  issuer = await startIssuer()
  deadIssuer = await startIssuer()
  sts = await startStsServer()
  const documents = [
    tenantDocument('acme', issuer.url),
    tenantDocument('beta', issuer.url),
    tenantDocument('dead', deadIssuer.url),
  ]
  broker = await startBroker({ documents, stsEndpoint: sts.url })
  deadIssuer.respondWith((_path, response) => response.writeHead(500).end())
})
afterEach(() => sts.answerCredentials())
afterAll(async () => {
  broker.close()
  await Promise.all([issuer.close(), deadIssuer.close(), sts.close()])
})

async function post(
  bearer: string | undefined,
  body?: unknown,
  headers?: Record<string, string>,
  at = broker,
) {
  const response = await at.post('/v1/credentials', bearer, body, headers)
  seen.push(response.body, JSON.stringify(response.headers))
  return { ...response, json: JSON.parse(response.body) }
}

describe('credentials', () => {
  it('answers as design says, and always sends a policy narrowed to the caller', async () => {
    const response = await broker.post('/v1/credentials', await token())
    expect(response.status).toBe(200)
    expect(response.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'application/json',
    })
    expect(JSON.parse(response.body)).toEqual({
      credentials: {
        accessKeyId: 'ASIA0123456789ABCDEF',
        secretAccessKey: SECRET_ACCESS_KEY,
        sessionToken: SESSION_TOKEN,
        expiration: '2030-01-01T00:00:00Z',
      },
      tenant: 'acme',
      grant: 'read',
      assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/session',
      packedPolicySize: 12,
      requestId: expect.any(String),
    })
    const call = sts.calls.at(-1)
    expect(JSON.parse(call?.get('Policy') ?? '').Statement).toEqual([
      {
        Sid: 'Read',
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::acme/alice/*',
      },
    ])
    expect(call?.get('RoleSessionName')).toMatch(/^alice-[a-z2-7]{16}$/)
    expect(broker.audit.at(-1)).toMatchObject({
      outcome: 'issued',
      tenant: 'acme',
      rule: 'everybody reads',
      subject: 'alice',
    })
  })

  it('takes the token in the body, a grant by name, and keeps every Deny when statements are chosen', async () => {
    const body = {
      token: await token({ groups: ['admins'] }),
      tenant: 'acme',
      grant: 'write',
      durationSeconds: 7200,
      statements: ['Write'],
    }
    const { status, json } = await post(undefined, body)
    expect([status, json.grant]).toEqual([200, 'write'])
    const call = sts.calls.at(-1)
    expect(call?.get('DurationSeconds')).toBe('7200')
    expect(
      JSON.parse(call?.get('Policy') ?? '').Statement.map((s: { Sid: string }) => s.Sid),
    ).toEqual(['Write', 'Keep'])
  })

  it('mints a token of its own whose public key it publishes', async () => {
    await post(await token())
    const minted = sts.calls.at(-1)?.get('WebIdentityToken') ?? ''
    const jwks = JSON.parse((await broker.get('/.well-known/jwks.json')).body)
    const { createLocalJWKSet, jwtVerify } = await import('jose')
    const { payload } = await jwtVerify(minted, createLocalJWKSet(jwks), {
      issuer: 'http://127.0.0.1:8787',
      audience: 'sts.amazonaws.com',
    })
    expect(payload.sub).toMatch(/^acme\/[\w-]{43}$/)
    expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(300)
    const discovery = await broker.get('/.well-known/openid-configuration')
    expect(discovery.headers['cache-control']).toBe('public, max-age=300')
    expect(JSON.parse(discovery.body)).toMatchObject({
      issuer: 'http://127.0.0.1:8787',
      jwks_uri: 'http://127.0.0.1:8787/.well-known/jwks.json',
    })
  })
})

async function postWhile(stsAnswers: () => void) {
  stsAnswers()
  return post(await token())
}

type Refusal = [code: string, status: number, provoke: () => ReturnType<typeof post>]
const REFUSALS: Refusal[] = [
  ['invalid_request', 400, () => post(undefined)],
  ['invalid_token', 401, () => post('not-a-token')],
  ['issuer_untrusted', 401, async () => post(await token({ iss: 'https://unknown.example' }))],
  ['token_expired', 401, async () => post(await token({ exp: seconds() - 60 }))],
  [
    'issuer_unavailable',
    503,
    async () =>
      post(await deadIssuer.sign({ ...claims({ iss: deadIssuer.url }), aud: 'dead-app' })),
  ],
  ['access_denied', 403, async () => post(await token(), { tenant: 'acme', grant: 'write' })],
  ['claim_unusable', 403, async () => post(await token({ sub: 'a*' }))],
  ['sts_rejected', 502, () => postWhile(() => sts.answerError(403, 'AccessDenied'))],
  ['policy_too_large', 500, () => postWhile(() => sts.answerError(400, 'PackedPolicyTooLarge'))],
  ['throttled', 429, () => postWhile(() => sts.answerError(400, 'Throttling'))],
  ['upstream_unavailable', 503, () => postWhile(() => sts.answerWith(500, '<html>'))],
]

describe('refusals', () => {
  it.each(REFUSALS)(
    '%s answers %d with its code, no-store and an audit record',
    async (code, status, provoke) => {
      const response = await provoke()
      expect(response.status).toBe(status)
      expect(response.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
      })
      expect(response.json).toMatchObject({ code, status, requestId: expect.any(String) })
      expect(broker.audit.at(-1)).toMatchObject({
        outcome: 'refused',
        code,
        requestId: response.json.requestId,
      })
      expect(response.body).not.toContain('upstream words')
    },
  )

  it('config_invalid: a minted grant without a signing key', async () => {
    const keyless = await startBroker({
      documents: [tenantDocument('acme', issuer.url)],
      stsEndpoint: sts.url,
      environment: { BROKER_SIGNING_KEY: undefined },
    })
    const response = await post(await token(), undefined, {}, keyless)
    expect([response.status, response.json.code]).toEqual([500, 'config_invalid'])
    expect(keyless.audit.at(-1)).toMatchObject({ outcome: 'error', code: 'config_invalid' })
    keyless.close()
  })

  it('internal: no audit record, no credentials', async () => {
    broker.failAudit(true)
    const response = await post(await token())
    broker.failAudit(false)
    expect([response.status, response.json.code]).toEqual([500, 'internal'])
    expect(response.json.credentials).toBeUndefined()
  })

  it.each([
    ['token twice', async () => post(await token(), { token: 'x' })],
    ['unknown field', async () => post(await token(), { role: 'admin' })],
    ['prototype field', async () => post(await token(), '{"__proto__":{}}')],
    ['not JSON', async () => post(await token(), '{')],
    ['a list', async () => post(await token(), [])],
    ['wrong content type', async () => post(await token(), {}, { 'content-type': 'text/plain' })],
    ['too long', async () => post(await token(), ' '.repeat(65_537))],
    ['duration as text', async () => post(await token(), { durationSeconds: '900' })],
    ['duration below STS’s minimum', async () => post(await token(), { durationSeconds: 899 })],
    ['no statements', async () => post(await token(), { statements: [] })],
    ['not a bearer', async () => post(undefined, undefined, { authorization: 'Basic abc' })],
  ])('invalid_request: %s', async (_name, provoke) => {
    const { status, json } = await provoke()
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    expect(json.detail).toMatch(/\w/)
  })

  it.each([
    ['unknown tenant', { tenant: 'nobody' }],
    ['foreign tenant', { tenant: 'beta' }],
    ['prototype tenant', { tenant: '__proto__' }],
    ['unknown grant', { tenant: 'acme', grant: 'nothing' }],
    ['forbidden grant', { tenant: 'acme', grant: 'write' }],
    ['longer than the grant', { tenant: 'acme', durationSeconds: 7200 }],
    ['statement of another grant', { tenant: 'acme', statements: ['Write'] }],
  ])('%s is the one access_denied', async (_name, body) => {
    const { status, json } = await post(await token(), body)
    const { requestId, ...problem } = json
    expect([status, problem]).toEqual([
      403,
      {
        type: 'about:blank',
        title: 'No rule grants you these credentials.',
        status: 403,
        code: 'access_denied',
      },
    ])
  })
})

describe('explain', () => {
  it('tells what would be issued, with every check', async () => {
    const calls = sts.calls.length
    const { body } = await broker.post('/v1/explain', await token())
    const decision = JSON.parse(body)
    expect(decision).toMatchObject({
      outcome: 'would-issue',
      tenant: 'acme',
      grant: 'read',
      plan: { durationSeconds: 3600, webIdentity: 'minted' },
    })
    expect(
      decision.trace.every((check: { passed: boolean }) => typeof check.passed === 'boolean'),
    ).toBe(true)
    expect(sts.calls.length).toBe(calls)
    expect(broker.audit.at(-1)).toMatchObject({
      endpoint: 'explain',
      outcome: 'explained',
      grant: 'read',
    })
    expect(broker.audit.at(-1)).not.toHaveProperty('code')
  })

  it('tells why it would refuse, with what was found', async () => {
    const { body } = await broker.post('/v1/explain', await token({ groups: ['dev'] }), {
      tenant: 'acme',
      grant: 'write',
    })
    const decision = JSON.parse(body)
    expect(decision).toMatchObject({ outcome: 'would-refuse', code: 'access_denied' })
    expect(decision.trace).toContainEqual({
      stage: 'match',
      check: 'rule "admins write"',
      passed: false,
      expected: '"admins" in claims.groups',
      found: '{"claims.groups":["dev"]}',
    })
  })
})

describe('canaries', () => {
  it('no token, secret key or session token is in any audit line or refusal', () => {
    const issuedBodies = seen.filter((text) => text.includes('"credentials"'))
    const rest = [...seen.filter((text) => !issuedBodies.includes(text)), ...broker.auditText].join(
      '\n',
    )
    expect(rest.length).toBeGreaterThan(5000)
    for (const canary of [SECRET_ACCESS_KEY, SESSION_TOKEN, 'eyJhbGciOi'])
      expect(rest).not.toContain(canary)
  })
})
