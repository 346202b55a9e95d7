/** The native endpoint: its response, every code that it refuses with, and what it never leaks. */
import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/index.ts'
import { type SendToken, startRefusalScenarios } from './refusal-scenarios.ts'

const { broker, keyless, provoke } = await startRefusalScenarios()
const { sts, token } = broker
/** Every response, for the search for canaries. */
const seen: string[] = []

describe('credentials', () => {
  it('responds with credentials, and sends STS a policy narrowed to the caller', async () => {
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
      ...{ sessionTokenUtilization: 12, sessionTokenSize: 1187, packedPolicySize: 12 },
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
      sessionTokenUtilization: 12,
      sessionTokenSize: 1187,
    })
  })

  it('accepts the token in the body and a grant by name', async () => {
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
    // Every Deny stays, though the request does not ask for it.
    expect(
      JSON.parse(call?.get('Policy') ?? '').Statement.map((s: { Sid: string }) => s.Sid),
    ).toEqual(['Write', 'Keep'])
  })

  it('narrows to a policy, inside the statements that are kept', async () => {
    const Statement = [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme/alice/2026/*' },
    ]
    const policy = { Version: '2012-10-17', Statement }
    expect((await post(await token(), { policy })).status).toBe(200)
    expect(JSON.parse(sts.calls.at(-1)?.get('Policy') ?? '')).toEqual(policy)
    expect((await post(await token(), { policy, statements: ['Read'] })).status).toBe(200)

    const admin = await token({ groups: ['admins'] })
    const other = { grant: 'write', statements: ['Write'], policy }
    const { status, json } = await post(admin, other)
    expect([status, json.code]).toEqual([403, 'access_denied'])
  })

  it('explains a policy that is wider than the grant, without words of the grant', async () => {
    const Statement = { Sid: 'All', Effect: 'Allow', Action: 's3:Get*', Resource: '*' }
    const policy = { Version: '2012-10-17', Statement }
    const refused = await post(await token(), { policy })
    expect([refused.status, refused.json.code, refused.json.detail]).toEqual([
      403,
      'access_denied',
      'Statement 1 (Sid All) of the session policy allows more than the grant: ' +
        'the grant does not allow s3:Get*; remove it, or request another grant.',
    ])
    expect(broker.audit.at(-1)?.reason).toContain('the caller’s policy is inside the grant')
    const { body } = await broker.post('/v1/explain', await token(), JSON.stringify({ policy }))
    expect(JSON.parse(body).trace).toContainEqual(
      expect.objectContaining({
        check: 'the caller’s policy is inside the grant',
        passed: false,
        found: 's3:get on *',
      }),
    )
  })

  it('mints a web identity token, and publishes the public key that verifies it', async () => {
    await post(await token())
    const minted = sts.calls.at(-1)?.get('WebIdentityToken') ?? ''
    const jwks = JSON.parse((await broker.get('/.well-known/jwks.json')).body)
    const { payload } = await jwtVerify(minted, createLocalJWKSet(jwks), {
      issuer: 'http://127.0.0.1:8787',
      audience: 'sts.amazonaws.com',
    })
    expect(payload.sub).toMatch(/^acme\/read\/[\w-]{43}$/)
    expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(300)
    const discovery = await broker.get('/.well-known/openid-configuration')
    expect(discovery.headers['cache-control']).toBe('public, max-age=300')
    expect(JSON.parse(discovery.body)).toMatchObject({
      issuer: 'http://127.0.0.1:8787',
      jwks_uri: 'http://127.0.0.1:8787/.well-known/jwks.json',
    })
  })
})

describe('refusals', () => {
  const send: SendToken = (bearer, { grant, at } = {}) =>
    post(bearer, grant && { tenant: 'acme', grant }, {}, at)

  it.each([
    ['invalid_request', 400],
    ['invalid_token', 401],
    ['issuer_untrusted', 401],
    ['token_expired', 401],
    ['issuer_unavailable', 503],
    ['access_denied', 403],
    ['claim_unusable', 403],
    ['sts_rejected', 502],
    ['policy_too_large', 500],
    ['throttled', 429],
    ['upstream_unavailable', 503],
  ] as const)(
    '%s has the status %d, its code, no-store and an audit record',
    async (code, status) => {
      const { response } = await provoke(code, send)
      const json = JSON.parse(response.body)
      expect(response.status).toBe(status)
      expect(response.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
      })
      expect(json).toMatchObject({ code, status, requestId: expect.any(String) })
      expect(broker.audit.at(-1)).toMatchObject({
        outcome: 'refused',
        code,
        requestId: json.requestId,
      })
      expect(response.body).not.toContain('upstream words')
    },
  )

  it('config_invalid, for a minted grant without a signing key', async () => {
    const response = await post(await token(), undefined, {}, keyless)
    expect([response.status, response.json.code]).toEqual([500, 'config_invalid'])
    expect(keyless.audit.at(-1)).toMatchObject({ outcome: 'error', code: 'config_invalid' })
  })

  it('internal, without credentials, if the audit record cannot be written', async () => {
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
    ['a policy in a text', async () => post(await token(), { policy: '{}' })],
    ['no policy', async () => post(await token(), { policy: null })],
    ['a malformed policy', async () => post(await token(), { policy: { Statement: [] } })],
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
    ['longer than a forbidden grant', { tenant: 'acme', grant: 'write', durationSeconds: 9000 }],
    ['statement of a forbidden grant', { tenant: 'acme', grant: 'write', statements: ['X'] }],
  ])('%s gets the same access_denied as every other denial', async (_name, body) => {
    const { status, json } = await post(await token(), body)
    const { requestId, detail, ...problem } = json
    // Nothing of it depends on a document: what the request names is removed.
    const names = Object.entries(body).flatMap(([name, value]) =>
      name === 'tenant' || name === 'grant' ? [`${name} "${value}"`] : [],
    )
    expect(detail.replace(names.join(', '), 'NAMES')).toBe(
      'No rule grants what is requested: expected exactly one tenant that accepts the token by ' +
        'its audience, authorized party and claims, and a rule of it that passes, found iss ' +
        `"${broker.issuer.url}", aud "acme-app", azp none, and a request for NAMES; correct what ` +
        'is wrong there, or give the request id to the operator.',
    )
    expect([status, problem]).toEqual([
      403,
      {
        type: 'about:blank',
        title: 'You are not granted these credentials.',
        status: 403,
        code: 'access_denied',
      },
    ])
  })
})

describe('explain', () => {
  it('shows what would be issued, with every check', async () => {
    const calls = sts.calls.length
    const { body } = await broker.post('/v1/explain', await token())
    const decision = JSON.parse(body)
    expect(decision).toMatchObject({
      outcome: 'would-issue',
      tenant: 'acme',
      grant: 'read',
      plan: { durationSeconds: 3600, webIdentity: 'minted' },
    })
    expect(decision.trace).not.toEqual([])
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

  it('shows why it would refuse, with what was found', async () => {
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
  it('appear in no audit line and no refusal: token, secret key and session token', () => {
    const issuedBodies = seen.filter((text) => text.includes('"credentials"'))
    const rest = [...seen.filter((text) => !issuedBodies.includes(text)), ...broker.auditText].join(
      '\n',
    )
    expect(rest.length).toBeGreaterThan(5000)
    for (const canary of [SECRET_ACCESS_KEY, SESSION_TOKEN, 'eyJhbGciOi'])
      expect(rest).not.toContain(canary)
  })
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
