/** Opaque tokens at each endpoint: who vouches for them, and what is refused. */
import { describe, expect, it } from 'vitest'
import { CLIENT_SECRET, endpointsOf, startOpaqueBroker } from './opaque-broker.ts'

const broker = await startOpaqueBroker()
const { idp, second, audit, auditText } = broker
const ENDPOINTS = Object.entries(endpointsOf(broker))
const [, native] = ENDPOINTS.find(([name]) => name === 'native') ?? []

describe.each(ENDPOINTS)('at the endpoint %s', (_, send) => {
  it('issues credentials for a token that the tenant’s only issuer vouches for', async () => {
    const { status } = await send(idp.token())
    expect([status, audit.at(-1)]).toMatchObject([
      200,
      { outcome: 'issued', tenant: 'acme', issuer: idp.url, subject: 'alice' },
    ])
  })

  it('asks the issuer that the request names, where the tenant has several', async () => {
    const { status } = await send(second.token(), { tenant: 'two', issuer: second.url })
    expect([status, audit.at(-1)]).toMatchObject([200, { tenant: 'two', issuer: second.url }])
  })

  it('refuses all that nobody vouches for with one response', async () => {
    const responses = [
      await send('opaque-unknown'),
      await send('opaque-unknown', { tenant: 'no-such-tenant' }),
      await send('opaque-unknown', { tenant: 'jwt' }),
      await send('opaque-unknown', { issuer: 'https://no-such-issuer.example' }),
      await send(idp.token(), { tenant: 'two' }),
      await send(idp.token(), { tenant: 'no-such-tenant' }),
      await send(idp.token({ iss: 'https://other.example' })),
      await send('a'.repeat(20_001)),
    ].map(({ status, body }) => `${status} ${body.replace(/request-\d+/g, 'ID')}`)
    expect(new Set(responses).size).toBe(1)
    expect(audit.slice(-8).map(({ code }) => code)).toEqual(Array(8).fill('invalid_token'))
  })

  it('refuses an expired token', async () => {
    await send(idp.token({ exp: Math.floor(Date.now() / 1000) - 60 }))
    expect(audit.at(-1)).toMatchObject({ code: 'token_expired', outcome: 'refused' })
  })

  it('refuses a token of another client', async () => {
    await send(idp.token({ client_id: 'other-app', aud: 'acme-app' }))
    expect(audit.at(-1)).toMatchObject({ code: 'access_denied', subject: 'alice' })
  })

  it('refuses a hostile subject', async () => {
    await send(idp.token({ sub: 'a*' }))
    expect(audit.at(-1)).toMatchObject({ code: 'claim_unusable' })
  })

  it('refuses a user to whom no rule gives a grant', async () => {
    await send(idp.token({ blocked: true }))
    expect(audit.at(-1)).toMatchObject({ code: 'access_denied' })
  })

  it.each([
    ['an error', 500, 'issuer_unavailable'],
    ['a redirect', 302, 'issuer_unavailable'],
    ['too many requests', 429, 'throttled'],
    ['a refusal of the client', 401, 'config_invalid'],
  ])('does not issue where the issuer responds with %s (%i)', async (_what, status, code) => {
    idp.respondWith((response) =>
      response.writeHead(status, { location: '/' }).end('upstream words'),
    )
    const { body } = await send(idp.token()).finally(() => idp.respondWith(undefined))
    expect(audit.at(-1)).toMatchObject({ code, issuer: idp.url })
    expect(body).not.toContain('upstream words')
  })
})

describe('a JWT', () => {
  it('is verified as a JWT, also where the tenant has opaque issuers', async () => {
    const before = idp.requests.length
    await native?.(await broker.token({ aud: 'mixed-app' }), { tenant: 'mixed' })
    expect(audit.at(-1)).toMatchObject({ outcome: 'issued', issuer: broker.issuer.url })
    expect(idp.requests.length).toBe(before)
  })

  it('is shown to the opaque issuer that the request names', async () => {
    await native?.(await broker.token(), { tenant: 'mixed', issuer: idp.url })
    expect(audit.at(-1)).toMatchObject({ code: 'invalid_token', issuer: idp.url })
    expect(audit.at(-1)?.reason).toContain('belongs to another client')
  })

  it('must be of the issuer that the request names', async () => {
    const token = await broker.token({ aud: 'jwt-app' })
    await native?.(token, { tenant: 'jwt', issuer: broker.issuer.url })
    expect(audit.at(-1)).toMatchObject({ outcome: 'issued' })
    await native?.(token, { tenant: 'jwt', issuer: 'https://other.example' })
    expect(audit.at(-1)).toMatchObject({ code: 'invalid_token' })
  })
})

it.each(['issuer=', 'issuer=a&issuer=a', 'issuers=a', 'issuer=a&x=y', 'a'])(
  'refuses the query %j at the container endpoint',
  async (query) => {
    const path = '/v1/tenants/acme/grants/read/credentials'
    const headers = { authorization: idp.token() }
    const { status } = await broker.send({ method: 'GET', path, query, headers })
    expect([status, audit.at(-1)?.code]).toEqual([400, 'invalid_request'])
  },
)

it('remembers a refusal of the container endpoint only for the issuer that was named', async () => {
  const token = second.token()
  const container = endpointsOf(broker).container
  await container?.(token, { tenant: 'two', issuer: idp.url })
  expect(audit.at(-1)).toMatchObject({ code: 'invalid_token' })
  await container?.(token, { tenant: 'two', issuer: second.url })
  expect(audit.at(-1)).toMatchObject({ outcome: 'issued' })
})

it('explains which issuer was asked, and why', async () => {
  const explain = async (body: object) =>
    JSON.parse((await broker.post('/v1/explain', undefined, body)).body)
  const only = await explain({ token: idp.token(), tenant: 'acme' })
  const named = await explain({ token: second.token(), tenant: 'two', issuer: second.url })
  const check = 'an issuer of the tenant vouches for the token'
  expect(only.outcome).toBe('would-issue')
  expect(only.trace[0]).toEqual({
    ...{ stage: 'verify', check, passed: true, found: idp.url },
    expected: 'introspection (the tenant’s only one for opaque tokens)',
  })
  expect(named.trace[0]).toMatchObject({ expected: 'introspection (named by request)' })
})

it('explains nothing about names to a caller for whom no issuer vouches', async () => {
  const texts: string[] = []
  for (const tenant of ['acme', 'jwt', 'none', 'two']) {
    const { body } = await broker.post('/v1/explain', undefined, { token: 'unknown', tenant })
    texts.push(body.replace(/request-\d+/g, 'ID'))
  }
  expect(new Set(texts).size).toBe(1)
})

it('asks for each tenant itself: a result is not shared with another one', async () => {
  const token = idp.token()
  const before = idp.requests.length
  await native?.(token)
  await native?.(token)
  expect(idp.requests.length).toBe(before + 1)
  await native?.(token, { tenant: 'beta' })
  expect(idp.requests.length).toBe(before + 2)
})

it('writes neither a token nor the secret to a response or a record', async () => {
  const bodies: string[] = []
  for (const [, send] of ENDPOINTS)
    for (const claims of [{}, { sub: 'a*' }, { exp: 1 }, { client_id: 'x' }, { iss: 'x' }])
      bodies.push((await send(idp.token(claims))).body)
  const texts = [...bodies, ...auditText].join('\n')
  expect(texts).not.toContain('-canary')
  expect(texts).not.toContain(CLIENT_SECRET)
  expect(texts).not.toContain(Buffer.from(`acme-broker:${CLIENT_SECRET}`).toString('base64'))
})
