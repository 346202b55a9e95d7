/** What ends a wait, what is not an answer, and what an error tells: its code and ids, and never a token. */
import { inspect } from 'node:util'
import { REFUSAL_CODES } from '@token-broker/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type FromTokenBrokerOptions,
  fromTokenBroker,
  TokenBrokerError,
} from '../../../packages/client/src/index.ts'
import {
  type AnsweringServer,
  issued,
  json,
  refuse,
  rejectionOf,
  startAnsweringServer,
  stoppedClock,
} from './answering-server.ts'

const TOKEN = 'canary-subject-token'

let server: AnsweringServer

beforeEach(async () => {
  server = await startAnsweringServer()
})

afterEach(() => server.close())

function provide(more: Partial<FromTokenBrokerOptions> = {}) {
  return fromTokenBroker({ endpoint: server.url, token: TOKEN, now: stoppedClock().now, ...more })
}

async function errorOf(promise: Promise<unknown>): Promise<TokenBrokerError> {
  const error = await rejectionOf(promise)
  if (!(error instanceof TokenBrokerError)) throw error
  expect(inspect(error)).not.toContain(TOKEN)
  return error
}

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
  expect(await errorOf(provide({ endpoint, fetch: send })())).toMatchObject({
    code: 'invalid_request',
  })
  expect(sent).toBe(0)
})

it('sends one POST with the token in its header and nowhere else', async () => {
  server.answerWith(json(200, issued()))
  await provide({ endpoint: `${server.url}/stage//`, grant: 'read' })()
  expect(server.seen).toMatchObject([
    { method: 'POST', path: '/stage/v1/credentials', body: '{"grant":"read"}' },
  ])
  expect(server.seen[0]?.headers).toMatchObject({
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
  })
})

describe('errors', () => {
  it.each(REFUSAL_CODES)('%s is told as the broker tells it', async (code) => {
    server.answerWith(refuse(code))
    const error = await errorOf(provide()())
    expect(error).toMatchObject({
      name: 'TokenBrokerError',
      code,
      requestId: 'request-1',
      tryNextLink: false,
    })
    expect(error.status).toBeGreaterThanOrEqual(400)
    expect(error.message).toMatch(
      new RegExp(`^The token broker gave ${code}: .+ \\(HTTP ${error.status}\\)$`),
    )
  })

  it('tells what the broker says of a malformed request, and cuts it short', async () => {
    server.answerWith(refuse('invalid_request', { callerMessage: `mend this ${'x'.repeat(2000)}` }))
    const { message } = await errorOf(provide()())
    expect(message).toContain('mend this')
    expect(message.length).toBeLessThan(400)
  })

  it('takes the token out of what an answer echoes', async () => {
    server.answerWith(
      json(400, { code: 'invalid_request', detail: `token ${TOKEN}${TOKEN} is bad` }),
    )
    expect((await errorOf(provide()())).message).toContain('token [token][token] is bad')
  })

  it('never shows a token that cannot stand in a header', async () => {
    for (const token of ['', `${TOKEN}\n`, `a ${TOKEN}`, `${TOKEN}ü`]) {
      expect(await errorOf(provide({ token })())).toMatchObject({
        code: 'invalid_token',
        status: undefined,
      })
    }
    expect(server.seen).toHaveLength(0)
  })

  it('has unreachable for a broker without a connection, with the cause', async () => {
    await server.close()
    const error = await errorOf(provide()())
    expect(error).toMatchObject({ code: 'unreachable', status: undefined })
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('does not follow a redirect, which would carry the token elsewhere', async () => {
    server.answerWith((response) =>
      response.writeHead(307, { location: `${server.url}/elsewhere` }).end(),
    )
    expect(await errorOf(provide()())).toMatchObject({ code: 'unreachable' })
    expect(server.seen).toHaveLength(1)
  })
})

describe('an answer that is not the broker’s', () => {
  it.each<[string, number, unknown]>([
    ['no object', 200, 'text'],
    ['null', 200, null],
    ['no credentials', 200, { tenant: 'acme' }],
    ['null credentials', 200, { credentials: null }],
    ['an empty key', 200, issued({ accessKeyId: '' })],
    ['a key that is a number', 200, issued({ secretAccessKey: 1 })],
    ['no session token', 200, issued({ sessionToken: undefined })],
    ['an expiration in seconds', 200, issued({ expiration: 1_900_000_000 })],
    ['an expiration without a zone', 200, issued({ expiration: '2030-01-01T00:00:00' })],
    ['an expiration that is no date', 200, issued({ expiration: '2030-13-41T00:00:00Z' })],
    ['credentials under another status', 201, issued()],
    ['a problem with success', 200, { code: 'access_denied' }],
    ['an unknown code', 403, { code: 'toString' }],
    ['a code that is no string', 403, { code: ['access_denied'] }],
    ['a gateway’s words', 503, { message: 'Service Unavailable' }],
  ])('%s', async (_, status, body) => {
    server.answerWith(json(status, body))
    expect(await errorOf(provide()())).toMatchObject({
      code: 'unexpected_answer',
      status,
      requestId: undefined,
    })
  })

  it('no JSON', async () => {
    server.answerWith((response) => response.writeHead(200).end('<html>'))
    expect(await errorOf(provide()())).toMatchObject({ code: 'unexpected_answer', status: 200 })
  })

  it.each([
    ['7', 7],
    ['-1', undefined],
    ['1e9', undefined],
    ['Wed, 01 Jan 2030 00:00:00 GMT', undefined],
  ])('with Retry-After %s waits %s', async (value, retryAfterSeconds) => {
    server.answerWith(json(503, {}, { 'retry-after': value }))
    expect(await errorOf(provide()())).toMatchObject({ retryAfterSeconds })
  })
})

describe('an expired token', () => {
  it('that is a string is told without a second request', async () => {
    server.answerWith(refuse('token_expired'))
    expect(await errorOf(provide({ onTokenExpired: () => expect.unreachable() })())).toMatchObject({
      code: 'token_expired',
    })
    expect(server.seen).toHaveLength(1)
  })

  it('is tried once more and not a third time', async () => {
    server.answerWith(refuse('token_expired'))
    let count = 0
    await errorOf(provide({ token: () => `${TOKEN}-${++count}` })())
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${TOKEN}-1`,
      `Bearer ${TOKEN}-2`,
    ])
  })

  it('that the function gives again is not sent again', async () => {
    server.answerWith(refuse('token_expired'))
    await errorOf(provide({ token: async () => TOKEN })())
    expect(server.seen).toHaveLength(1)
  })

  it('leaves the error of the hook to the caller', async () => {
    server.answerWith(refuse('token_expired'))
    const options = {
      token: () => TOKEN,
      onTokenExpired: () => Promise.reject(new Error('log in again')),
    }
    expect(await rejectionOf(provide(options)())).toMatchObject({ message: 'log in again' })
  })
})

describe('waiting ends', () => {
  it('by the time-out, before the answer', async () => {
    server.answerWith(() => {})
    const error = await errorOf(provide({ timeoutSeconds: 0.05 })())
    expect(error).toMatchObject({
      code: 'unreachable',
      cause: { message: 'no answer within 0.05 s' },
    })
  })

  it('by the time-out, in the middle of the answer', async () => {
    server.answerWith((response) => response.writeHead(200).write('{'))
    expect(await errorOf(provide({ timeoutSeconds: 0.1 })())).toMatchObject({ code: 'unreachable' })
  })

  it('by the time-out, though a fetch of the caller heeds no signal', async () => {
    const deaf = provide({ timeoutSeconds: 0.05, fetch: () => new Promise(() => {}) })
    expect(await errorOf(deaf())).toMatchObject({ code: 'unreachable' })
  })

  it('after 10 seconds unless told otherwise', async () => {
    server.answerWith(() => {})
    const startedAt = performance.now()
    await errorOf(provide()())
    const seconds = (performance.now() - startedAt) / 1000
    expect(seconds).toBeGreaterThan(9.9)
    expect(seconds).toBeLessThan(15)
  })

  it('by the signal, with its reason, and the request is ended too', async () => {
    const stop = new AbortController()
    const closed = new Promise((resolve) =>
      server.answerWith((response) => response.on('close', resolve)),
    )
    const provider = provide({ signal: stop.signal })
    const waits = [rejectionOf(provider()), rejectionOf(provider())]
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const reason = new Error('page left')
    stop.abort(reason)
    expect(await Promise.all(waits)).toEqual([reason, reason])
    await closed
    expect(await rejectionOf(provider())).toBe(reason)
    expect(server.seen).toHaveLength(1)
  })

  it('by the signal, while the token function is waited for', async () => {
    const stop = new AbortController()
    const wait = rejectionOf(provide({ signal: stop.signal, token: () => new Promise(() => {}) })())
    stop.abort()
    expect(await wait).toMatchObject({ name: 'AbortError' })
  })
})
