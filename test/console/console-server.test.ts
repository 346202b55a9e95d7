/** The server of the operator console: which requests it accepts, and what it lets a page do. */
import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import { startTestConsole } from './started-console.ts'

const started = await startTestConsole({ tenantsDir: makeTemporaryFolder() })
const { origin } = started
const key = new URL(started.url).hash.replace('#key=', '')
const GOOD = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

it('serves the page on loopback only, with a strict policy', async () => {
  expect(started.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#key=[\w-]{43}$/)
  const page = await send('GET', '/', {})
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': /^text\/html/ } })
  expect(page.text).not.toContain(key)
  expect(page.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy':
      `default-src 'none'; script-src ${digestOf(page.text, 'script')}; ` +
      `style-src ${digestOf(page.text, 'style')}; connect-src 'self'; ` +
      "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
      "require-trusted-types-for 'script'; trusted-types lit-html",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  expect(page.headers).not.toHaveProperty('access-control-allow-origin')
})

it('runs a call of the page', async () => {
  expect(await send('POST', '/api/console/start', GOOD)).toMatchObject({
    status: 200,
    headers: { 'cache-control': 'no-store', 'content-type': 'application/json' },
    json: { records: [], version: expect.any(String) },
  })
})

it.each([
  ['no key', { authorization: '' }, 401],
  ['another key', { authorization: `Bearer ${key.slice(1)}A` }, 401],
  ['the key without its scheme', { authorization: key }, 401],
  ['another host (DNS rebinding)', { host: 'evil.example' }, 421],
  ['another port in the host', { host: '127.0.0.1:1' }, 421],
  ['another origin', { origin: 'https://evil.example' }, 403],
  ['the origin of a sandboxed page', { origin: 'null' }, 403],
  ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ['another port of this machine', { 'sec-fetch-site': 'same-site' }, 403],
  ['the type of a form', { 'content-type': 'text/plain' }, 415],
])('refuses a call with %s', async (_, headers, status) => {
  const refused = await send('POST', '/api/console/start', { ...GOOD, ...headers })
  expect(refused).toMatchObject({ status, json: { error: { message: expect.any(String) } } })
  expect(refused.text).not.toContain(key)
})

it.each([
  ['GET', '/api/console/start', 405],
  ['OPTIONS', '/api/console/start', 405],
  ['POST', '/api/console/__proto__', 404],
  ['POST', '/api/toString', 404],
  ['POST', '/', 404],
  ['GET', '/index.html', 404],
  ['GET', '/inline.json', 404],
  ['GET', '/../package.json', 404],
  ['GET', '/inputs.json', 404],
  ['GET', '/%2e%2e/package.json', 404],
])('%s %s: %s', async (method, path, status) => {
  expect(await send(method, path, GOOD)).toMatchObject({ status })
})

it('refuses a page of another host, too', async () => {
  expect(await send('GET', '/', { host: 'evil.example' })).toMatchObject({ status: 421 })
})

it('refuses what is no JSON without repeating it, and what is too large', async () => {
  const wrong = await send('POST', '/api/console/start', GOOD, 'canary-token')
  expect(wrong).toMatchObject({ status: 422, json: { error: { code: 'invalid' } } })
  expect(wrong.text).not.toContain('canary-token')
  const large = await send('POST', '/api/console/start', GOOD, `"${'x'.repeat(2_000_001)}"`)
  expect(large).toMatchObject({ status: 413 })
  expect(started.messages).toEqual([])
})

/** Of the only element of that name in the page, as a source of a Content Security Policy. */
function digestOf(page: string, name: 'script' | 'style'): string {
  const found = [...page.matchAll(new RegExp(`<${name}\\b[^>]*>([^]*?)</${name}>`, 'g'))]
  expect(found).toHaveLength(1)
  const digest = createHash('sha256')
    .update(found[0]?.[1] ?? '')
    .digest('base64')
  return `'sha256-${digest}'`
}

function send(method: string, path: string, headers: Record<string, string>, body = '{}') {
  return new Promise<{ status: number; headers: object; text: string; json: unknown }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(origin)
      const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
        text(response)
          .then((received) =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: received,
              json: received.startsWith('{') ? JSON.parse(received) : undefined,
            }),
          )
          .catch(reject)
      })
      sent.on('error', reject)
      sent.end(method === 'POST' ? body : undefined)
    },
  )
}
