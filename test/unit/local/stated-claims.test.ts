/** Tokens of the demo IdP with any claims: by a form, by a page, and by a command. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { demoToken } from '../../../packages/local/src/demo/demo-client.ts'
import { startDemoIdp } from '../../../packages/local/src/demo-idp.ts'
import { closeAfterTests } from '../../fixtures/index.ts'

const BROKER_URL = 'http://127.0.0.1:8787'
const SECRET = 'a secret of this test'
const idp = await closeAfterTests(
  startDemoIdp({ port: 0, brokerSecret: SECRET, brokerUrl: BROKER_URL }),
)

describe('claims of a login', () => {
  it('are added to those of the user, or replace them, in a token that verifies', async () => {
    const claims = { groups: ['dev'], nested: { a: [1, null] }, email: null }
    const { payload, protectedHeader } = await verified(await login('alice', claims))
    expect(payload).toMatchObject({
      iss: idp.url,
      aud: 'demo',
      sub: 'alice',
      team: 'red',
      ...claims,
    })
    expect(protectedHeader).toEqual({ alg: 'RS256', kid: 'demo', typ: 'JWT' })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
  })

  it('may be of another audience, subject and time, and of a name that nobody has', async () => {
    const claims = { aud: ['a', 'b'], sub: 'auth0|7', exp: 1_700_000_000, iat: 1 }
    expect(decodeJwt(await login('zoe', claims))).toEqual({ iss: idp.url, ...claims })
  })

  it('are in access tokens too, also in what the IdP says of an opaque one', async () => {
    const claims = { team: 'green' }
    const jwt = await demoToken(idp.url, {
      ...{ username: 'alice', token: 'access_token', resource: 'urn:broker' },
      claims: JSON.stringify(claims),
    })
    const { payload } = await verified(jwt)
    expect(payload).toMatchObject({ aud: 'urn:broker', sub: 'alice', team: 'green' })
    const opaque = await demoToken(idp.url, {
      ...{ username: 'alice', token: 'access_token', claims: JSON.stringify(claims) },
    })
    const other = await demoToken(idp.url, { username: 'alice', token: 'access_token' })
    expect(await introspect(opaque)).toMatchObject({ active: true, sub: 'alice', team: 'green' })
    expect(await introspect(other)).toMatchObject({ team: 'red' })
  })

  it.each([
    ['{', 'claims: expected a JSON object such as {"groups":["admins"]}: '],
    ['[1]', 'claims: expected a JSON object such as'],
    ['"text"', 'claims: expected a JSON object such as'],
    ['null', 'claims: expected a JSON object such as'],
    ['{"iss":"https://other.example"}', 'claims: iss is always the demo IdP'],
    ['{"sub":5}', 'claims: sub: expected a string'],
    [`{"a":"${'x'.repeat(20_000)}"}`, 'claims: expected at most 16384 characters'],
  ])('%.30s is refused', async (claims, reason) => {
    await expect(
      demoToken(idp.url, { username: 'alice', token: 'id_token', claims }),
    ).rejects.toThrow(`alice could not log in at the demo IdP: ${reason}`)
  })

  it('are needed for a name that nobody has', async () => {
    await expect(demoToken(idp.url, { username: 'zoe', token: 'id_token' })).rejects.toThrow(
      'username: expected one of alice, bob, mallory, dora, courier, robot, or another name',
    )
  })
})

describe('the page', () => {
  it('has a form with labels, no script, and a strict policy', async () => {
    const { status, headers, html } = await page()
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; " +
        "base-uri 'none'",
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(html).not.toMatch(/<script|style=|\son\w+=/i)
    for (const field of ['username', 'kind', 'claims'])
      expect(html).toMatch(new RegExp(`<label for="${field}">`))
    expect((await fetch(`${idp.url}/demo.css`)).headers.get('content-type')).toContain('text/css')
  })

  it('shows the token, what it says, and commands for the broker', async () => {
    const { status, html } = await page({ username: 'alice', claims: '{"team":"<b>&\\"red"}' })
    expect(status).toBe(200)
    const token = /<textarea id="token"[^>]*>(eyJ[^<]+)</.exec(html)?.[1] ?? ''
    expect((await verified(token)).payload).toMatchObject({ team: '<b>&"red' })
    expect(html).toContain('&quot;team&quot;: &quot;&lt;b&gt;&amp;\\&quot;red&quot;')
    expect(html).not.toContain('<b>')
    expect(html).toContain(`curl -s -X POST ${BROKER_URL}/v1/credentials -H &#39;Authorization`)
    expect(html).toContain(`${BROKER_URL}/v1/explain`)
  })

  it('shows an opaque token, and that it says nothing', async () => {
    const { html } = await page({ username: 'alice', kind: 'opaque' })
    expect(html).toContain('It is opaque')
    expect(html).not.toContain('<h2>Claims</h2>')
  })

  it('keeps what was typed where it is wrong, and says why to a screen reader', async () => {
    const { status, html } = await page({ username: 'alice', claims: '{"a":<i>' })
    expect(status).toBe(400)
    expect(html).toMatch(/<p id="problem" role="alert">claims: expected a JSON object/)
    expect(html).toMatch(/aria-describedby="problem claims-hint" aria-invalid="true"/)
    expect(html).toContain('>{&quot;a&quot;:&lt;i&gt;</textarea>')
    expect(html).toContain('<title>Error: no token</title>')
    expect(html).not.toContain('id="token"')
  })

  it.each([
    ['another host name, by DNS rebinding', { host: 'attacker.example' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of the same site at another port', { 'sec-fetch-site': 'same-site' }],
  ])('refuses %s', async (_, headers) => {
    // `fetch` does not send these headers.
    const url = new URL(idp.url)
    const run = await promisify(execFile)('curl', [
      ...['-s', '-o', '/dev/null', '-w', '%{http_code}', '-d', 'username=alice'],
      ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
      `http://127.0.0.1:${url.port}/`,
    ])
    expect(run.stdout).toBe('403')
  })

  it('is also at localhost, and leaves other paths to the provider', async () => {
    const { port } = new URL(idp.url)
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(200)
    expect((await fetch(`${idp.url}/`, { method: 'PUT' })).status).toBe(405)
    expect((await fetch(`${idp.url}/.well-known/openid-configuration`)).status).toBe(200)
    expect((await fetch(`${idp.url}/other`)).status).toBe(404)
  })
})

describe('npm run demo -- token', () => {
  const demo = (...args: readonly string[]) =>
    promisify(execFile)(
      process.execPath,
      [path.join(import.meta.dirname, '../../../packages/local/src/demo.ts'), 'token', ...args],
      { env: { PATH: process.env.PATH, IDP_PORT: new URL(idp.url).port } },
    )

  it('prints a token with the claims, and nothing else', async () => {
    const { stdout } = await demo('--user', 'zoe', '--claims', '{"tenant":"acme"}')
    expect(decodeJwt(stdout.trim())).toMatchObject({ sub: 'zoe', tenant: 'acme' })
    expect(decodeJwt((await demo('--user', 'bob', '--kind', 'jwt')).stdout).aud).toBe('urn:broker')
  })

  it.each([
    [['--user', 'alice', '--claims', '{'], 'claims: expected a JSON object'],
    [['--user', 'nobody'], 'username: expected one of alice'],
    [['--claims', '{}'], 'npm run --silent demo -- token --user NAME'],
    [['--user', 'alice', '--kind', 'other'], 'npm run --silent demo -- token --user NAME'],
  ])('fails with a reason for %j', async (args, reason) => {
    await expect(demo(...args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(reason),
    })
  })
})

function login(username: string, claims: object): Promise<string> {
  return demoToken(idp.url, { username, token: 'id_token', claims: JSON.stringify(claims) })
}

function verified(token: string) {
  return jwtVerify(token, createRemoteJWKSet(new URL(`${idp.url}/jwks`)), { issuer: idp.url })
}

async function introspect(token: string): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`demo-broker:${SECRET}`).toString('base64')}`
  const body = new URLSearchParams({ token })
  const url = `${idp.url}/token/introspection`
  return (await fetch(url, { method: 'POST', headers: { authorization }, body })).json()
}

async function page(form?: Readonly<Record<string, string>>) {
  const response = await fetch(`${idp.url}/`, {
    ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
  })
  return { status: response.status, headers: response.headers, html: await response.text() }
}
