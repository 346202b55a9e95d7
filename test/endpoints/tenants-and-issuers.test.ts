/** Which tenant's rules decide: issuers shared and several, audiences, authorized parties, prefetched keys, allowed origins. */
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { type StsServer, startStsServer } from '../fixtures/sts-server.ts'

let one: TestIssuer
let two: TestIssuer
let sts: StsServer
const open: TestBroker[] = []

beforeAll(async () => {
  one = await startIssuer()
  two = await startIssuer()
  sts = await startStsServer()
})
afterEach(() => {
  for (const broker of open.splice(0)) broker.close()
})
afterAll(() => Promise.all([one.close(), two.close(), sts.close()]))

const brokerOf = async (...documents: string[]) => {
  const broker = await startBroker({ documents, stsEndpoint: sts.url })
  open.push(broker)
  return broker
}
/** `more` stands in the entry of the issuer. */
const document = (tenant: string, issuer: string, more = '') =>
  tenantDocument(tenant, issuer).replace(
    /audiences: .*\n/,
    (audiences) => `${audiences}    ${more}\n`,
  )
const claims = (iss: string, more: object) => {
  const now = Math.floor(Date.now() / 1000)
  return { iss, sub: 'alice', aud: 'acme-app', iat: now, exp: now + 600, ...more }
}
const ask = async (broker: TestBroker, token: string, body: object = {}) => {
  const { body: text } = await broker.post('/v1/credentials', token, body)
  const { tenant, code } = JSON.parse(text)
  return tenant ?? code
}
const token = (more: object = {}) => one.sign(claims(one.url, more))

it('two tenants on one issuer: membership decides, and where both fit the caller must name one', async () => {
  const shared = (tenant: string, org: string) =>
    document(tenant, one.url, `member: '${org}'`).replace(`${tenant}-app]`, 'acme-app]')
  const broker = await brokerOf(
    shared('acme', 'claims.org == "acme"'),
    shared('beta', 'claims.org in ["beta", "acme"]'),
  )
  expect(await ask(broker, await token({ org: 'beta' }))).toBe('beta')
  expect(await ask(broker, await token({ org: 'acme' }))).toBe('access_denied')
  expect(await ask(broker, await token({ org: 'acme' }), { tenant: 'beta' })).toBe('beta')
  expect(await ask(broker, await token({ org: 'beta' }), { tenant: 'acme' })).toBe('access_denied')
  expect(await ask(broker, await token(), { tenant: 'beta' })).toBe('access_denied')
})

it('two tenants that verify one issuer differently: each counts on its own profile', async () => {
  const lax = document('acme', one.url)
  const strict = document('beta', one.url, 'algorithms: [ES256]').replace('beta-app]', 'acme-app]')
  const broker = await brokerOf(lax, strict)
  expect(await ask(broker, await token())).toBe('acme')
  expect(await ask(broker, await token(), { tenant: 'beta' })).toBe('access_denied')
})

it('one tenant with two issuers: each is taken, and one subject of both is two people', async () => {
  const second = `  - issuer: ${two.url}\n    audiences: [acme-app]\n`
  const broker = await brokerOf(
    document('acme', one.url).replace('attributes:', `${second}attributes:`),
  )
  const seen = []
  for (const issuer of [one, two]) {
    expect(await ask(broker, await issuer.sign(claims(issuer.url, {})))).toBe('acme')
    const call = sts.calls.at(-1)
    seen.push(call?.get('RoleSessionName'), decodeJwt(call?.get('WebIdentityToken') ?? '').sub)
  }
  expect(new Set(seen).size).toBe(4)
  expect(await ask(broker, await two.sign(claims(one.url, {})))).toBe('invalid_token')
})

it('an issuer with a path is discovered below it, and is not the issuer without', async () => {
  const realm = `${two.url}/realms/one`
  two.respondWith((path, response) => {
    const found = path === '/jwks' || path === '/realms/one/.well-known/openid-configuration'
    const body =
      path === '/jwks' ? { keys: [two.publicJwk] } : { issuer: realm, jwks_uri: `${two.url}/jwks` }
    response
      .writeHead(found ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(body))
  })
  const broker = await brokerOf(document('acme', realm))
  expect(await ask(broker, await two.sign(claims(realm, {})))).toBe('acme')
  expect(await ask(broker, await two.sign(claims(two.url, {})))).toBe('issuer_untrusted')
  two.respondWith(undefined)
})

it.each([
  ['one of ours', { aud: ['acme-app'] }, 'acme'],
  ['several, with azp', { aud: ['acme-app', 'other'], azp: 'web' }, 'acme'],
  ['several, with client_id', { aud: ['other', 'acme-app'], client_id: 'web' }, 'acme'],
  ['several, with neither', { aud: ['acme-app', 'other'] }, 'access_denied'],
  [
    'several, with an azp that is no string',
    { aud: ['acme-app', 'other'], azp: 7 },
    'access_denied',
  ],
  ['none of ours', { aud: ['other'], azp: 'acme-app' }, 'access_denied'],
])('audiences: %s', async (_name, more, expected) => {
  expect(await ask(await brokerOf(document('acme', one.url)), await token(more))).toBe(expected)
})

it.each([
  ['azp that is listed', { azp: 'web' }, 'acme'],
  ['client_id that is listed', { client_id: 'cli' }, 'acme'],
  ['one of the two', { azp: 'other', client_id: 'cli' }, 'acme'],
  ['neither listed', { azp: 'other', client_id: 'stranger' }, 'access_denied'],
  ['neither there', {}, 'access_denied'],
  ['a list in place of a string', { azp: ['web'] }, 'access_denied'],
])('authorized parties: %s', async (_name, more, expected) => {
  const broker = await brokerOf(document('acme', one.url, 'authorizedParties: [web, cli]'))
  expect(await ask(broker, await token(more))).toBe(expected)
})

it('fetches the keys of an issuer marked prefetch before anybody asks, and of no other', async () => {
  const before = [one.requests.length, two.requests.length]
  await brokerOf(document('acme', one.url, 'prefetch: true'), document('beta', two.url))
  await expect.poll(() => one.requests.length - (before[0] ?? 0)).toBe(2)
  expect(two.requests.length).toBe(before[1])
})

it('tells in the trace of a passed-through token that STS reads azp as the audience', async () => {
  const broker = await brokerOf(tenantDocument('acme', one.url, { webIdentity: 'pass-through' }))
  const passed = await token({ azp: 'web' })
  const { body } = await broker.post('/v1/explain', passed)
  expect(JSON.parse(body).trace).toContainEqual(
    expect.objectContaining({
      check: 'STS will read azp as the audience',
      passed: true,
      found: 'web',
    }),
  )
  await broker.post('/v1/credentials', passed)
  expect(sts.calls.at(-1)?.get('WebIdentityToken')).toBe(passed)
})

it('answers pages of the origins that a tenant names, and of no other', async () => {
  const app = 'https://app.acme.example'
  const broker = await brokerOf(
    `${document('acme', one.url)}\nallowedOrigins: [${app}]\n`,
    `${document('beta', two.url)}\nallowedOrigins: ['https://app.beta.example']\n`,
  )
  const preflight = (origin: string) =>
    broker.app({
      ...{ method: 'OPTIONS', path: '/v1/credentials', headers: { origin }, body: undefined },
      ...{ clientIp: '203.0.113.7', signal: AbortSignal.timeout(1_000) },
    })
  expect((await preflight(app)).headers).toMatchObject({
    'access-control-allow-origin': app,
    'access-control-allow-headers': expect.stringMatching(/^authorization, content-type\b/),
    'access-control-allow-methods': 'POST',
  })
  expect((await preflight('https://evil.example')).headers).not.toHaveProperty(
    'access-control-allow-origin',
  )
  const answered = async (origin: string) =>
    (await broker.post('/v1/credentials', await token(), {}, { origin })).headers[
      'access-control-allow-origin'
    ]
  expect(await answered(app)).toBe(app)
  expect(await answered('https://app.beta.example')).toBeUndefined()
  expect(await answered('null')).toBeUndefined()
})
