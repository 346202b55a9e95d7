/** One check at Amazon, Facebook and GitHub: what is sent, and what each response leads to. */
import type { OpaqueProfile } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { startAmazon } from '../../fixtures/amazon-server.ts'
import { startFacebook } from '../../fixtures/facebook-server.ts'
import { startGitHub } from '../../fixtures/github-server.ts'
import { closeAfterTests } from '../../fixtures/index.ts'
import type { ProviderServer } from '../../fixtures/provider-server.ts'
import { checksOf, type TokenChecks } from './token-checks.ts'

const now = Math.floor(Date.now() / 1000)

let unknown = 0
/** Another one each time: responses are remembered. */
const unknownToken = () => `unknown-${++unknown}`

async function claimsOf(checks: TokenChecks<OpaqueProfile>, token: string) {
  return (await checks.verify(token, checks.source)).claims
}

async function refusedWith(
  { server, checks }: { server: ProviderServer; checks: TokenChecks<OpaqueProfile> },
  status: number,
  body: string,
) {
  server.respondWith((response) => response.writeHead(status, { location: '/' }).end(body))
  return checks.refusalOf(unknownToken()).finally(() => server.respondWith(undefined))
}

describe('Login with Amazon', async () => {
  const server = await closeAfterTests(startAmazon())
  const checks = checksOf({ kind: 'login-with-amazon', url: server.url })

  it('calls token info, then the profile', async () => {
    const token = server.token()
    const before = server.calls.length
    await claimsOf(checks, token)
    const calls = server.calls.slice(before)
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...['GET /auth/o2/tokeninfo', 'GET /user/profile'],
    ])
    expect([...(calls[0]?.query ?? [])]).toEqual([['access_token', token]])
    expect([...(calls[1]?.query ?? [])]).toEqual([])
    expect(calls[1]?.headers.authorization).toBe(`Bearer ${token}`)
  })

  it('returns the user as the subject, the client, and the time at which it expires', async () => {
    const fixed = checksOf(checks.source.profile, { now: () => 1_000_500 })
    const token = server.token({ exp: 60, iat: 900 }, { email: 'alice@acme.example' })
    expect(await claimsOf(fixed, token)).toEqual({
      ...{ sub: 'amzn1.account.ALICE', client_id: 'acme-app', exp: 1060, iat: 900 },
      ...{ app_id: 'amzn1.application.1', name: 'Alice', email: 'alice@acme.example' },
    })
  })

  it.each([
    [{ iss: 'https://www.amazon.example' }, {}, 'invalid_token', 'another issuer'],
    [{ iss: undefined }, {}, 'invalid_token', 'another issuer'],
    [{}, { user_id: 'amzn1.account.BOB' }, 'invalid_token', 'name different users'],
    [{}, { user_id: undefined }, 'invalid_token', 'name different users'],
    [{ user_id: undefined }, {}, 'issuer_unavailable', 'without user_id, aud or exp'],
    [{ aud: undefined }, {}, 'issuer_unavailable', 'without user_id, aud or exp'],
    [{ exp: '60' }, {}, 'issuer_unavailable', 'without user_id, aud or exp'],
  ])('refuses token info with %j and a profile with %j', async (info, profile, code, message) => {
    const refusal = await checks.refusalOf(server.token(info, profile))
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it('refuses a token without access to the profile', async () => {
    let calls = 0
    const info = { iss: 'https://www.amazon.com', user_id: 'a', aud: 'acme-app', exp: 60 }
    server.respondWith((response) =>
      calls++ === 0 ? response.end(JSON.stringify(info)) : response.writeHead(403).end('{}'),
    )
    const refusal = await checks
      .refusalOf(unknownToken())
      .finally(() => server.respondWith(undefined))
    expect(refusal).toMatchObject({ code: 'invalid_token' })
    expect(refusal.message).toContain('it needs the scope profile or profile:user_id')
  })

  it.each([
    [400, 'invalid_token'],
    [401, 'invalid_token'],
    [429, 'throttled'],
    [500, 'issuer_unavailable'],
  ])('refuses where token info responds with %i: %s', async (status, code) => {
    expect(await refusedWith({ server, checks }, status, '{}')).toMatchObject({ code })
  })
})

describe('Facebook', async () => {
  const server = await closeAfterTests(startFacebook('secret'))
  const app = { clientId: 'acme-app', clientSecret: 'acme-facebook' }
  const checks = checksOf({ kind: 'facebook', url: server.url, ...app })

  it('asks about the token as the app', async () => {
    const token = server.token()
    await claimsOf(checks, token)
    const { method, path, query } = server.calls.at(-1) ?? {}
    expect([method, path]).toEqual(['GET', '/debug_token'])
    expect([...(query ?? [])]).toEqual([
      ['input_token', token],
      ['access_token', 'acme-app|secret'],
    ])
  })

  it('returns the user as the subject, and the app', async () => {
    const token = server.token({ expires_at: now + 60, issued_at: now - 60 })
    expect(await claimsOf(checks, token)).toEqual({
      ...{ sub: '10215241773831025', client_id: 'acme-app', exp: now + 60, issued_at: now - 60 },
      ...{ application: 'Acme', scopes: ['public_profile'] },
    })
  })

  it('has no exp where the token never expires', async () => {
    expect(await claimsOf(checks, server.token({ expires_at: 0 }))).not.toHaveProperty('exp')
  })

  it('accepts ids that are numbers, also beyond 2^53', async () => {
    const body =
      '{"data":{"is_valid":true,"type":"USER","expires_at":0,"user_id":10215241773831025,"app_id":7}}'
    server.respondWith((response) => response.end(body))
    const claims = await claimsOf(checks, unknownToken()).finally(() =>
      server.respondWith(undefined),
    )
    expect(claims).toEqual({ sub: '10215241773831025', client_id: '7' })
  })

  it.each([
    [{ is_valid: false }, 'invalid_token', 'is not valid'],
    [{ app_id: 'other-app' }, 'invalid_token', 'belongs to another app'],
    [{ type: 'PAGE' }, 'invalid_token', 'not one of a user'],
    [{ type: undefined }, 'invalid_token', 'not one of a user'],
    [{ is_valid: 'true' }, 'issuer_unavailable', 'without "is_valid"'],
    [{ user_id: undefined }, 'issuer_unavailable', 'without user_id'],
    [{ user_id: '' }, 'issuer_unavailable', 'without user_id'],
    [{ app_id: undefined }, 'issuer_unavailable', 'without user_id, app_id'],
    [{ expires_at: undefined }, 'issuer_unavailable', 'or expires_at'],
  ])('refuses a token with %j', async (data, code, message) => {
    const refusal = await checks.refusalOf(server.token(data))
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it.each([
    [400, '{"error":{"code":190}}', 'config_invalid'],
    [400, '{"error":{"code":101}}', 'config_invalid'],
    [400, '{"error":{"code":100}}', 'invalid_token'],
    [400, '{"error":{"code":4}}', 'throttled'],
    [403, '{"error":{"code":613}}', 'throttled'],
    [400, '{"error":{"code":1}}', 'issuer_unavailable'],
    [400, '<html>', 'issuer_unavailable'],
    [401, '{"error":"x"}', 'issuer_unavailable'],
    [200, '{"error":{"code":190}}', 'issuer_unavailable'],
    [200, '{"data":[]}', 'issuer_unavailable'],
    [429, '', 'throttled'],
    [500, '', 'issuer_unavailable'],
    [302, '', 'issuer_unavailable'],
  ])('reads %i %s as %s', async (status, body, code) => {
    expect(await refusedWith({ server, checks }, status, body)).toMatchObject({ code })
  })
})

describe('GitHub', async () => {
  const server = await closeAfterTests(startGitHub('secret'))
  const app = { clientId: 'acme-app', clientSecret: 'acme-github' }
  const checks = checksOf({ kind: 'github', url: server.url, ...app })

  it('sends the token in the body, and authenticates as the app', async () => {
    const token = server.token()
    await claimsOf(checks, token)
    const { method, path, query, headers, body } = server.calls.at(-1) ?? {}
    expect([method, path, String(query)]).toEqual(['POST', '/applications/acme-app/token', ''])
    expect(JSON.parse(body ?? '')).toEqual({ access_token: token })
    expect(headers).toMatchObject({
      authorization: `Basic ${Buffer.from('acme-app:secret').toString('base64')}`,
      'user-agent': 'token-broker',
    })
  })

  it('returns the id of the user as the subject, and nothing of the token', async () => {
    const token = server.token({ expires_at: '2100-01-01T00:00:00Z' })
    expect(await claimsOf(checks, token)).toEqual({
      ...{ sub: '583231', client_id: 'acme-app', exp: 4_102_444_800 },
      ...{ login: 'alice', node_id: 'U_1', type: 'User', scopes: ['read:user'] },
    })
    expect(await claimsOf(checks, server.token())).not.toHaveProperty('exp')
  })

  it.each([
    [{ user: null }, 'invalid_token'],
    [{ user: { login: 'alice' } }, 'issuer_unavailable'],
    [{ user: 'alice' }, 'issuer_unavailable'],
    [{ app: { name: 'Acme' } }, 'issuer_unavailable'],
    [{ app: null }, 'issuer_unavailable'],
    [{ expires_at: undefined }, 'issuer_unavailable'],
    [{ expires_at: 'tomorrow' }, 'issuer_unavailable'],
    [{ expires_at: 4e9 }, 'issuer_unavailable'],
  ])('refuses an authorization with %j: %s', async (authorization, code) => {
    expect(await checks.refusalOf(server.token(authorization))).toMatchObject({ code })
  })

  it.each([
    [401, 'config_invalid'],
    [403, 'throttled'],
    [404, 'invalid_token'],
    [422, 'invalid_token'],
    [429, 'throttled'],
    [500, 'issuer_unavailable'],
  ])('refuses where GitHub responds with %i: %s', async (status, code) => {
    expect(await refusedWith({ server, checks }, status, '{}')).toMatchObject({ code })
  })
})

it('does not know a kind of a later release', async () => {
  const profile = { kind: 'telepathy' } as unknown as OpaqueProfile
  expect(await checksOf(profile).refusalOf('t')).toMatchObject({
    code: 'config_invalid',
    message: 'This release does not know verify.kind: telepathy.',
  })
})
