/** One call of an introspection endpoint: what is sent, and what each response leads to. */
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { exportJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { closeAfterTests } from '../../fixtures/index.ts'
import { startIntrospection } from '../../fixtures/introspection-server.ts'
import { checksWith } from './token-checks.ts'

const server = await closeAfterTests(startIntrospection('secret'))

it('returns every member of the response', async () => {
  const checks = checksWith(server)
  const { claims } = await checks.verify(server.token({ groups: ['a'], count: 7 }), checks.source)
  expect(claims).toMatchObject({ active: true, sub: 'alice', groups: ['a'], count: 7 })
})

it('sends a form with the token, and nothing in the URL', async () => {
  const checks = checksWith(server)
  const token = server.token()
  await checks.verify(token, checks.source)
  const { headers, form } = server.requests.at(-1) ?? {}
  expect([...(form ?? [])]).toEqual([['token', token]])
  expect(headers).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    'accept-encoding': 'identity',
  })
})

describe('the client authenticates', () => {
  it('by HTTP Basic, encoded as a form (RFC 6749 §2.3.1)', async () => {
    const special = { clientId: 'a:b', method: 'client_secret_basic' } as const
    const secrets = { get: async () => 'p%+ é' }
    const checks = checksWith(server, { profile: special, secrets })
    expect(await checks.refusalOf('t')).toMatchObject({ code: 'config_invalid' })
    const sent = server.requests.at(-1)?.headers.authorization?.replace('Basic ', '') ?? ''
    expect(Buffer.from(sent, 'base64').toString()).toBe('a%3Ab:p%25%2B+%C3%A9')
  })

  it('by the form', async () => {
    const checks = checksWith(server, { profile: { method: 'client_secret_post' } })
    await checks.verify(server.token(), checks.source)
    const { headers, form } = server.requests.at(-1) ?? {}
    expect(headers?.authorization).toBeUndefined()
    expect(form?.get('client_secret')).toBe('secret')
  })

  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
  it.each([
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['EdDSA', generateKeyPairSync('ed25519')],
  ])('by a signed assertion: %s (RFC 7523)', async (algorithm, { privateKey, publicKey }) => {
    const jwk = JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'k1' })
    for (const [secret, kid] of [[pem(privateKey)], [jwk, 'k1']]) {
      const secrets = { get: async () => secret ?? '' }
      const checks = checksWith(server, { profile: { method: 'private_key_jwt' }, secrets })
      await checks.refusalOf(randomBytes(8).toString('hex'))
      const { headers, form } = server.requests.at(-1) ?? {}
      expect(headers?.authorization).toBeUndefined()
      expect(form?.get('client_assertion_type')).toBe(
        'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      )
      const { payload, protectedHeader } = await jwtVerify(
        form?.get('client_assertion') ?? '',
        publicKey,
        { audience: `${server.url}/introspect`, issuer: 'acme-broker', subject: 'acme-broker' },
      )
      expect([protectedHeader.alg, protectedHeader.kid]).toEqual([algorithm, kid])
      expect(payload).toMatchObject({ jti: 'unique', exp: Number(payload.iat) + 60 })
    }
  })

  it.each(['not a key', '{"kty":"oct","k":"c2VjcmV0"}', '{'])(
    'refuses a secret that is no private key, without quoting it: %s',
    async (secret) => {
      const options = { profile: { method: 'private_key_jwt' } as const }
      const checks = checksWith(server, { ...options, secrets: { get: async () => secret } })
      const { code, message } = await checks.refusalOf('t')
      expect(code).toBe('config_invalid')
      expect(message).toContain('The secret idp-client is not a private key')
      expect(message).not.toContain('c2VjcmV0')
    },
  )
})

it.each([
  ['{"active":false}', 'invalid_token', 'it belongs to another client'],
  ['{"active":false,"sub":"alice"}', 'invalid_token', 'it belongs to another client'],
  ['{"active":"true"}', 'issuer_unavailable', 'without "active"'],
  ['{"active":1}', 'issuer_unavailable', 'without "active"'],
  ['{"sub":"alice"}', 'issuer_unavailable', 'without "active"'],
  ['{"active":false,"active":true}', 'issuer_unavailable', 'responded with a body that'],
  ['[true]', 'issuer_unavailable', 'responded with a body that'],
  ['<html>', 'issuer_unavailable', 'responded with a body that'],
  ['', 'issuer_unavailable', 'responded with a body that'],
  ['{"active":true,"sub":"\\ud800"}', 'issuer_unavailable', 'responded with a body that'],
])('reads %s as %s', async (body, code, message) => {
  server.respondWith((response) => response.end(body))
  const refusal = await checksWith(server)
    .refusalOf('t')
    .finally(() => server.respondWith(undefined))
  expect(refusal).toMatchObject({ code, message: expect.stringContaining(message) })
})

it.each([
  [302, 'issuer_unavailable', 'a redirect (302), which is not followed'],
  [400, 'issuer_unavailable', 'status 400'],
  [401, 'config_invalid', 'check the secret idp-client and the method client_secret_basic'],
  [403, 'config_invalid', 'check the secret idp-client'],
  [404, 'issuer_unavailable', 'status 404'],
  [429, 'throttled', 'status 429'],
  [500, 'issuer_unavailable', 'status 500'],
])('refuses where the endpoint responds with %i: %s', async (status, code, message) => {
  const location = `${server.url}/elsewhere`
  server.respondWith((response) => response.writeHead(status, { location }).end('{"active":true}'))
  const before = server.requests.length
  const refusal = await checksWith(server)
    .refusalOf('t')
    .finally(() => server.respondWith(undefined))
  expect(refusal).toMatchObject({ code, message: expect.stringContaining(message) })
  expect(server.requests.length).toBe(before + 1)
})

it.each([
  ['invalid_client', 'config_invalid', 'check the secret idp-client'],
  ['unauthorized_client', 'config_invalid', 'check the secret idp-client'],
  ['invalid_request', 'issuer_unavailable', 'status 400'],
])('refuses where the endpoint responds with 400 and %s: %s', async (error, code, message) => {
  const body = JSON.stringify({ error, active: true })
  server.respondWith((response) => response.writeHead(400).end(body))
  const refusal = await checksWith(server)
    .refusalOf('t')
    .finally(() => server.respondWith(undefined))
  expect(refusal).toMatchObject({ code, message: expect.stringContaining(message) })
})

it.each([
  ['a compressed body', { 'content-encoding': 'gzip' }, '{}', 'content-encoding'],
  ['a body of 32 KiB and more', {}, 'a'.repeat(32 * 1024 + 1), 'more than 32768 bytes'],
  ['a body that is not UTF-8', {}, Buffer.from([0x7b, 0xff, 0x7d]), 'not UTF-8'],
])('refuses %s', async (_, headers, body, message) => {
  server.respondWith((response) => response.writeHead(200, headers).end(body))
  const refusal = await checksWith(server)
    .refusalOf('t')
    .finally(() => server.respondWith(undefined))
  expect(refusal).toMatchObject({ code: 'issuer_unavailable' })
  expect(refusal.message).toContain(message)
})

it('waits no longer than 3 s', async () => {
  server.respondWith(() => {})
  const startedMs = Date.now()
  const refusal = await checksWith(server)
    .refusalOf('t')
    .finally(() => server.respondWith(undefined))
  expect(refusal.message).toContain('did not respond within 3000 ms')
  expect(Date.now() - startedMs).toBeGreaterThan(2_900)
})

it.each([
  ['http to another machine', { profile: { url: 'http://id.example/introspect' } }, 'not an https'],
  ['a text that is no URL', { profile: { url: 'id' } }, 'not an https URL'],
  [
    'a private address',
    { rule: { allowLoopback: false, privateHosts: new Set<string>() } },
    'not an https URL',
  ],
  [
    'a name that points to a metadata service',
    {
      profile: { url: 'https://id.example/introspect' },
      resolveName: async () => [{ address: '169.254.169.254', family: 4 }],
    },
    'is at the reserved address 169.254.169.254',
  ],
  [
    'a name that points into the network',
    {
      profile: { url: 'https://id.example/introspect' },
      resolveName: async () => [{ address: '10.0.0.1', family: 4 }],
    },
    'list its host in BROKER_PRIVATE_ISSUER_HOSTS',
  ],
  ['a private address itself', { profile: { url: 'https://10.0.0.1/' } }, 'is at the private addr'],
])('does not call %s', async (_, options, message) => {
  const refusal = await checksWith(server, options).refusalOf('t')
  expect(refusal).toMatchObject({
    code: 'issuer_unavailable',
    message: expect.stringContaining(message),
  })
})

it('reports a closed port by Node’s code, and never the request', async () => {
  const closed = await startIntrospection('secret')
  await closed.close()
  const refusal = await checksWith(closed).refusalOf('token-canary')
  expect(refusal).toMatchObject({ code: 'issuer_unavailable' })
  expect(refusal.message).toContain('ECONNREFUSED')
  expect(refusal.message).not.toContain('canary')
})
