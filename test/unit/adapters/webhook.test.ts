/** One decision of an operator's endpoint: what is sent, and what each response leads to. */
import { describe, expect, it } from 'vitest'
import { closeAfterTests } from '../../fixtures/index.ts'
import { startWebhook } from '../../fixtures/webhook-server.ts'
import { checksOf, type TokenChecks } from './token-checks.ts'

const SECRET = 'a secret of the webhook, with 40 letters'
const server = await closeAfterTests(startWebhook(SECRET))
const profile = { kind: 'webhook', url: `${server.url}/decide`, secret: 'acme-webhook' } as const
const webhook = (options: Parameters<typeof checksOf>[1] = {}) =>
  checksOf(profile, { secrets: { get: async () => SECRET }, ...options })

async function refusedWith(checks: TokenChecks<typeof profile>, status: number, body: string) {
  server.respondWith((response) => response.writeHead(status).end(body))
  return checks.refusalOf('token-canary').finally(() => server.respondWith(undefined))
}

it('sends token, tenant and issuer in a signed body, and nothing in the URL', async () => {
  const checks = webhook({ now: () => 1_700_000_000_999 })
  const token = server.token()
  await checks.verify(token, checks.source)
  const { method, path, query, headers, body } = server.calls.at(-1) ?? {}
  expect([method, path, String(query)]).toEqual(['POST', '/decide', ''])
  expect(JSON.parse(body ?? '')).toEqual({ token, tenant: 'acme', issuer: 'idp' })
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'x-token-broker-timestamp': '1700000000',
    'x-token-broker-signature': expect.stringMatching(/^v1=[0-9a-f]{64}$/),
  })
})

it('returns the user as the subject, the claims, and how long a session may last', async () => {
  const checks = webhook()
  const token = server.token({ user: 'bob', claims: { team: 'red', sub: 'bob', exp: 4e9 } })
  expect(await checks.verify(token, checks.source)).toEqual({
    claims: { sub: 'bob', team: 'red', exp: 4e9 },
    maxSessionSeconds: 3600,
  })
})

it('needs no claims', async () => {
  const checks = webhook()
  const statement = await checks.verify(server.token({ claims: undefined }), checks.source)
  expect(statement).toEqual({ claims: { sub: 'alice' }, maxSessionSeconds: 3600 })
})

it.each([
  [{ reason: 'x' }, 'only user, maxValiditySeconds and claims'],
  [{ user: undefined }, 'a user, as non-empty text'],
  [{ user: '' }, 'a user, as non-empty text'],
  [{ user: 7 }, 'a user, as non-empty text'],
  [{ user: null }, 'a user, as non-empty text'],
  [{ maxValiditySeconds: undefined }, 'an integer from 900 to 31536000'],
  [{ maxValiditySeconds: 899 }, 'an integer from 900 to 31536000'],
  [{ maxValiditySeconds: 900.5 }, 'an integer from 900 to 31536000'],
  [{ maxValiditySeconds: 31_536_001 }, 'an integer from 900 to 31536000'],
  [{ maxValiditySeconds: '3600' }, 'an integer from 900 to 31536000'],
  [{ claims: [] }, 'claims as an object'],
  [{ claims: null }, 'claims as an object'],
  [{ claims: 'x' }, 'claims as an object'],
  [{ claims: { sub: 'mallory' } }, 'claims without a sub beside the user'],
])('refuses a response with %j', async (decision, message) => {
  const refusal = await webhook().refusalOf(server.token(decision))
  expect(refusal).toMatchObject({
    code: 'issuer_unavailable',
    message: expect.stringContaining(message),
  })
})

describe('a refusal', () => {
  const reasonOf = async (reason: string) =>
    (await refusedWith(webhook(), 403, JSON.stringify({ reason }))).message.replace(/^\S+ /, '')

  it('has the reason for the record', async () => {
    const refusal = await webhook().refusalOf('not-known')
    expect(refusal).toMatchObject({
      code: 'invalid_token',
      message: `${profile.url} refused the token: unknown token`,
    })
  })

  it('quotes neither the token nor what breaks a line, and at most 256 characters', async () => {
    expect(await reasonOf('no token-canary, never token-canary')).toBe(
      'refused the token: no (token), never (token)',
    )
    expect(await reasonOf('a\u0000b\nc\u202ed\u2028é')).toBe('refused the token: a b c d é')
    expect(await reasonOf('a'.repeat(257))).toBe(`refused the token: ${'a'.repeat(255)}…`)
    expect(await reasonOf(`${'a'.repeat(254)}😀😀`)).toBe(
      `refused the token: ${'a'.repeat(254)}\ufffd…`,
    )
  })

  it.each(['{"message":"Forbidden"}', '{"reason":7}', '{"reason":"a","user":"b"}', '{}', 'no'])(
    'is not what a gateway says: %s',
    async (body) => {
      expect(await refusedWith(webhook(), 403, body)).toMatchObject({ code: 'issuer_unavailable' })
    },
  )
})

it.each([
  [200, '<html>', 'issuer_unavailable'],
  [200, '{"user":"a","user":"b","maxValiditySeconds":900}', 'issuer_unavailable'],
  [302, '{}', 'issuer_unavailable'],
  [404, '{}', 'issuer_unavailable'],
  [429, '{}', 'throttled'],
  [500, '{}', 'issuer_unavailable'],
])('refuses where the endpoint responds with %i %s', async (status, body, code) => {
  expect(await refusedWith(webhook(), status, body)).toMatchObject({ code })
})

it('reports a signature that the endpoint refuses as a wrong secret', async () => {
  const secrets = { get: async () => 'another secret, that has 40 letters too.' }
  expect(await webhook({ secrets }).refusalOf('t')).toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('has the value of the secret acme-webhook'),
  })
})

it('does not sign with a secret of fewer than 32 characters', async () => {
  const before = server.calls.length
  const refusal = await webhook({ secrets: { get: async () => 'a'.repeat(31) } }).refusalOf('t')
  expect(refusal).toMatchObject({ code: 'config_invalid' })
  expect(refusal.message).toContain('acme-webhook has fewer than 32 characters')
  expect(server.calls.length).toBe(before)
})

describe('what is remembered', () => {
  const callsFor = async (maxValiditySeconds: number, passedMs: number) => {
    const checks = webhook()
    const token = server.token({ maxValiditySeconds })
    await checks.verify(token, checks.source)
    const before = server.calls.length
    checks.pass(passedMs)
    const { maxSessionSeconds } = await checks.verify(token, checks.source)
    return [server.calls.length - before, maxSessionSeconds]
  }

  it('leaves less time for a session, the older it is', async () => {
    expect(await callsFor(3600, 0)).toEqual([0, 3600])
    expect(await callsFor(3600, 1)).toEqual([0, 3599])
    expect(await callsFor(3600, 59_999)).toEqual([0, 3540])
    expect(await callsFor(3600, 60_000)).toEqual([1, 3600])
  })

  it('is not used once too little is left for a session', async () => {
    expect(await callsFor(900, 1)).toEqual([1, 900])
    expect(await callsFor(910, 10_000)).toEqual([0, 900])
    expect(await callsFor(910, 10_001)).toEqual([1, 910])
  })

  it('is not used after exp among the claims', async () => {
    const checks = webhook()
    const exp = Math.floor(Date.now() / 1000) + 20
    const token = server.token({ claims: { exp } })
    await checks.verify(token, checks.source)
    const before = server.calls.length
    checks.pass(21_000)
    await checks.verify(token, checks.source)
    expect(server.calls.length).toBe(before + 1)
  })
})
