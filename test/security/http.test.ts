/** HTTP that no client would send: methods, types, encodings, duplicate headers, bodies. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Attack, CLASS_TIMEOUT, sendAll, sendGenerated } from './attack.ts'
import { ENDPOINTS, honestRequest } from './endpoint-requests.ts'
import { startHttpTarget } from './http-target.ts'
import { requestText, sendBytes } from './socket.ts'

const { target, url, token, bearer, attack } = await startHttpTarget()

type Headers = readonly (readonly [string, string])[]
const JSON_TYPE = ['Content-Type', 'application/json'] as const
const CONTAINER = '/v1/tenants/acme/grants/read/credentials'
/** The server's timeout of 10 s, and as much again for a slow machine. */
const SLOW_BODY_MS = 20_000

it('refuses other methods and paths', CLASS_TIMEOUT, ({ task }) => {
  const paths = fc.oneof(
    fc.constantFrom(
      '/v1/credentials',
      '/v1/token',
      '/sts',
      '/',
      '/v1/explain',
      '/healthz',
      '/.well-known/jwks.json',
    ),
    fc.constantFrom(
      '/v1/credentials/',
      '//v1/credentials',
      '/v1/../v1/credentials',
      '/V1/Credentials',
      '/__proto__',
    ),
    fc.constantFrom(
      '/v1/tenants/acme/grants/read/credentials',
      '/v1/tenants//grants//credentials',
      '/constructor',
    ),
    fc.webPath().filter((path) => path !== ''),
  )
  const methods = fc.constantFrom(
    'PUT',
    'DELETE',
    'PATCH',
    'TRACE',
    'HEAD',
    'PROPFIND',
    'QUERY',
    'LOCK',
    'REPORT',
  )
  const attacks = fc.tuple(methods, paths).map(([method, path]) => {
    // A response to HEAD has no body that could contain the code.
    const codes = method === 'HEAD' ? ['(closed)'] : ['invalid_request']
    const text = () => requestText(`${method} ${path}`, [bearer], undefined)
    return attack(`${method} ${path}`, codes, text, ['invalid_request'])
  })
  return sendGenerated(task.meta, 'HTTP: methods and paths', target, attacks)
})

it('refuses other content types and encodings', CLASS_TIMEOUT, ({ task }) => {
  const body = () => JSON.stringify({ token })
  const types = fc.oneof(
    fc.constantFrom(
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
    ),
    fc.constantFrom(
      'application/json, text/plain',
      'application/json+x',
      '*/*',
      '',
      'application',
      ';',
      'application/xml',
    ),
    fc.stringMatching(/^[a-z]{1,9}\/[a-z+.-]{1,9}$/).filter((type) => type !== 'application/json'),
  )
  const encodings: Record<string, (text: string) => Buffer> = {
    gzip: (text) => gzipSync(text),
    'UTF-16': (text) => Buffer.from(text, 'utf16le'),
    'UTF-16 with a mark': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
    base64: (text) => Buffer.from(Buffer.from(text).toString('base64')),
    'invalid UTF-8': (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xc3])]),
    'UTF-7': (text) => Buffer.from(text.replaceAll('"', '+ACI-')),
  }
  const typed = types.map((type) =>
    attack(`type ${type}`, ['invalid_request'], () =>
      requestText('POST /v1/credentials', [['Content-Type', type]], body()),
    ),
  )
  const encoded = fc
    .constantFrom(...Object.keys(encodings))
    .map((name) =>
      attack(`encoding ${name}`, ['invalid_request'], () =>
        requestText(
          'POST /v1/credentials',
          [JSON_TYPE, ['Content-Encoding', name.split(' ')[0] ?? '']],
          encodings[name]?.(body()).toString('latin1'),
        ),
      ),
    )
  return sendGenerated(task.meta, 'HTTP: types and encodings', target, fc.oneof(typed, encoded))
})

it('refuses duplicate headers', CLASS_TIMEOUT, ({ task }) => {
  const second = fc.constantFrom(token, 'x', '', 'a.b.c')
  const doubled = fc
    .tuple(second, fc.boolean(), fc.constantFrom('/v1/credentials', CONTAINER))
    .map(([other, first, path]) => {
      const pair: Headers = first
        ? [['Authorization', `Bearer ${other}`], bearer]
        : [bearer, ['authorization', other]]
      const line = path === CONTAINER ? `GET ${path}` : `POST ${path}`
      return attack(
        `${path}, Authorization twice: ${pair}`,
        ['invalid_request', 'invalid_token'],
        () => requestText(line, pair, undefined),
      )
    })
  const both = fc
    .constantFrom(token, 'x')
    .map((other) =>
      attack('token in header and body', ['invalid_request'], () =>
        requestText('POST /v1/credentials', [bearer, JSON_TYPE], JSON.stringify({ token: other })),
      ),
    )
  const types = fc
    .constantFrom('text/plain', 'application/json')
    .map((other) =>
      attack(`two content types, ${other}`, ['invalid_request'], () =>
        requestText(
          'POST /v1/credentials',
          [JSON_TYPE, ['Content-Type', other]],
          JSON.stringify({ token }),
        ),
      ),
    )
  return sendGenerated(task.meta, 'HTTP: duplicate headers', target, fc.oneof(doubled, both, types))
})

it('refuses malformed bodies', CLASS_TIMEOUT, ({ task }) => {
  const fields = fc
    .dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
    .filter((value) => !('token' in value))
  const texts = fc.oneof(
    fields.map((value) => JSON.stringify(value)),
    fc.string({ minLength: 1 }).filter((text) => text.trim() !== '{}'),
    fc.constantFrom(
      '[',
      '{"token":',
      `{"__proto__":{"token":"${'x'.repeat(20)}"}}`,
      '{"tenant":{}}',
      '{"token":[1]}',
    ),
    fc.constantFrom(
      '['.repeat(60_000),
      `${'{"a":'.repeat(10_000)}`,
      '{"durationSeconds":1e999}',
      '{"statements":[null]}',
    ),
  )
  const attacks = fc.tuple(texts, fc.constantFrom(...ENDPOINTS)).map(([text, endpoint]) => {
    const { method, path, headers, body } = honestRequest(endpoint, {
      token: 'x',
      tenant: 'acme',
      grant: 'read',
    })
    const codes = ['invalid_request', 'invalid_token']
    return attack(`at ${endpoint}: ${text.slice(0, 100)}`, codes, () =>
      requestText(
        `${method} ${path}`,
        Object.entries(headers),
        body === undefined ? undefined : text,
      ),
    )
  })
  return sendGenerated(task.meta, 'HTTP: bodies', target, attacks)
})

it('refuses huge and slow requests, and other protocols', CLASS_TIMEOUT, ({ task }) => {
  // Spaces after a valid request: reading all of it would result in credentials.
  const good = JSON.stringify({ token })
  const megabyte = Buffer.alloc(1024 * 1024, ' ')
  const head = (length: number, headers: Headers = [JSON_TYPE]) =>
    requestText('POST /v1/credentials', [...headers, ['Content-Length', String(length)]], undefined)
  const chunkedHead = requestText(
    'POST /v1/credentials',
    [JSON_TYPE, ['Transfer-Encoding', 'chunked']],
    undefined,
  )
  function* many(first: string, piece: string | Uint8Array, count: number, last = '') {
    yield first
    for (let index = 0; index < count; index++) yield piece
    yield last
  }
  const chunkOf = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
  const chunk = chunkOf(megabyte.toString())
  const notHttp: [string, string][] = [
    ['text that is not HTTP', 'hello\r\n\r\n'],
    ['a bare line feed in a header', 'POST /sts HTTP/1.1\nHost: x\r\nA: b\rc\r\n\r\n'],
    ['no host', 'POST /sts HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two lengths', head(5).replace('\r\n\r\n', '\r\nContent-Length: 6\r\n\r\nhello!')],
    [
      'length and chunks',
      chunkedHead.replace('\r\n\r\n', '\r\nContent-Length: 3\r\n\r\n0\r\n\r\n'),
    ],
    ['a negative length', head(-1)],
    ['an invalid chunk size', `${chunkedHead}zz\r\n`],
    ['100 KiB of headers', requestText('POST /sts', [['X-Long', 'a'.repeat(100_000)]], undefined)],
    [
      '5,000 headers',
      requestText(
        'POST /sts',
        Array.from({ length: 5_000 }, (_, n) => [`x-${n}`, 'a'] as const),
        '',
      ),
    ],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ]
  const attacks: Attack[] = [
    {
      name: '64 MiB',
      codes: ['invalid_request'],
      send: () =>
        sendBytes(url, many(head(good.length + 64 * megabyte.length) + good, megabyte, 64)),
    },
    {
      name: '64 MiB in chunks',
      codes: ['invalid_request'],
      send: () => sendBytes(url, many(chunkedHead + chunkOf(good), chunk, 64, '0\r\n\r\n')),
    },
    {
      name: '160 KiB and 1',
      codes: ['invalid_request'],
      send: () => sendBytes(url, [head(163_841), good.padEnd(163_841)]),
    },
    // The server closes a connection after 10 s without a complete request.
    ...[20].map(
      (count): Attack => ({
        name: `${count} bodies that never end`,
        codes: ['(closed)'],
        audited: [],
        send: async () => {
          const stalled = Array.from({ length: count }, () => sendBytes(url, [head(100), '{"tok']))
          expect(await target.requestHonestly()).toBe(200)
          const responses = await Promise.all(stalled)
          const text = responses.map((response) => response.text).join('')
          return { status: 499, text, open: responses.some(({ open }) => open === true) }
        },
      }),
    ),
    {
      name: 'a body of one byte per second',
      codes: ['(closed)'],
      audited: [],
      send: () => sendBytes(url, many(head(good.length), ' ', good.length), 1_000),
    },
    ...notHttp.map(([name, text]) => attack(name, ['(closed)'], () => text, [])),
  ]
  return sendAll(task.meta, 'HTTP: huge, slow, malformed', target, attacks, SLOW_BODY_MS)
})
