/** Which tenant's rules decide: shared and several issuers, audiences, parties, allowed origins. */
import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import {
  closeAfterTests,
  startIssuer,
  startTestBroker,
  type TestBroker,
  tenantDocument,
} from '../fixtures/index.ts'

const { issuer: one, sts } = await startTestBroker()
const two = await closeAfterTests(startIssuer())

it('two tenants share an issuer: a caller who belongs to both must name one', async () => {
  const shared = (tenant: string, member: string) =>
    tenantDocument(tenant, one.url, { member, audience: 'acme-app' })
  const broker = await startBrokerOf(
    shared('acme', 'claims.org == "acme"'),
    shared('beta', 'claims.org in ["beta", "acme"]'),
  )
  expect(await ask(broker, await one.token({ org: 'beta' }))).toBe('beta')
  expect(await ask(broker, await one.token({ org: 'acme' }))).toBe('access_denied')
  expect(await ask(broker, await one.token({ org: 'acme' }), 'beta')).toBe('beta')
  expect(await ask(broker, await one.token({ org: 'beta' }), 'acme')).toBe('access_denied')
  expect(await ask(broker, await one.token(), 'beta')).toBe('access_denied')
})

it('two tenants accept a caller at the STS endpoint: RoleArn selects one of them', async () => {
  const shared = (tenant: string, team: string, role: string) =>
    tenantDocument(tenant, one.url, {
      ...{ member: `"${team}" in claims.teams`, audience: 'acme-app' },
    }).replaceAll(`role/${tenant}-app`, `role/${role}`)
  const broker = await startBrokerOf(
    shared('acme', 'red', 'red'),
    shared('beta', 'blue', 'blue'),
    shared('gamma', 'green', 'blue'),
  )
  const assume = async (role: string, teams: readonly string[]) => {
    const { status } = await broker.postForm('/sts', {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: `arn:aws:iam::111122223333:role/${role}`,
      RoleSessionName: 'mine',
      WebIdentityToken: await one.token({ teams }),
    })
    const { tenant, roleArn } = broker.audit.at(-1) ?? {}
    return [status, tenant, roleArn?.split('/').at(-1)]
  }
  expect(await assume('red', ['red', 'blue'])).toEqual([200, 'acme', 'red'])
  expect(await assume('blue', ['red', 'blue'])).toEqual([200, 'beta', 'blue'])
  expect(await assume('blue', ['blue', 'green'])).toEqual([403, undefined, undefined])
  expect(await assume('other', ['red', 'blue'])).toEqual([403, undefined, undefined])
  // A role of a tenant that does not accept the caller leads nowhere.
  expect(await assume('blue', ['red'])).toEqual([403, 'acme', undefined])
})

it('records which audience was found and which is accepted, and does not send it', async () => {
  const broker = await startBrokerOf(tenantDocument('acme', one.url, { audience: 'backoffice' }))
  const token = await one.token({ aud: 'shop' })
  const { status, body } = await broker.post('/v1/credentials', token)
  expect([status, JSON.parse(body).code]).toEqual([403, 'access_denied'])
  expect(body).not.toContain('backoffice')
  expect(broker.audit.at(-1)?.reason).toBe(
    'No tenant accepts this token; the closest: tenant acme does not accept the audience (aud): ' +
      'expected "backoffice", found "shop"; add the audience to audiences of the issuer in the ' +
      'tenant document, or get a token for an accepted one. ' +
      '(resolve: exactly one tenant accepts the token)',
  )
})

it('refuses a caller whom more than 16 tenants could accept, unless one is named', async () => {
  const broker = await startBrokerOf(
    ...Array.from({ length: 17 }, (_, index) =>
      tenantDocument(`t${index}`, one.url, {
        ...{ audience: 'acme-app', member: `claims.email.startsWith("${index}@")` },
      }),
    ),
  )
  const token = await one.token({ email: '5@example.com' })
  expect(await ask(broker, token)).toBe('access_denied')
  expect(broker.audit.at(-1)?.reason).toMatch(/^More than 16 tenants could accept this token, /)
  expect(await ask(broker, token, 't5')).toBe('t5')
  expect(await ask(broker, token, 't6')).toBe('access_denied')
})

it('two tenants verify one issuer differently: each uses its own profile', async () => {
  const broker = await startBrokerOf(
    tenantDocument('acme', one.url, { member: 'claims.sub == "alice"' }),
    tenantDocument('beta', one.url, {
      audience: 'acme-app',
      member: 'claims.sub != ""',
      issuerMember: 'algorithms: [ES256]',
    }),
  )
  expect(await ask(broker, await one.token())).toBe('acme')
  expect(await ask(broker, await one.token(), 'beta')).toBe('access_denied')
})

it('a tenant has two issuers: both are accepted, and the same subject is two people', async () => {
  const second = `  - issuer: ${two.url}\n    audiences: [acme-app]\n`
  const company = `attributes:\n  company: { from: 'issuer == "${one.url}" ? "one" : "two"' }`
  const document = tenantDocument('acme', one.url)
    .replace('attributes:', `${second}${company}`)
    .replaceAll('/{{user}}/*', '/{{company}}-{{user}}/*')
  const broker = await startBrokerOf(document)
  const seen = []
  for (const issuer of [one, two]) {
    expect(await ask(broker, await issuer.token())).toBe('acme')
    const call = sts.calls.at(-1)
    seen.push(call?.get('RoleSessionName'), decodeJwt(call?.get('WebIdentityToken') ?? '').sub)
  }
  expect(new Set(seen).size).toBe(4)
  expect(await ask(broker, await two.token({ iss: one.url }))).toBe('invalid_token')
})

it('an issuer with a path is discovered below it, and differs from the one without', async () => {
  const realm = `${two.url}/realms/one`
  two.respondWith((path, response) => {
    const found = path === '/jwks' || path === '/realms/one/.well-known/openid-configuration'
    const body =
      path === '/jwks' ? { keys: [two.publicJwk] } : { issuer: realm, jwks_uri: `${two.url}/jwks` }
    response
      .writeHead(found ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(body))
  })
  const broker = await startBrokerOf(tenantDocument('acme', realm))
  expect(await ask(broker, await two.token({ iss: realm }))).toBe('acme')
  expect(await ask(broker, await two.token())).toBe('issuer_untrusted')
  two.respondWith(undefined)
})

it.each([
  ['the tenant’s', { aud: ['acme-app'] }, 'acme'],
  ['several, with azp', { aud: ['acme-app', 'other'], azp: 'web' }, 'acme'],
  ['several, with client_id', { aud: ['other', 'acme-app'], client_id: 'web' }, 'acme'],
  ['several, with neither', { aud: ['acme-app', 'other'] }, 'access_denied'],
  ['several, with a number as azp', { aud: ['acme-app', 'other'], azp: 7 }, 'invalid_token'],
  ['the tenant’s and a number', { aud: ['acme-app', 5] }, 'invalid_token'],
  ['none', { aud: undefined }, 'access_denied'],
  ['another', { aud: ['other'], azp: 'acme-app' }, 'access_denied'],
])('audiences: %s', async (_name, claims, expected) => {
  const broker = await startBrokerOf(tenantDocument('acme', one.url))
  expect(await ask(broker, await one.token(claims))).toBe(expected)
})

it.each([
  ['azp is listed', { azp: 'web' }, 'acme'],
  ['client_id is listed', { client_id: 'cli' }, 'acme'],
  ['azp is listed, and client_id is not', { azp: 'web', client_id: 'stranger' }, 'acme'],
  ['client_id is listed, and azp is not', { azp: 'other', client_id: 'cli' }, 'access_denied'],
  ['neither is listed', { azp: 'other', client_id: 'stranger' }, 'access_denied'],
  ['neither is present', {}, 'access_denied'],
  ['a list instead of a string', { azp: ['web'] }, 'invalid_token'],
])('authorized parties: %s', async (_name, claims, expected) => {
  const issuerMember = 'authorizedParties: [web, cli]'
  const broker = await startBrokerOf(tenantDocument('acme', one.url, { issuerMember }))
  expect(await ask(broker, await one.token(claims))).toBe(expected)
})

const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} }
it.each([
  ['a logout token', { events: LOGOUT }, 'invalid_token'],
  ['a token bound to a key', { cnf: { jkt: 'thumbprint' } }, 'invalid_token'],
  ['a delegated token', { act: { sub: 'agent' } }, 'invalid_token'],
  ['a token that may be delegated', { may_act: { sub: 'agent' } }, 'acme'],
])('special tokens: %s', async (_name, claims, expected) => {
  const broker = await startBrokerOf(tenantDocument('acme', one.url))
  expect(await ask(broker, await one.token(claims))).toBe(expected)
})

it('accepts a delegated token where an issuer and a rule accept it, and nowhere else', async () => {
  const accept = { audience: 'acme-app', issuerMember: 'delegatedTokens: accept' }
  const forAgents = (document: string) =>
    document.replace(
      '- name: everybody reads',
      '- { name: agents, when: actor.subject == "agent", grant: read }\n  $&',
    )
  const broker = await startBrokerOf(
    forAgents(tenantDocument('acme', one.url, { ...accept, member: 'claims.sub == "alice"' })),
    tenantDocument('beta', one.url, { ...accept, member: 'claims.sub != ""' }),
    forAgents(
      tenantDocument('gamma', one.url, { audience: 'acme-app', member: 'claims.sub != "x"' }),
    ),
  )
  const token = await one.token({ act: { sub: 'agent' } })
  expect(await ask(broker, token, 'acme')).toBe('acme')
  expect(await ask(broker, token, 'beta')).toBe('access_denied')
  expect(await ask(broker, token, 'gamma')).toBe('access_denied')
  const other = await one.token({ act: { sub: 'other' } })
  expect(await ask(broker, other, 'acme')).toBe('access_denied')
})

it('fetches the keys of an issuer marked prefetch before any request, and no others', async () => {
  const before = [one.requests.length, two.requests.length]
  await startBrokerOf(
    tenantDocument('acme', one.url, { issuerMember: 'prefetch: true' }),
    tenantDocument('beta', two.url),
  )
  await expect.poll(() => one.requests.length - (before[0] ?? 0)).toBe(2)
  expect(two.requests.length).toBe(before[1])
})

it('shows in the trace of a passed-through token that STS reads azp as the audience', async () => {
  const broker = await startBrokerOf(
    tenantDocument('acme', one.url, { webIdentity: 'pass-through' }),
  )
  const passed = await one.token({ azp: 'web' })
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

it.each([
  'https://app.acme.example',
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
])('allows pages of %s where the caller’s tenant names it, and of no other', async (app) => {
  const broker = await startBrokerOf(
    tenantDocument('acme', one.url, { allowedOrigins: [app] }),
    tenantDocument('beta', two.url, { allowedOrigins: ['https://app.beta.example'] }),
  )
  const preflight = (origin: string) =>
    broker.send({ method: 'OPTIONS', path: '/v1/credentials', headers: { origin } })
  expect((await preflight(app)).headers).toMatchObject({
    'access-control-allow-origin': app,
    'access-control-allow-headers': expect.stringMatching(/^authorization, content-type\b/),
    'access-control-allow-methods': 'POST',
  })
  for (const other of ['https://evil.example', 'capacitor://evil.example', `${app}/`, 'null'])
    expect((await preflight(other)).headers).not.toHaveProperty('access-control-allow-origin')
  const allowedOriginFor = async (origin: string) =>
    (await broker.post('/v1/credentials', await one.token(), {}, { origin })).headers[
      'access-control-allow-origin'
    ]
  expect(await allowedOriginFor(app)).toBe(app)
  expect(await allowedOriginFor('https://app.beta.example')).toBeUndefined()
  expect(await allowedOriginFor('null')).toBeUndefined()
})

function startBrokerOf(...documents: string[]): Promise<TestBroker> {
  return startTestBroker({ documents, issuer: one, sts })
}

/** @returns the tenant that issued credentials, or the code of the refusal */
async function ask(broker: TestBroker, token: string, tenant?: string): Promise<string> {
  const { body } = await broker.post('/v1/credentials', token, { tenant })
  const json = JSON.parse(body)
  return json.tenant ?? json.code
}
