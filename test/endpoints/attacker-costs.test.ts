/** What anyone can cause without a valid token: time, log text, disclosures and alarms. */
import { describe, expect, it } from 'vitest'
import { countsIn } from '../fixtures/embedded-metrics.ts'
import {
  closeAfterTests,
  startIssuer,
  startServer,
  startTestBroker,
  tenantDocument,
} from '../fixtures/index.ts'

/** It accepts connections and never responds. */
const silent = await closeAfterTests(startServer(() => undefined))
const NAMES = ['one', 'two', 'three', 'four']

describe('a forged token of an issuer whose tenants have several key sets', () => {
  it.each([undefined, 'one', 'nobody'])(
    'waits for all of them at once, if it names the tenant %s',
    async (tenant) => {
      const broker = await startTestBroker({ documents: silentKeySets })
      const forged = await broker.token({ aud: 'one-app' })
      const started = performance.now()
      const { status, body } = await broker.post('/v1/credentials', forged, { tenant })
      // One fetch ends after 3 s, and all together after 3.5 s. One after the other, 4 take 12 s.
      expect(performance.now() - started).toBeLessThan(5_500)
      expect([status, JSON.parse(body).code]).toEqual([503, 'issuer_unavailable'])
      expect(broker.audit.at(-1)?.reason).toContain('did not respond')
    },
    15_000,
  )

  it('has a trace in the order of the key sets, also if the last responds first', async () => {
    const broker = await startTestBroker({
      documents: (issuer) => [
        ...silentKeySets(issuer).slice(0, 2),
        tenantDocument('own', issuer, { issuerMember: 'maxTokenAge: 1h' }),
      ],
    })
    const { body } = await broker.post('/v1/explain', await broker.token({ aud: 'own-app' }))
    const { outcome, tenant, trace } = JSON.parse(body)
    expect([outcome, tenant]).toEqual(['would-issue', 'own'])
    const checks: { check: string; passed: boolean; found?: string }[] = trace
    const signatures = checks.filter(({ check }) => check === 'signature is the issuer’s')
    expect(signatures.map(({ found }) => found)).toEqual([
      'the keys are not available',
      'the keys are not available',
      expect.stringMatching(/^key-/),
    ])
  }, 15_000)

  it('is verified by the named tenant’s keys alone, without waiting for others', async () => {
    const broker = await startTestBroker({
      documents: (issuer) => [
        ...silentKeySets(issuer),
        tenantDocument('own', issuer, { issuerMember: 'maxTokenAge: 1h' }),
      ],
    })
    const started = performance.now()
    const token = await broker.token({ aud: 'own-app' })
    expect((await broker.post('/v1/credentials', token, { tenant: 'own' })).status).toBe(200)
    expect(performance.now() - started).toBeLessThan(2_500)
  })
})

describe('text of an unverified token in the log', () => {
  const HOSTILE = '\u202e\u2066\u200b\u0007\u001b[31m\n\u2028\u{e0041}\ufeff'

  it('is at most 256 characters of iss, escaped', async () => {
    const broker = await startTestBroker()
    const iss = `https://id.example/${HOSTILE}${'x'.repeat(5_000)}`
    await broker.post('/v1/credentials', await broker.token({ iss }))
    const { code, issuer } = broker.audit.at(-1) ?? {}
    expect(code).toBe('issuer_untrusted')
    expect(issuer).toBe(`${iss.slice(0, 255)}…`)
    expect(broker.auditText.at(-1)).toMatch(/^[\x20-\x7e…]*\n$/)
    expect(broker.auditText.at(-1)).toContain('\\u202e\\u2066\\u200b')
  })

  it.each([255, 256, 257])(
    'keeps an iss of %i characters if it is not too long',
    async (length) => {
      const broker = await startTestBroker()
      const iss = 'https://id.example/'.padEnd(length, 'x')
      await broker.post('/v1/credentials', await broker.token({ iss }))
      expect(broker.audit.at(-1)?.issuer).toBe(length > 256 ? `${iss.slice(0, 255)}…` : iss)
    },
  )

  it('is escaped in the user agent and in verified claims too', async () => {
    const broker = await startTestBroker()
    const agent = `agent ${HOSTILE}${'y'.repeat(300)}`
    const sub = `alice${HOSTILE}`
    await broker.post('/v1/credentials', await broker.token({ sub }), {}, { 'user-agent': agent })
    expect(broker.audit.at(-1)).toMatchObject({
      subject: sub,
      userAgent: `${agent.slice(0, 255)}…`,
    })
    expect(broker.auditText.at(-1)).toMatch(/^[\x20-\x7e…]*\n$/)
  })
})

describe('an explanation before the token is verified', () => {
  const KEYS = '/secret-path/keys.json'

  it.each([
    ['an unreachable key set', (url: string) => `verify: { kind: jwt, jwksUri: '${url}${KEYS}' }`],
    ['a private address', () => "verify: { kind: jwt, jwksUri: 'https://10.1.2.3/keys' }"],
    ['an inline key', () => `verify: { kind: jwt, keys: [${JSON.stringify(INLINE)}] }`],
    ['discovery', () => ''],
  ])('says nothing about %s', async (_what, verify) => {
    const failing = await closeAfterTests(
      startServer((_request, response) => {
        response.writeHead(500).end()
      }),
    )
    const broker = await startTestBroker({
      documents: (issuer) => [
        tenantDocument('acme', issuer, { issuerMember: verify(failing.url) }),
      ],
    })
    const forger = await closeAfterTests(startIssuer())
    const forged = await forger.token({ iss: broker.issuer.url })
    const { body } = await broker.post('/v1/explain', forged)
    const { outcome, requestId, reason, trace } = JSON.parse(body)
    expect(outcome).toBe('would-refuse')
    expect(reason).toBe(
      'The token is not verified; the reason is in the audit record of this request.',
    )
    expect(trace.at(-1)).toEqual({
      stage: 'verify',
      check: 'signature is the issuer’s',
      passed: false,
      expected: 'a key of the issuer',
      found: expect.stringMatching(/^(the keys are not available|no key verifies it)$/),
    })
    for (const secret of ['secret-path', '10.1.2.3', 'inline-key', 'jwks', 'private', 'kid'])
      expect(body).not.toContain(secret)
    const record = broker.audit.at(-1)
    expect(record?.requestId).toBe(requestId)
    expect(record?.reason).toMatch(/status 500|10\.1\.2\.3|kid|key/)
  })

  it('still says what is wrong with the token itself', async () => {
    const broker = await startTestBroker()
    const explain = async (token: string) =>
      JSON.parse((await broker.post('/v1/explain', token)).body).reason
    expect(await explain('x')).toContain('is not a signed JWT')
    expect(await explain(await broker.token({ iss: 'https://id.example' }))).toContain('No tenant')
    expect(await explain(await broker.token({ exp: 1 }))).toContain('The token has expired')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.AA`
    expect(await explain(none)).toContain('has no iss')
  })

  it('explains everything once the token is verified', async () => {
    const broker = await startTestBroker()
    const { body } = await broker.post('/v1/explain', await broker.token({ sub: 'a*' }))
    expect(JSON.parse(body).reason).toContain('Attribute "user" cannot be used')
  })
})

describe('a caller’s own policy that STS does not accept', async () => {
  const environment = { BROKER_METRICS_NAMESPACE: 'TokenBroker/test' }
  const broker = await startTestBroker({ environment })
  // Keys are fetched here, so that the tests below count no fetch.
  await broker.post('/v1/credentials', await broker.token())
  const POLICY = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme/alice/*' }],
  })
  const assume = async (policy: Record<string, string>) => {
    const response = await broker.postForm('/sts', {
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: 'arn:aws:iam::111122223333:role/acme-app',
      RoleSessionName: 'mine',
      WebIdentityToken: await broker.token(),
      ...policy,
    })
    const counts = countsIn(String(broker.auditText.at(-1)))
    return { status: response.status, body: response.body, counts, record: broker.audit.at(-1) }
  }

  it.each([
    ['MalformedPolicyDocument', 400],
    ['MalformedPolicyDocumentException', 400],
    ['PackedPolicyTooLarge', 400],
    ['PackedPolicyTooLargeException', 400],
  ])('%s is the caller’s error, and no alarm counts it', async (code, status) => {
    broker.sts.respondWithError(status, code, 'words of STS')
    const refused = await assume({ Policy: POLICY })
    expect(refused.status).toBe(400)
    expect(refused.body).toContain('<Code>ValidationError</Code>')
    expect(refused.body).toContain('AWS STS does not accept the policy')
    expect(refused.body).not.toContain('words of STS')
    expect(refused.record).toMatchObject({
      outcome: 'refused',
      code: 'invalid_request',
      reason: expect.stringContaining('words of STS'),
    })
    expect(refused.counts).toEqual({ Refused: 1, 'Refused{Code=invalid_request}': 1 })
  })

  it.each([
    ['MalformedPolicyDocument', 'sts_rejected'],
    ['PackedPolicyTooLarge', 'policy_too_large'],
  ])('%s without a policy of the caller is the operator’s: %s', async (code, expected) => {
    broker.sts.respondWithError(400, code)
    const { record, counts } = await assume({})
    expect(record?.code).toBe(expected)
    expect(counts).toMatchObject({ Errors: 1, StsErrors: 1 })
  })

  it('AccessDenied is the operator’s, also with a policy of the caller', async () => {
    broker.sts.respondWithError(403, 'AccessDenied')
    const { record, counts } = await assume({ Policy: POLICY })
    expect(record?.code).toBe('sts_rejected')
    expect(counts).toMatchObject({ Errors: 1, StsErrors: 1 })
  })
})

/** Tenants that trust the same issuer, each with a key set of its own that never responds. */
function silentKeySets(issuer: string): string[] {
  return NAMES.map((name) =>
    tenantDocument(name, issuer, {
      issuerMember: `verify: { kind: jwt, jwksUri: '${silent.url}/${name}' }`,
    }),
  )
}

const INLINE = {
  kty: 'EC',
  kid: 'inline-key',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}
