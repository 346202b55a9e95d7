/** Failed requests: what an error contains, and that it never contains a token. */
import { inspect } from 'node:util'
import { isSecureUrl, REFUSAL_CODES } from '@token-broker/core'
import { describe, expect, it, vi } from 'vitest'
import * as client from '../../../packages/client/src/index.ts'
import { startServer } from '../../fixtures/http-server.ts'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { issuedBody, json, refuse } from './broker-responses.ts'
import { manualClock } from './manual-clock.ts'
import { rejectionOf } from './rejection-of.ts'

const TOKEN = 'canary-subject-token'
const server = useScriptedServer(refuse('internal'))

it.each([
  'http://broker.example',
  'http://127.0.0.1.evil.example',
  'http://localhost@evil.example',
  'https://user@broker.example',
  'https://broker.example?x',
  'ftp://broker.example',
  '/v1',
  '',
])('sends no token to "%s"', async (endpoint) => {
  let sent = 0
  const send = () => {
    sent++
    return Promise.reject(new Error('sent'))
  }
  expect(await errorOf(createProvider({ endpoint, fetch: send })())).toMatchObject({
    code: 'invalid_request',
  })
  expect(sent).toBe(0)
})

it.each([
  'https://broker.example',
  'http://localhost:8787',
  'http://127.0.0.1',
  'http://127.9.9.9/stage',
  'http://[::1]:8787',
  'http://[::2]',
  'http://10.0.0.1',
  'http://128.0.0.1',
  'http://localhost.example',
])('applies the rule of @token-broker/core for http on loopback to "%s"', async (endpoint) => {
  // A copy of that rule, because the published client has no dependencies.
  const fetch = () => Promise.reject(new Error('sent'))
  expect(await errorOf(createProvider({ endpoint, fetch })())).toMatchObject({
    code: isSecureUrl(new URL(endpoint)) ? 'unreachable' : 'invalid_request',
  })
})

it('sends one POST with the token in its header and nowhere else', async () => {
  server.respond = json(200, issuedBody())
  await createProvider({ endpoint: `${server.url}/stage//`, grant: 'read' })()
  expect(server.received).toMatchObject([
    { method: 'POST', path: '/stage/v1/credentials', body: '{"grant":"read"}' },
  ])
  expect(server.received[0]?.headers).toMatchObject({
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
  })
})

describe('an error', () => {
  it.each(REFUSAL_CODES)('contains the code %s as the broker sends it', async (code) => {
    server.respond = refuse(code)
    const error = await errorOf(createProvider()())
    expect(error).toMatchObject({
      name: 'TokenBrokerError',
      code,
      requestId: 'request-1',
      tryNextLink: false,
    })
    expect(error.status).toBeGreaterThanOrEqual(400)
    const start = `The token broker responded with ${code} \\(HTTP ${error.status}\\)`
    expect(error.message).toMatch(new RegExp(`^${start}: .+$`))
  })

  it('contains the broker’s explanation of an invalid request, shortened', async () => {
    const callerMessage = `correct this ${'x'.repeat(2000)}`
    server.respond = refuse('invalid_request', { callerMessage })
    const { message } = await errorOf(createProvider()())
    expect(message).toContain('correct this')
    expect(message.length).toBeLessThan(400)
  })

  it('does not contain a token that the response quotes', async () => {
    const detail = `token ${TOKEN}${TOKEN} is bad`
    server.respond = json(400, { code: 'invalid_request', detail })
    expect((await errorOf(createProvider()())).message).toContain('token [token][token] is bad')
  })

  it('does not contain a token that is not valid in a header', async () => {
    for (const token of ['', `${TOKEN}\n`, `a ${TOKEN}`, `${TOKEN}ü`]) {
      expect(await errorOf(createProvider({ token })())).toMatchObject({
        code: 'invalid_token',
        status: undefined,
      })
    }
    expect(server.received).toHaveLength(0)
  })

  it('is unreachable, with the cause, when the connection fails', async () => {
    const { url, close } = await startServer(() => {})
    await close()
    const error = await errorOf(createProvider({ endpoint: url })())
    expect(error).toMatchObject({ code: 'unreachable', status: undefined })
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('is unreachable for a redirect, which would send the token to another server', async () => {
    const location = `${server.url}/elsewhere`
    server.respond = (response) => response.writeHead(307, { location }).end()
    expect(await errorOf(createProvider()())).toMatchObject({ code: 'unreachable' })
    expect(server.received).toHaveLength(1)
  })
})

describe('a response that is not the broker’s', () => {
  it.each<[string, number, unknown]>([
    ['no object', 200, 'text'],
    ['null', 200, null],
    ['no credentials', 200, { tenant: 'acme' }],
    ['null credentials', 200, { credentials: null }],
    ['an empty key', 200, issuedBody({ accessKeyId: '' })],
    ['a key that is a number', 200, issuedBody({ secretAccessKey: 1 })],
    ['no session token', 200, issuedBody({ sessionToken: undefined })],
    ['an expiration in seconds', 200, issuedBody({ expiration: 1_900_000_000 })],
    ['an expiration without a zone', 200, issuedBody({ expiration: '2030-01-01T00:00:00' })],
    ['an expiration that is not a date', 200, issuedBody({ expiration: '2030-13-41T00:00:00Z' })],
    ['credentials with another status', 201, issuedBody()],
    ['a problem document with status 200', 200, { code: 'access_denied' }],
    ['an unknown code', 403, { code: 'toString' }],
    ['a code that is not a string', 403, { code: ['access_denied'] }],
    ['a gateway’s message', 503, { message: 'Service Unavailable' }],
  ])('has the code unexpected_response: %s', async (_, status, body) => {
    server.respond = json(status, body)
    expect(await errorOf(createProvider()())).toMatchObject({
      code: 'unexpected_response',
      status,
      requestId: undefined,
    })
  })

  it('has the code unexpected_response: no JSON', async () => {
    server.respond = (response) => response.writeHead(200).end('<html>')
    expect(await errorOf(createProvider()())).toMatchObject({
      code: 'unexpected_response',
      status: 200,
    })
  })

  it.each([
    ['7', 7],
    ['-1', undefined],
    ['1e9', undefined],
    ['Wed, 01 Jan 2030 00:00:00 GMT', undefined],
  ])('with Retry-After: %s, has retryAfterSeconds %s', async (value, retryAfterSeconds) => {
    server.respond = json(503, {}, { 'retry-after': value })
    expect(await errorOf(createProvider()())).toMatchObject({ retryAfterSeconds })
  })
})

describe('an expired token', () => {
  it('is not sent again if it is a string', async () => {
    server.respond = refuse('token_expired')
    const provider = createProvider({ onTokenExpired: () => expect.unreachable() })
    expect(await errorOf(provider())).toMatchObject({ code: 'token_expired' })
    expect(server.received).toHaveLength(1)
  })

  it('is replaced once, not twice', async () => {
    server.respond = refuse('token_expired')
    let count = 0
    await errorOf(createProvider({ token: () => `${TOKEN}-${++count}` })())
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${TOKEN}-1`,
      `Bearer ${TOKEN}-2`,
    ])
  })

  it('is not sent again if the token function returns it again', async () => {
    server.respond = refuse('token_expired')
    await errorOf(createProvider({ token: async () => TOKEN })())
    expect(server.received).toHaveLength(1)
  })

  it('rejects with the error of onTokenExpired', async () => {
    server.respond = refuse('token_expired')
    const options = {
      token: () => TOKEN,
      onTokenExpired: () => Promise.reject(new Error('log in again')),
    }
    expect(await rejectionOf(createProvider(options)())).toMatchObject({ message: 'log in again' })
  })
})

describe('a call stops waiting', () => {
  it('at the timeout, before a response', async () => {
    server.respond = () => {}
    const error = await errorOf(createProvider({ timeoutSeconds: 0.05 })())
    expect(error).toMatchObject({
      code: 'unreachable',
      cause: { message: 'no response within 0.05 s' },
    })
  })

  it('at the timeout, in the middle of a response', async () => {
    server.respond = (response) => response.writeHead(200).write('{')
    expect(await errorOf(createProvider({ timeoutSeconds: 0.1 })())).toMatchObject({
      code: 'unreachable',
    })
  })

  it('at the timeout, even if the option fetch ignores its signal', async () => {
    const options = { timeoutSeconds: 0.05, fetch: () => new Promise<never>(() => {}) }
    expect(await errorOf(createProvider(options)())).toMatchObject({ code: 'unreachable' })
  })

  it('after 10 seconds by default', async () => {
    server.respond = () => {}
    const startedAt = performance.now()
    await errorOf(createProvider()())
    const seconds = (performance.now() - startedAt) / 1000
    expect(seconds).toBeGreaterThan(9.9)
    expect(seconds).toBeLessThan(15)
  })

  it('on abort, with the signal’s reason, and the request is aborted too', async () => {
    const stop = new AbortController()
    const closed = new Promise((resolve) => {
      server.respond = (response) => response.on('close', resolve)
    })
    const provider = createProvider({ signal: stop.signal })
    const waits = [rejectionOf(provider()), rejectionOf(provider())]
    await vi.waitFor(() => expect(server.received).toHaveLength(1))
    const reason = new Error('page left')
    stop.abort(reason)
    expect(await Promise.all(waits)).toEqual([reason, reason])
    await closed
    expect(await rejectionOf(provider())).toBe(reason)
    expect(server.received).toHaveLength(1)
  })

  it('on abort, while the token function is pending', async () => {
    const stop = new AbortController()
    const options = { signal: stop.signal, token: () => new Promise<never>(() => {}) }
    const wait = rejectionOf(createProvider(options)())
    stop.abort()
    expect(await wait).toMatchObject({ name: 'AbortError' })
  })
})

function createProvider(more: Partial<client.FromTokenBrokerOptions> = {}) {
  const { now } = manualClock()
  return client.fromTokenBroker({ endpoint: server.url, token: TOKEN, now, ...more })
}

/** Fails the test if the error, printed with its cause, contains the token. */
async function errorOf(promise: Promise<unknown>): Promise<client.TokenBrokerError> {
  const error = await rejectionOf(promise)
  if (!(error instanceof client.TokenBrokerError)) throw error
  expect(inspect(error)).not.toContain(TOKEN)
  return error
}
