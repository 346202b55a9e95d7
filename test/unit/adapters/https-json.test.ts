/** What the fetcher takes from an identity provider's server, and what it refuses. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createJsonFetcher } from '../../../packages/functions/src/adapters/verifiers/https-json.ts'
import { refusalOf, startServer, type TestServer } from './test-server.ts'

const fetchJson = createJsonFetcher({ allowLoopbackHttp: true })
const connections = new Set<unknown>()
const requests: { path: string | undefined; acceptEncoding: string | undefined }[] = []
let server: TestServer
let hugeWasClosed = false

beforeAll(async () => {
  server = await startServer((request, response) => {
    connections.add(request.socket)
    requests.push({ path: request.url, acceptEncoding: request.headers['accept-encoding'] })
    switch (request.url) {
      case '/ok':
        return response.end('{"hello":"world"}')
      case '/redirect':
        return response.writeHead(302, { location: '/ok' }).end()
      case '/html':
        return response.end('<html></html>')
      case '/gzip':
        return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}'))
      case '/huge': {
        const timer = setInterval(() => response.write('x'.repeat(200_000)), 1)
        response.on('close', () => {
          clearInterval(timer)
          hugeWasClosed = true
        })
        return
      }
      case '/edge':
        return response.end(JSON.stringify('x'.repeat(512 * 1024 - 2)))
      case '/slow':
        return
      case '/dripping': {
        const timer = setInterval(() => response.write(' '), 50)
        response.on('close', () => clearInterval(timer))
        return
      }
      case '/reset':
        return request.socket.destroy()
      default:
        return response.writeHead(500).end('{}')
    }
  })
})
afterAll(() => server.close())

describe('answers', () => {
  test('JSON, asked for without compression, over one connection', async () => {
    for (let call = 0; call < 5; call++)
      expect(await fetchJson(`${server.url}/ok`)).toEqual({ hello: 'world' })
    expect(connections.size).toBe(1)
    expect(requests[0]?.acceptEncoding).toBe('identity')
  })

  test('come over a new connection where the server has forgotten all that were left open', async () => {
    const known = new Set<Socket>()
    const waiting: ServerResponse[] = []
    let forgetful = false
    const issuer = await startServer(({ socket }, response) => {
      if (forgetful && known.has(socket)) return void socket.resetAndDestroy()
      known.add(socket)
      waiting.push(response)
      // Answered together, so that each has a connection of its own.
      if (forgetful || waiting.length === 3) for (const one of waiting) one.end('{}')
    })
    const url = `${issuer.url}/keys`
    const fetchFromIssuer = createJsonFetcher({ allowLoopbackHttp: true })
    await Promise.all([1, 2, 3].map(() => fetchFromIssuer(url)))
    expect(known.size).toBe(3)
    forgetful = true
    expect(await fetchFromIssuer(url)).toEqual({})
    expect(known.size).toBe(4)
    await issuer.close()
  })

  test('512 KiB are read', async () => {
    expect(await fetchJson(`${server.url}/edge`)).toHaveLength(512 * 1024 - 2)
  })
})

describe('refusals', () => {
  test.each([
    ['/redirect', 'redirect'],
    ['/html', 'not JSON'],
    ['/gzip', 'content-encoding'],
    ['/huge', 'more than 524288 bytes'],
    ['/error', 'status 500'],
    ['/reset', 'ECONNRESET'],
  ])('%s', async (path, message) => {
    const refusal = await refusalOf(fetchJson(server.url + path))
    expect(refusal.code).toBe('issuer_unavailable')
    expect(refusal.message).toContain(message)
    expect(refusal.message).toContain(server.url + path)
  })

  test('a redirect is not followed, and reading stops at the limit', async () => {
    const before = requests.length
    await refusalOf(fetchJson(`${server.url}/redirect`))
    await refusalOf(fetchJson(`${server.url}/huge`))
    await expect.poll(() => hugeWasClosed).toBe(true)
    expect(requests.slice(before).map(({ path }) => path)).toEqual(['/redirect', '/huge'])
  })

  test.concurrent.each(['/slow', '/dripping'])('%s ends after 3 s', async (path) => {
    const start = performance.now()
    const refusal = await refusalOf(fetchJson(server.url + path))
    expect(refusal.message).toContain('within 3000 ms')
    expect(performance.now() - start).toBeLessThan(4_500)
  })

  test("the caller's deadline ends it sooner", async () => {
    const refusal = await refusalOf(
      fetchJson(`${server.url}/slow`, { signal: AbortSignal.timeout(30) }),
    )
    expect(refusal.message).toContain('before the deadline of the request')
  })

  test('http is for the loopback interface, and only where allowed', async () => {
    const strict = createJsonFetcher({ allowLoopbackHttp: false })
    const before = requests.length
    expect((await refusalOf(strict(`${server.url}/ok`))).message).toContain('not an https URL')
    for (const url of [
      'http://id.example/',
      'http://127.0.0.1.example/',
      'http://localhost@id.example/',
      'file:///etc/passwd',
    ]) {
      expect((await refusalOf(fetchJson(url))).message).toContain('not an https URL')
    }
    expect((await refusalOf(fetchJson('nonsense'))).message).toContain('not a URL')
    expect(requests).toHaveLength(before)
  })
})
