/** One check by UserInfo: what is sent, and which response says what about the token. */
import { describe, expect, it } from 'vitest'
import { closeAfterTests } from '../../fixtures/index.ts'
import { startUserInfo } from '../../fixtures/user-info-server.ts'
import { checksOf } from './token-checks.ts'

const server = await closeAfterTests(startUserInfo('secret'))
const url = `${server.url}/userinfo`
const introspection = {
  url: `${server.url}/introspect`,
  clientId: 'acme-broker',
  clientSecret: 'idp-client',
  method: 'client_secret_basic',
} as const
const SINGLE = { kind: 'userinfo', url } as const
const PROVED = { ...SINGLE, introspection } as const

describe('of an issuer with one application', () => {
  it('sends the token in the header alone, and returns what is said about the user', async () => {
    const checks = checksOf(SINGLE)
    const token = server.token({}, { groups: ['a'] })
    const before = server.calls.length
    expect(await checks.verify(token, checks.source)).toEqual({
      claims: { sub: 'alice', name: 'Alice', groups: ['a'] },
    })
    expect(server.calls.slice(before)).toMatchObject([
      { method: 'GET', path: '/userinfo', body: '', headers: { authorization: `Bearer ${token}` } },
    ])
    expect([...(server.calls.at(-1)?.query ?? [])]).toEqual([])
  })

  it('uses a response for 60 s, which states no expiry', async () => {
    const checks = checksOf(SINGLE)
    const token = server.token()
    const before = server.calls.length
    for (const milliseconds of [0, 59_999, 1]) {
      checks.pass(milliseconds)
      await checks.verify(token, checks.source)
    }
    expect(server.calls.length).toBe(before + 2)
  })

  it('returns integers of 64 bits exactly, also from what is remembered', async () => {
    const checks = checksOf(SINGLE)
    server.respondWith((response) => response.end('{"sub":"a","org":1147953659032899585}'))
    const verify = () => checks.verify('t', checks.source)
    const first = await verify().finally(() => server.respondWith(undefined))
    const claims = { sub: 'a', org: 1147953659032899585n }
    expect([first, await verify()]).toEqual([{ claims }, { claims }])
  })
})

describe('with introspection', () => {
  it('returns what both say', async () => {
    const checks = checksOf(PROVED)
    const { claims } = await checks.verify(server.token({ scope: 'openid' }), checks.source)
    expect(claims).toMatchObject({ sub: 'alice', client_id: 'acme-app', scope: 'openid' })
    expect(claims).toMatchObject({ name: 'Alice', exp: expect.any(Number) })
  })

  it('does not call UserInfo about a token that is not active', async () => {
    const before = server.calls.length
    const refusal = await checksOf(PROVED).refusalOf('unknown')
    expect(refusal).toMatchObject({ code: 'invalid_token' })
    expect(server.calls.slice(before).map(({ path }) => path)).toEqual(['/introspect'])
  })

  it.each(['aud', 'client_id', 'azp', 'cid', 'appid', 'exp', 'iat', 'nbf', 'jti', 'scope'])(
    'does not read %s of the token in the profile of a user',
    async (name) => {
      const checks = checksOf(PROVED)
      const about = { exp: undefined, client_id: undefined }
      const token = server.token(about, { [name]: 'of the profile' })
      expect((await checks.verify(token, checks.source)).claims).not.toHaveProperty(name)
    },
  )

  it.each(['sub', 'iss'])('refuses responses that name a different %s', async (name) => {
    const token = server.token({ [name]: 'one' }, { [name]: 'another' })
    const refusal = await checksOf(PROVED).refusalOf(token)
    expect(refusal).toMatchObject({
      code: 'invalid_token',
      message: expect.stringContaining('name different subjects or issuers'),
    })
  })

  it.each(['sub', 'iss'])('accepts a %s that only one of them has', async (name) => {
    const checks = checksOf(PROVED)
    for (const values of [[{ [name]: undefined }], [{}, { [name]: undefined }]])
      expect(await checks.verify(server.token(...values), checks.source)).toBeDefined()
  })

  it('keeps what UserInfo says against the token', async () => {
    const checks = checksOf(PROVED)
    const token = server.token({}, { act: { sub: 'bob' }, cnf: {} })
    const { claims } = await checks.verify(token, checks.source)
    expect(claims).toMatchObject({ act: {}, cnf: {} })
  })
})

it.each([
  [401, 'invalid_token', 'does not accept the token (status 401)'],
  [403, 'invalid_token', 'it needs the scope openid'],
  [302, 'issuer_unavailable', 'a redirect (302), which is not followed'],
  [404, 'issuer_unavailable', 'status 404'],
  [429, 'throttled', 'status 429'],
  [500, 'issuer_unavailable', 'status 500'],
])('refuses where UserInfo responds with %i: %s', async (status, code, message) => {
  server.respondWith((response) => response.writeHead(status, { location: '/' }).end('{"sub":"a"}'))
  const refusal = await checksOf(SINGLE)
    .refusalOf('t')
    .finally(() => server.respondWith(undefined))
  expect(refusal).toMatchObject({ code, message: expect.stringContaining(message) })
})

it.each(['application/jwt', 'Application/JWT;charset=utf-8'])(
  'says how to register the application where the response is signed: %s',
  async (type) => {
    server.respondWith((response) => response.writeHead(200, { 'content-type': type }).end('a.b.c'))
    const refusal = await checksOf(SINGLE)
      .refusalOf('t')
      .finally(() => server.respondWith(undefined))
    expect(refusal).toMatchObject({
      code: 'issuer_unavailable',
      message: expect.stringContaining('without userinfo_signed_response_alg'),
    })
  },
)

it('has 3 s for both calls together', async () => {
  const checks = checksOf(PROVED)
  const token = server.token()
  const respond = (response: { end(text: string): unknown }) => {
    server.respondWith(() => {})
    setTimeout(() => response.end('{"active":true,"sub":"a"}'), 1_500)
  }
  server.respondWith(respond)
  const startedMs = performance.now()
  const refusal = await checks.refusalOf(token).finally(() => server.respondWith(undefined))
  expect(refusal.message).toContain(`${url} did not respond within 3000 ms`)
  expect(performance.now() - startedMs).toBeLessThan(4_000)
})
