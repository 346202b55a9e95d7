/** Logins at the demo IdP, with tokens verified by the keys that it publishes. */
import { X509Certificate } from 'node:crypto'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startDemoIdp } from '../../../packages/local/src/demo-idp.ts'

const BROKER_SECRET = 'a secret of this test'
let idp: Awaited<ReturnType<typeof startDemoIdp>>
beforeAll(async () => {
  idp = await startDemoIdp({ port: 0, brokerSecret: BROKER_SECRET })
})
afterAll(() => idp.close())

it.each([
  [
    'alice',
    {
      sub: 'alice',
      tenant: 'acme',
      groups: ['admins', 'support'],
      team: 'red',
      email_verified: true,
    },
  ],
  ['bob', { sub: 'bob', tenant: 'beta', groups: ['dev'], team: 'blue' }],
  ['dora', { sub: 'dora', tenant: 'delta', role: 'customer', region: 'north' }],
  ['courier', { sub: 'courier', tenant: 'delta', role: 'partner', region: 'north' }],
  ['robot', { sub: 'robot', tenant: 'delta', role: 'agent' }],
  ['mallory', { sub: '../alice', tenant: 'acme', team: '*', nickname: '${aws:username}' }],
])('%s gets an id_token for the audience demo', async (username, claims) => {
  const { status, tokens } = await login(username)
  expect(status).toBe(200)
  expect(await claimsOf(tokens.id_token, 'demo')).toMatchObject(claims)
})

it('issues a JWT access token for urn:broker and an opaque one otherwise', async () => {
  const jwt = await login('alice', { resource: 'urn:broker' })
  expect(await claimsOf(jwt.tokens.access_token, 'urn:broker')).toMatchObject({
    sub: 'alice',
    tenant: 'acme',
  })
  expect((await login('alice', { resource: 'urn:opaque' })).tokens.access_token).not.toContain('.')
  expect((await login('alice')).tokens.access_token).not.toContain('.')
})

it('says whose an opaque token is to the client of the broker, by HTTP Basic', async () => {
  const { tokens } = await login('alice', { resource: 'urn:opaque' })
  const { status, body } = await introspect(tokens.access_token, 'demo-broker', BROKER_SECRET)
  expect([status, body]).toMatchObject([
    200,
    {
      active: true,
      ...{ iss: idp.url, sub: 'alice', client_id: 'demo', token_type: 'Bearer' },
      ...{ tenant: 'acme', groups: ['admins', 'support'], team: 'red' },
    },
  ])
  expect((await introspect('unknown', 'demo-broker', BROKER_SECRET)).body).toEqual({
    active: false,
  })
})

it.each([
  ['demo-broker', 'wrong'],
  ['unknown', 'secret'],
])('says nothing about a token to the client %s with the secret %j', async (client, secret) => {
  const { tokens } = await login('alice')
  expect((await introspect(tokens.access_token, client, secret)).status).toBe(401)
})

it('has no client for the broker without a secret', async () => {
  const other = await startDemoIdp({ port: 0 })
  const { status } = await introspect('token', 'demo-broker', BROKER_SECRET, other.url)
  await other.close()
  expect(status).toBe(401)
})

it('refuses an unknown user, a wrong secret and an unknown resource', async () => {
  expect((await login('eve')).status).toBe(400)
  expect((await login('alice', { client_secret: 'wrong' })).status).toBe(401)
  expect((await login('alice', { resource: 'urn:other' })).status).toBe(400)
})

it('writes nothing to the console', async () => {
  const spies = (['info', 'warn', 'error', 'log'] as const).map((name) => vi.spyOn(console, name))
  const quiet = await startDemoIdp({ port: 0, brokerSecret: BROKER_SECRET })
  const { tokens } = await login('alice', {}, quiet.url)
  await introspect(tokens.access_token, 'demo-broker', BROKER_SECRET, quiet.url)
  await quiet.close()
  for (const spy of spies) {
    expect(spy).not.toHaveBeenCalled()
    spy.mockRestore()
  }
})

it('publishes a certificate of its key, because Ceph reads nothing else', async () => {
  const { keys } = (await (await fetch(`${idp.url}/jwks`)).json()) as {
    keys: { n: string; x5c: string[] }[]
  }
  expect(keys).toHaveLength(1)
  const certificate = new X509Certificate(Buffer.from(keys[0]?.x5c[0] ?? '', 'base64'))
  expect(certificate.publicKey.export({ format: 'jwk' }).n).toBe(keys[0]?.n)
})

async function login(username: string, extra: Record<string, string> = {}, url = idp.url) {
  const form = {
    grant_type: 'urn:demo:user',
    username,
    client_id: 'demo',
    client_secret: 'demo-secret',
    ...extra,
  }
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const body: unknown = await response.json()
  return { status: response.status, tokens: body as { id_token: string; access_token: string } }
}

async function introspect(token: string, client: string, secret: string, url = idp.url) {
  const basic = Buffer.from(`${client}:${encodeURIComponent(secret)}`).toString('base64')
  const response = await fetch(`${url}/token/introspection`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ token }),
  })
  return { status: response.status, body: await response.json() }
}

async function claimsOf(token: string, audience: string) {
  const discovery = await fetch(`${idp.url}/.well-known/openid-configuration`)
  const { jwks_uri } = (await discovery.json()) as { jwks_uri: string }
  return (
    await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), { issuer: idp.url, audience })
  ).payload
}
