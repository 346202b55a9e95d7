/** Which responses of an identity provider the fetcher accepts, and which it refuses. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJsonFetcher } from '../../../packages/functions/src/adapters/verifiers/https-json.ts'
import { startServer, type TestServer } from '../../fixtures/http-server.ts'
import { refusalOf } from './calls.ts'

const fetchJson = createJsonFetcher({ allowLoopback: true, privateHosts: new Set() })

describe('accepted responses', () => {
  it('reads uncompressed JSON over one connection', async () => {
    for (let call = 0; call < 5; call++)
      expect(await fetchJson(`${server.url}/ok`)).toEqual({ hello: 'world' })
    expect(connections.size).toBe(1)
    expect(requests[0]?.acceptEncoding).toBe('identity')
  })

  it('opens a connection if the server has forgotten all that were left open', async () => {
    const known = new Set<Socket>()
    const waiting: ServerResponse[] = []
    let isForgetful = false
    const issuer = await startServer(({ socket }, response) => {
      if (isForgetful && known.has(socket)) return void socket.resetAndDestroy()
      known.add(socket)
      waiting.push(response)
      // The responses are sent together, so that each request opens its own connection.
      if (isForgetful || waiting.length === 3) for (const one of waiting) one.end('{}')
    })
    const url = `${issuer.url}/keys`
    const fetchFromIssuer = createJsonFetcher({ allowLoopback: true, privateHosts: new Set() })
    await Promise.all([1, 2, 3].map(() => fetchFromIssuer(url)))
    expect(known.size).toBe(3)
    isForgetful = true
    expect(await fetchFromIssuer(url)).toEqual({})
    expect(known.size).toBe(4)
    await issuer.close()
  })

  it('reads 512 KiB', async () => {
    expect(await fetchJson(`${server.url}/edge`)).toHaveLength(512 * 1024 - 2)
  })
})

describe('refusals', () => {
  it.each([
    ['/redirect', 'redirect'],
    ['/html', 'not JSON'],
    ['/brotli', 'content-encoding'],
    ['/huge', 'more than 524288 bytes'],
    ['/error', 'status 500'],
    ['/reset', 'ECONNRESET'],
  ])('names the URL %s and its fault: %s', async (path, message) => {
    const refusal = await refusalOf(fetchJson(server.url + path))
    expect(refusal.code).toBe('issuer_unavailable')
    expect(refusal.message).toContain(message)
    expect(refusal.message).toContain(server.url + path)
  })

  it('does not follow a redirect, and stops reading at the limit', async () => {
    const before = requests.length
    await refusalOf(fetchJson(`${server.url}/redirect`))
    await refusalOf(fetchJson(`${server.url}/huge`))
    await expect.poll(() => isHugeClosed).toBe(true)
    expect(requests.slice(before).map(({ path }) => path)).toEqual(['/redirect', '/huge'])
  })

  it.concurrent.each(['/slow', '/dripping'])('ends %s after 3 s', async (path) => {
    const start = performance.now()
    const refusal = await refusalOf(fetchJson(server.url + path))
    expect(refusal.message).toContain('within 3000 ms')
    expect(performance.now() - start).toBeLessThan(4_500)
  })

  it("ends at the caller's deadline", async () => {
    const signal = AbortSignal.timeout(30)
    const refusal = await refusalOf(fetchJson(`${server.url}/slow`, { signal }))
    expect(refusal.message).toContain('before the deadline of the request')
  })

  it('accepts http on the loopback interface only, and only where it is allowed', async () => {
    const strict = createJsonFetcher({ allowLoopback: false, privateHosts: new Set() })
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

const connections = new Set<unknown>()
const requests: { path: string | undefined; acceptEncoding: string | undefined }[] = []
let isHugeClosed = false

let server: TestServer
beforeAll(async () => {
  server = await startServer((request, response) => {
    connections.add(request.socket)
    requests.push({ path: request.url, acceptEncoding: request.headers['accept-encoding'] })
    respond(request, response)
  })
})
afterAll(() => server.close())

function respond({ url, socket }: IncomingMessage, response: ServerResponse): unknown {
  switch (url) {
    case '/ok':
      return response.end('{"hello":"world"}')
    case '/redirect':
      return response.writeHead(302, { location: '/ok' }).end()
    case '/html':
      return response.end('<html></html>')
    case '/brotli':
      return response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('{}'))
    case '/huge':
      response.on('close', () => {
        isHugeClosed = true
      })
      return writeRepeatedly(response, 'x'.repeat(200_000), 1)
    case '/edge':
      return response.end(JSON.stringify('x'.repeat(512 * 1024 - 2)))
    case '/slow':
      return
    case '/dripping':
      return writeRepeatedly(response, ' ', 50)
    case '/reset':
      return socket.destroy()
    default:
      return response.writeHead(500).end('{}')
  }
}

function writeRepeatedly(response: ServerResponse, text: string, intervalMs: number): void {
  const timer = setInterval(() => response.write(text), intervalMs)
  response.on('close', () => clearInterval(timer))
}
